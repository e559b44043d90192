import Foundation
import SlipwayBase
import Testing

/// `slipway deploy` through sockets, TLS and signatures to every platform by every strategy, while wrk asks the
/// applications.
@Suite(
    .enabled(if: Shell.has("wrk"), "skipped: there is no wrk; it is a Debian package"),
    .enabled(if: Shell.has("aws"), "skipped: there is no aws, which finds the rule; `.ci/deps clients` installs it"),
    .enabled(if: SlipwayProgram.path != nil, "skipped: slipway is not built; run `swift build --product slipway` first")
)
struct DeploymentTests {
    @Test("given targets under load, when a release goes to all of them, then no request fails and shares are kept")
    func good() async throws {
        let run = try await LoadedRun(version: "v2", to: LoadedTarget.all)
        let status = run.outcome.status
        #expect(status == 0, "\(run.verdicts)\n\(run.summary)")
        let (answered, failed) = (run.answered, run.failed)
        #expect(failed == 0, "\(run.summary)")
        // Both runs together make 100,000 on a slow machine, too.
        #expect(answered >= 50_000, "\(run.summary)")
        print(run.summary)
        for target in LoadedTarget.all {
            let (unanswered, new) = (run.count(of: "none", at: target.host), run.count(of: "v2", at: target.host))
            #expect(unanswered == 0 && new > 0, "\(target.host): \(run.summary)")
            guard let share = target.canaryShare else { continue }
            let split = run.split(of: target.host, new: share)
            print("\(target.name) at \(Int(share * 100)) %: \(split.map(\.description) ?? "never")")
            let isWithin = split?.isWithin999 ?? false
            #expect(isWithin, "\(target.host): \(run.summary)")
        }
    }

    @Test(
        "given a release that fails its health checks, when it is deployed under load, then it never gets more than its share"
    )
    func bad() async throws {
        let targets = LoadedTarget.all.filter { $0.badShareMax != nil }
        let run = try await LoadedRun(version: "bad", to: targets)
        let status = run.outcome.status
        #expect(status == 1, "\(run.verdicts)\n\(run.summary)")
        let answered = run.answered
        #expect(answered >= 50_000, "\(run.summary)")
        print(run.summary)
        for target in targets {
            let (most, largest) = (target.badShareMax ?? 0, run.largestShare(of: "bad", at: target.host))
            #expect(largest <= most + 1e-9, "\(target.host): \(run.summary)")
            // Looks at shares may miss a moment; the count of all requests does not.
            let count = run.count(of: "bad", at: target.host)
            #expect(most > 0 || count == 0, "\(target.host): \(run.summary)")
        }
    }
}
