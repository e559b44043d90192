import Slipway
import Testing

@testable import SlipwayCLI

/// A deploy of what is live already says so only when that is sure.
@Suite struct UpToDateTests {
    let toy = ToyPlatform()
    let shell: Shell
    let config: String

    init() {
        shell = Shell(platforms: [toy])
        config = shell.file("slipway.yaml", Configs.toy())
        toy.change { $0.live = "2.0.0" }
    }

    @Test("given an unfinished run, when what it releases is live already, then a deploy is refused and names the run")
    func unfinished() async throws {
        toy.change { $0.live = "1.0.0" }
        try await shell.abandonRun(shell.file("waiting.yaml", Configs.toy(pause: "{}")))
        toy.change { $0.live = "2.0.0" }
        let result = await shell.run("deploy", "-f", config)
        #expect(result.status == .refused)
        #expect(result.out.contains("seoul-1 is unfinished: `slipway resume seoul-1`"))
        #expect(!result.out.contains("live already"))
    }

    @Test("given a lock that another machine holds, when the release is live already, then a deploy is refused")
    func locked() async {
        toy.holder.withLock { $0 = "slipway-b/seoul-9" }
        let result = await shell.run("deploy", "-f", config)
        #expect(result.status == .refused)
        #expect(result.out.contains("slipway-b/seoul-9 holds the lock."))
        #expect(!result.out.contains("live already"))
    }

    @Test("given a fleet that is not settled, when a canary of what is in place is deployed, then it is refused")
    func unsettled() async {
        toy.change { $0.isSettled = false }
        let result = await shell.run("deploy", "-f", config)
        #expect(result.status == .refused)
        #expect(result.err.contains("2.0.0 is in place already and not all of its replicas are up"))
    }

    @Test(
        "given a fleet that is not settled, when a rolling release of what is in place is deployed, then it waits for it"
    )
    func settling() async {
        toy.change { $0.isSettled = false }
        let rolling = Configs.toy().replacing(/strategy: .*/, with: "strategy: { rolling: {} }")
        let result = await shell.run("deploy", "-f", shell.file("rolling.yaml", rolling))
        #expect(result.status == .done)
        #expect(result.out.contains("step 1 of 1: Wait until every replica runs 2.0.0"))
        #expect(await shell.run("history").lines.count == 2)
    }

    @Test("given a plan without steps, when the live state has moved since, then a deploy of it is refused")
    func moved() async {
        let plan = shell.path("plan.json")
        #expect(await shell.run("plan", "-f", config, "-o", plan).status == .done)
        toy.change { $0.live = "1.5.0" }
        let result = await shell.run("deploy", "-f", config, "--plan", plan)
        #expect(result.status == .refused)
        #expect(result.out.contains("the live state has changed since the plan was made"))
    }
}
