import Foundation
import SlipwayBase
import Testing

/// `slipway deploy` through sockets, TLS and signatures, while wrk asks the applications.
@Suite(
    .serialized,
    .enabled(if: Shell.has("wrk"), "skipped: there is no wrk; it is a Debian package"),
    .enabled(if: SlipwayProgram.path != nil, "skipped: slipway is not built; run `swift build --product slipway` first")
)
struct DeploymentTests {
    /// Hosts, in the order of the targets.
    private static let hosts = [
        "web.example.test", "api.example.test", "shop.default.svc", "shop-roll.us-east-1.elasticbeanstalk.com",
        "shop-live.us-east-1.elasticbeanstalk.com", "shop.example.test",
    ]

    @Test("given six targets under load, when a release goes to all of them, then no request fails and shares are kept")
    func good() async throws {
        let run = try await LoadedRun(version: "v2", hosts: Self.hosts)
        let status = run.outcome.status
        #expect(status == 0, "\(run.verdicts)\n\(run.summary)")
        let (answered, failed) = (run.answered, run.failed)
        #expect(failed == 0, "\(run.summary)")
        #expect(answered >= 10_000, "\(run.summary)")
        print(run.summary)
        for host in ["web.example.test", "shop.example.test"] {
            let split = run.split(of: host, new: 0.2)
            print("\(host) at 20 %: \(split.map(\.description) ?? "never")")
            let isWithin = split?.isWithin999 ?? false
            #expect(isWithin, "\(host): \(run.summary)")
        }
    }

    @Test(
        "given a release that fails its health checks, when it is deployed under load, then it never gets more than its share"
    )
    func bad() async throws {
        let run = try await LoadedRun(version: "bad", hosts: Self.hosts)
        let status = run.outcome.status
        #expect(status == 1, "\(run.verdicts)\n\(run.summary)")
        let answered = run.answered
        #expect(answered >= 10_000, "\(run.summary)")
        print(run.summary)
        for host in Self.hosts {
            // A batch of a rolling update, or the first weight of a canary; a blue-green release gets nothing.
            let most = host == "shop-roll.us-east-1.elasticbeanstalk.com" ? 0.25 : 0.2
            let largest = run.largestShare(of: "bad", at: host)
            #expect(largest <= most + 1e-9, "\(host): \(run.summary)")
        }
    }
}
