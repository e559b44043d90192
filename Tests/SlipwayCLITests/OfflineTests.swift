import Foundation
import SlipwayBase
import Testing

@testable import SlipwayCLI

/// Whole rehearsals of the three strategies on the simulated clusters.
@Suite struct OfflineTests {
    let shell = Shell()
    var config: String { shell.file("slipway.yaml", Configs.kubernetes) }

    @Test(
        "given a config, when one target is rehearsed without a terminal, then the lines are those that are kept",
        arguments: ["seoul", "tokyo", "osaka"]
    )
    func plainLines(_ target: String) async {
        let result = await shell.run("deploy", "--offline", "-f", config, "--target", target)
        #expect(result.status == .done)
        expectGolden("deploy-\(target).txt", result.out)
    }

    @Test("given the demo's files, when they are rehearsed, then every release goes as they say")
    func demo() async {
        let demo = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../mocks/demo").path
        let good = await shell.run("deploy", "--offline", "-f", demo + "/slipway.yaml")
        #expect(good.status == .done)
        let bad = await shell.run(
            "deploy",
            "--offline",
            "-f",
            demo + "/slipway.yaml",
            "--world",
            demo + "/world.yaml",
            "--output",
            "json"
        )
        #expect(bad.status == .failed)
        #expect(bad.json.last?["targets"]?.array?.map { $0["end"]?.string } == ["deployed", "failed", "deployed"])
    }

    @Test("given a config, when it is rehearsed twice with one seed, then both say the same")
    func repeatable() async {
        let first = await shell.run(
            "deploy",
            "--offline",
            "-f",
            config,
            "--target",
            "seoul",
            "--seed",
            "7",
            "--output",
            "json"
        )
        let second = await shell.run(
            "deploy",
            "--offline",
            "-f",
            config,
            "--target",
            "seoul",
            "--seed",
            "7",
            "--output",
            "json"
        )
        #expect(first.out == second.out)
        #expect(!first.out.isEmpty)
    }

    @Test(
        "given three targets, when they are rehearsed side by side, then each has its own time and the summary names all"
    )
    func sideBySide() async throws {
        let result = await shell.run("deploy", "--offline", "-f", config)
        #expect(result.status == .done)
        let summary = result.lines.suffix(4)
        #expect(summary.first?.hasPrefix("TARGET  RUN      VERDICT   LIVE   TIME (virtual)  LEFT BEHIND") == true)
        for (line, target) in zip(summary.dropFirst(), ["seoul", "tokyo", "osaka"]) {
            #expect(line.hasPrefix("\(target)   \(target)-1  deployed  2.4.1 "))
        }
    }

    @Test(
        "given --output json, when a target is rehearsed, then every line is an object with the members its type promises"
    )
    func jsonLines() async throws {
        let result = await shell.run("deploy", "--offline", "-f", config, "--target", "osaka", "--output", "json")
        #expect(result.json.count == result.lines.count)
        for line in result.json where !["connected", "summary"].contains(line["type"]?.string) {
            for member in ["type", "run", "target", "at"] { #expect(line[member]?.string != nil) }
            #expect(line["sequence"]?.int != nil)
        }
        #expect(result.json.first?["type"] == "connected")
        #expect(result.json.last?["type"] == "summary")
        expectGolden("deploy-osaka.jsonl", result.out)
    }

    @Test("given a config, when it is planned, then the plan is the text that is kept, and nothing is written anywhere")
    func plan() async {
        let result = await shell.run("plan", "--offline", "-f", config)
        #expect(result.status == .done)
        expectGolden("plan.txt", result.out)
        #expect(!FileManager.default.fileExists(atPath: shell.path("state")))
    }

    @Test(
        "given a world file with a failing image, when the release is rehearsed, then it is taken back and the exit is 1"
    )
    func failingImage() async {
        let world = shell.file(
            "world.yaml",
            """
            replicas: 6
            failures: [{ image: "registry.example.com/shop:2.4.1", kind: failToPull, message: manifest unknown }]
            """
        )
        let result = await shell.run("deploy", "--offline", "-f", config, "--target", "seoul", "--world", world)
        #expect(result.status == .failed)
        #expect(result.out.contains("manifest unknown"))
        #expect(result.out.contains("failed and taken back: 2.4.0 is live"))
    }

    @Test("given a world where the release is live already, when it is deployed, then there is nothing to do")
    func upToDate() async {
        let world = shell.file("world.yaml", #"live: { image: "registry.example.com/shop:2.4.1" }"#)
        let result = await shell.run("deploy", "--offline", "-f", config, "--target", "tokyo", "--world", world)
        #expect(result.status == .done)
        #expect(result.out.contains("2.4.1 is live already"))
    }

    @Test("given a world file with mistakes, when it is read, then each is named with its line and the exit is 2")
    func badWorld() async {
        let world = shell.file(
            "world.yaml",
            """
            replica: 6
            failures:
              - { image: a, kind: explode }
              - { kind: hang }
            """
        )
        let result = await shell.run("deploy", "--offline", "-f", config, "--target", "tokyo", "--world", world)
        #expect(result.status == .badInput)
        #expect(
            result.err.contains("\(world):1:1: error: replica: unknown key \"replica\"; did you mean \"replicas\"?")
        )
        #expect(result.err.contains("\(world):3:"))
        #expect(result.err.contains("\(world):4:"))
    }

    @Test(
        "given --set and --log-level debug, when a target is rehearsed, then the value counts and every request is told"
    )
    func overridesAndTrace() async {
        let result = await shell.run(
            "deploy",
            "--offline",
            "-f",
            config,
            "--target",
            "tokyo",
            "--log-level",
            "debug",
            "--set",
            "release.version=3.0.0",
            "--set",
            "release.image=registry.example.com/shop:3.0.0"
        )
        #expect(result.status == .done)
        #expect(result.out.contains("deployed: 3.0.0 is live"))
        #expect(
            result.err.contains(" debug PATCH https://simulated.invalid/apis/apps/v1/namespaces/shop/deployments/shop")
        )
    }
}
