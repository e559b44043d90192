import SlipwayBase
import Testing

@testable import SlipwayCLI

@Suite struct BadInputTests {
    let shell = Shell()

    @Test(
        "given a config that is not there, when any command reads it, then one sentence says so and the exit is 2",
        arguments: ["validate", "plan", "deploy"]
    )
    func missing(_ command: String) async {
        let result = await shell.run(command, "--offline", "-f", shell.path("none.yaml"))
        #expect(result.status == .badInput)
        #expect(result.err == "error: \(shell.path("none.yaml")) cannot be read: No such file or directory.\n")
    }

    @Test(
        "given several mistakes in a config, when it is validated, then all are told with their places, and the exit is 2"
    )
    func mistakes() async {
        let config = shell.file(
            "slipway.yaml",
            Configs.kubernetes.replacing("setWeight: 60", with: "setWeight: 10").replacing("maxSurge", with: "maxSurg")
        )
        let result = await shell.run("validate", "-f", config)
        #expect(result.status == .badInput)
        #expect(result.err.contains("\(config):6:"))
        #expect(result.err.contains("did you mean \"maxSurge\"?"))
        let json = await shell.run("validate", "-f", config, "--output", "json")
        #expect(json.json.count == 2)
        #expect(json.json.allSatisfy { $0["type"] == "diagnostic" && $0["line"]?.int != nil })
    }

    @Test("given a good config, when it is validated, then one line says what it is about")
    func valid() async {
        let config = shell.file("slipway.yaml", Configs.kubernetes)
        let result = await shell.run("validate", "-f", config)
        #expect(result.status == .done)
        #expect(result.out == "\(config): shop 2.4.1 to seoul (canary), tokyo (rolling), osaka (blueGreen)\n")
    }

    @Test(
        "given a strategy that does not fit what a target names, when it is validated, then one sentence says so",
        arguments: [
            ("canary: { steps: [{ setWeight: 20 }] }", "deployment: shop", "names one `deployment`, to which `canary`"),
            ("blueGreen: {}", "stable: a, canary: b, service: c", "names `stable` and `canary`, to which `blueGreen`"),
            ("rolling: {}", "blue: a, green: b, service: c", "name one `deployment`, or use the strategy `blueGreen`"),
        ]
    )
    func misfit(_ strategy: String, _ names: String, _ sentence: String) async {
        let text = """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", image: "shop:2.4.1" }
            targets: [ { name: tokyo, strategy: { \(strategy) }, kubernetes: { \(names) } } ]
            """
        let config = shell.file("slipway.yaml", text)
        let result = await shell.run("validate", "-f", config)
        #expect(result.status == .badInput)
        #expect(result.err.hasPrefix("\(config):4:"))
        #expect(result.err.contains(sentence))
        #expect(result.err.split(separator: "\n").count == 1)
    }

    @Test(
        "given an approximation that does not exist, when it is accepted, then the nearest one is told and the exit is 2",
        arguments: ["plan", "deploy"]
    )
    func unknownApproximation(_ command: String) async {
        let config = shell.file("slipway.yaml", Configs.kubernetes)
        let result = await shell.run(command, "--offline", "-f", config, "--accept", "replicRatio")
        #expect(result.status == .badInput)
        #expect(
            result.err
                == "error: --accept: no approximation is called \"replicRatio\"; did you mean \"replicaRatio\"?\n"
        )
    }

    @Test(
        "given a journal in a folder that cannot be made, when a release is deployed, then the exit is 2",
        arguments: ["1.0.0", "2.0.0"]
    )
    func unusableFolder(_ version: String) async {
        let shell = Shell(platforms: [ToyPlatform()])
        let config = shell.file("slipway.yaml", Configs.toy(version: version))
        let journal = shell.file("file", "no folder") + "/journal.sqlite"
        let result = await shell.run("deploy", "-f", config, "--journal", journal)
        #expect(result.status == .badInput)
        #expect(result.out.contains("cannot be made; check its parent, or give another --journal."))
    }

    @Test("given a target that does not exist, when it is asked for, then the nearest name is told")
    func unknownTarget() async {
        let config = shell.file("slipway.yaml", Configs.kubernetes)
        let result = await shell.run("plan", "--offline", "-f", config, "--target", "soul")
        #expect(result.status == .badInput)
        #expect(result.err.contains("did you mean \"seoul\"?"))
    }

    @Test("given --output json, when a command fails, then the last line on standard output says why")
    func jsonError() async {
        let result = await shell.run("deploy", "--offline", "-f", shell.path("none.yaml"), "--output", "json")
        #expect(result.json.last?["type"] == "error")
        #expect(result.json.last?["status"] == 2)
    }

    @Test("given a journal that is no journal, when it is used, then one sentence says so and the exit is 2")
    func badJournal() async {
        let journal = shell.file(
            "journal.sqlite",
            "this is some text and no database at all, whatever its name may say"
        )
        let result = await shell.run("status", "--journal", journal)
        #expect(result.status == .badInput)
        #expect(
            result.err
                == "error: the journal \(journal) is not a journal of slipway; give another file with --journal.\n"
        )
    }
}
