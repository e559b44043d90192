import Foundation
import Slipway
import Testing

@testable import SlipwayCLI

/// Runs that outlive their command lines: deploy, status, resume, abort, rollback and history on one journal.
@Suite struct RunsTests {
    @Test("given a deployed release, when it is rolled back, then the old one is live and history tells both")
    func deployAndRollback() async {
        let toy = ToyPlatform()
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy())
        #expect(await shell.run("deploy", "-f", config).status == .done)
        #expect(toy.world() == ToyPlatform.World(live: "2.0.0"))
        let rollback = await shell.run("rollback", "-f", config)
        #expect(rollback.status == .done)
        #expect(rollback.out.contains("rolled back: 1.0.0 is live"))
        #expect(toy.world() == ToyPlatform.World(live: "1.0.0"))
        let history = await shell.run("history")
        #expect(history.lines.count == 2)
        #expect(history.lines[1].hasPrefix("seoul-1  shop         canary    1.0.0 -> 2.0.0  "))
        #expect(history.lines[1].hasSuffix("  rolled back"))
        #expect(await shell.run("rollback", "-f", config).err.contains("seoul has no deployed run to take back"))
    }

    @Test("given the release that is live already, when it is deployed again, then nothing is done and no run is kept")
    func twice() async {
        let shell = Shell(platforms: [ToyPlatform()])
        let config = shell.file("slipway.yaml", Configs.toy())
        #expect(await shell.run("deploy", "-f", config).status == .done)
        let again = await shell.run("deploy", "-f", config)
        #expect(again.status == .done)
        #expect(again.out.contains("2.0.0 is live already"))
        #expect(await shell.run("history").lines.count == 2)
    }

    @Test("given a release that waits for a person, when resume is said from elsewhere, then it goes on to its end")
    func approval() async throws {
        let toy = ToyPlatform()
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy(pause: "{}"))
        async let deploy = shell.run("deploy", "-f", config)
        #expect(await shell.waits { $0["awaitsApproval"] == true && $0["isDriven"] == true })
        #expect(toy.world().share == 20)
        let second = await shell.run("deploy", "-f", config)
        #expect(second.status == .refused)
        #expect(second.out.contains("is being worked on by another slipway (process "))
        let resume = await shell.run("resume", "-f", config)
        #expect(resume.status == .done)
        #expect(resume.err == "seoul-1 was told to go on.\n")
        #expect(await deploy.status == .done)
        #expect(toy.world() == ToyPlatform.World(live: "2.0.0"))
    }

    @Test(
        "given a release that another process drives, when it is aborted, then that process takes it back and both say so"
    )
    func abortDriven() async {
        let toy = ToyPlatform()
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy(pause: "{}"))
        async let deploy = shell.run("deploy", "-f", config)
        #expect(await shell.waits { $0["awaitsApproval"] == true })
        let abort = await shell.run("abort", "-f", config)
        #expect(abort.status == .done)
        #expect(abort.out.contains("aborted and taken back: 1.0.0 is live"))
        #expect(await deploy.status == .aborted)
        #expect(toy.world() == ToyPlatform.World())
    }

    @Test("given a run that nobody drives, when it is aborted, then this process takes it back")
    func abortOrphan() async throws {
        let toy = ToyPlatform()
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy(pause: "{}"))
        try await shell.abandonRun(config)
        let refused = await shell.run("deploy", "-f", config)
        #expect(refused.status == .refused)
        #expect(
            refused.out.contains("seoul-1 is unfinished: `slipway resume seoul-1` or `slipway abort seoul-1` it first.")
        )
        #expect(await shell.run("abort", "-f", config).status == .done)
        #expect(toy.world() == ToyPlatform.World())
        #expect(await shell.run("abort", "seoul-1", "-f", config).status == .badInput)
    }

    @Test("given a run that nobody drives and that waits, when it is resumed with approval, then it ends well")
    func resumeOrphan() async throws {
        let toy = ToyPlatform()
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy(pause: "{}"))
        try await shell.abandonRun(config)
        let status = await shell.run("status", "seoul-1")
        #expect(status.out.contains("no process works on it: `slipway resume seoul-1` or `slipway abort seoul-1`"))
        #expect(await shell.run("resume", "-f", config, "--approve").status == .done)
        #expect(toy.world() == ToyPlatform.World(live: "2.0.0"))
        #expect(await shell.run("resume", "seoul-1", "-f", config).err.contains("seoul-1 is over (deployed)"))
    }

    @Test("given a failing release, when it is deployed, then the exit is 1 and the reason is told last")
    func failing() async {
        let toy = ToyPlatform { call in
            call.key == "route-20" ? ProviderFailure(.unhealthy, "pod \u{1B}[31mshop-1 crashes") : nil
        }
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy())
        let result = await shell.run("deploy", "-f", config)
        #expect(result.status == .failed)
        #expect(
            result.lines.last
                == "seoul-1: 1.0.0 is live; Give 20% of production to 2.0.0: pod \\u{1b}[31mshop-1 crashes"
        )
        #expect(!result.out.contains("\u{1B}"))
    }

    @Test("given two targets of which one fails, when they are deployed, then the exit is the worse and both are told")
    func worst() async {
        let toy = ToyPlatform { call in
            call.context.target == "tokyo" && call.key == "promote" ? ProviderFailure(.unhealthy, "bad") : nil
        }
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy(targets: ["seoul", "tokyo"]))
        let result = await shell.run("deploy", "-f", config, "--output", "json")
        #expect(result.status == .failed)
        let summary = result.json.last
        #expect(summary?["targets"]?.array?.map { $0["end"]?.string } == ["deployed", "failed"])
        #expect(summary?["targets"]?.array?.map { $0["live"]?.string } == ["2.0.0", "1.0.0"])
    }

    @Test("given an undo that is refused, when the release fails, then the exit is 5 and resume is named")
    func unknown() async {
        let toy = ToyPlatform { call in
            ["promote", "take-over/undo-1"].contains(call.key) ? ProviderFailure(.refused, "forbidden") : nil
        }
        let shell = Shell(platforms: [toy])
        let config = shell.file("ship it.yaml", Configs.toy())
        let journal = shell.path("runs.sqlite")
        let result = await shell.run("deploy", "-f", config, "--journal", journal)
        #expect(result.status == .unknown)
        #expect(
            result.err.contains("seoul-1 can go on: `slipway resume seoul-1 -f '\(config)' --journal \(journal)`, or")
        )
        let status = await shell.run("status", "--journal", journal)
        #expect(status.out.contains("then `slipway resume seoul-1 --journal \(journal)`"))
    }

    @Test(
        "given a run whose end is unknown, when the trouble is gone, then no new run begins until it is carried on",
        arguments: ["resume", "abort"]
    )
    func unknownCarriedOn(_ command: String) async {
        let isBroken = Locked(true)
        let toy = ToyPlatform { call in
            let fails = ["promote", "take-over/undo-1"].contains(call.key) && isBroken.withLock { $0 }
            return fails ? ProviderFailure(.refused, "forbidden") : nil
        }
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy())
        #expect(await shell.run("deploy", "-f", config).status == .unknown)
        #expect(
            await shell.run("status").out.contains("state unknown: look at the target, then `slipway resume seoul-1`")
        )
        let refused = await shell.run("deploy", "-f", config)
        #expect(refused.status == .refused)
        #expect(refused.out.contains("seoul-1 is unfinished: `slipway resume seoul-1`"))
        #expect(await shell.run("rollback", "seoul-1", "-f", config).err.contains("seoul-1 is unfinished"))
        #expect(await shell.run(command, "-f", config).status == .unknown)
        isBroken.withLock { $0 = false }
        #expect(await shell.run(command, "-f", config).status == (command == "abort" ? .done : .failed))
        #expect(toy.world() == ToyPlatform.World())
        #expect(await shell.run(command, "seoul-1", "-f", config).status == .badInput)
        #expect(await shell.run("deploy", "-f", config).status == .done)
    }

    @Test(
        "given a rehearsal's journal, when its run is to be carried on for real, then one sentence refuses it",
        arguments: ["rollback", "resume", "abort"]
    )
    func rehearsed(_ command: String) async {
        let shell = Shell()
        let config = shell.file("slipway.yaml", Configs.kubernetes)
        let journal = shell.path("rehearsal.sqlite")
        let rehearsal = await shell.run("deploy", "--offline", "-f", config, "--target", "tokyo", "--journal", journal)
        #expect(rehearsal.status == .done)
        #expect(await shell.run("history", "--journal", journal).out.contains("deployed (rehearsed)"))
        let named = await shell.run(command, "tokyo-1", "-f", config, "--journal", journal)
        #expect(named.status == .badInput)
        #expect(
            named.err == "error: tokyo-1 was only rehearsed, and its world ended with its process; "
                + "`slipway deploy` makes a real run.\n"
        )
        let unnamed = await shell.run(command, "-f", config, "--target", "tokyo", "--journal", journal)
        #expect(unnamed.status == .badInput)
        #expect(!unnamed.err.contains("tokyo-1"))
    }

    @Test("given an approximated strategy, when it is deployed, then it is refused until it is accepted by name")
    func fidelity() async {
        let toy = ToyPlatform(fidelity: .approximated(name: "nearly", why: "it is a toy", differs: "not much"))
        let shell = Shell(platforms: [toy])
        let config = shell.file("slipway.yaml", Configs.toy())
        let refused = await shell.run("deploy", "-f", config)
        #expect(refused.status == .refused)
        #expect(refused.err.contains("accept it with `accept: [nearly]`"))
        #expect(await shell.run("history").out == "no runs yet\n")
        #expect(await shell.run("deploy", "-f", config, "--accept", "nearly").status == .done)
    }
}

extension Shell {
    /// Whether the status of the only run comes to satisfy `condition`, within half a minute.
    func waits(for condition: (JSON) -> Bool) async -> Bool {
        for _ in 0..<300 {
            let status = await run("status", "--output", "json")
            if let line = status.json.first, condition(line) { return true }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    /// Leaves a run behind that waits for a person, as a process that was killed would.
    func abandonRun(_ config: String) async throws {
        var toolkit = try Toolkit.live(journal: path("state/slipway/journal.sqlite"), environment: [:])
        for platform in platforms { toolkit = toolkit.adding(platform) }
        let stop = StopRequest()
        let loaded = try toolkit.load(config)
        let proposal = try await toolkit.plan(loaded.targets[0], of: loaded)
        do {
            _ = try await toolkit.deploy(proposal, stop: stop) { if $0.state.awaitsApproval { stop.request() } }
        } catch RunFailure.stopped(_, .interrupted) {}
    }
}
