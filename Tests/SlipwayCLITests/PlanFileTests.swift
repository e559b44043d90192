import Foundation
import Slipway
import Testing

@testable import SlipwayCLI

@Suite struct PlanFileTests {
    let toy = ToyPlatform()
    let shell: Shell
    let config: String
    var plan: String { shell.path("plan.json") }

    init() {
        shell = Shell(platforms: [toy])
        config = shell.file("slipway.yaml", Configs.toy(targets: ["seoul", "tokyo"]))
    }

    @Test("given a plan file, when it is carried out, then it is done as planned, for its owner's eyes only")
    func carriedOut() async throws {
        #expect(await shell.run("plan", "-f", config, "-o", plan).status == .done)
        let mode = try FileManager.default.attributesOfItem(atPath: plan)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        #expect(text.contains(#""deadline" : "10m""#))
        #expect(await shell.run("deploy", "-f", config, "--plan", plan).status == .done)
        #expect(toy.world("tokyo").live == "2.0.0")
    }

    @Test("given --output json, when releases are planned, then every plan is one line")
    func oneLineEach() async throws {
        let result = await shell.run("plan", "-f", config, "--output", "json")
        #expect(result.lines.count == 2)
        #expect(result.json.map { $0["target"]?.string } == ["seoul", "tokyo"])
        for line in result.json {
            #expect(line["type"] == "plan" && line["application"] == "shop")
            #expect(line[path: "plan", "steps"]?.array?.isEmpty == false)
        }
    }

    @Test("given a plan file, when the live state has moved since, then nothing is touched and the exit is 3")
    func moved() async {
        _ = await shell.run("plan", "-f", config, "-o", plan)
        toy.change { $0.live = "1.5.0" }
        let result = await shell.run("deploy", "-f", config, "--plan", plan, "--target", "seoul")
        #expect(result.status == .refused)
        #expect(
            result.out.contains(
                "the live state has changed since the plan was made; nothing was touched, make a new plan."
            )
        )
        #expect(result.lines.last?.hasPrefix("seoul: the live state") == true)
        #expect(toy.world().live == "1.5.0")
        #expect(await shell.run("history").out == "no runs yet\n")
    }

    @Test(
        "given a plan file that is cut off, for another application, or without the target, then one sentence says so"
    )
    func unusable() async throws {
        _ = await shell.run("plan", "-f", config, "-o", plan)
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        let cut = shell.file("cut.json", String(text.prefix(text.count / 2)))
        #expect(
            await shell.run("deploy", "-f", config, "--plan", cut).err.contains(
                "is not a plan of `slipway plan -o`, or it was cut off"
            )
        )
        let other = shell.file(
            "other.json",
            text.replacing(#""application" : "shop""#, with: #""application" : "blog""#)
        )
        #expect(
            await shell.run("deploy", "-f", config, "--plan", other).err.contains(
                "is for blog, and the config is for shop"
            )
        )
        let missing = await shell.run("deploy", "-f", config, "--plan", plan, "--target", "osaka")
        #expect(missing.status == .badInput)
    }

    @Test("given a folder that is not there, when a plan is written into it, then one sentence says so")
    func unwritable() async {
        let result = await shell.run("plan", "-f", config, "-o", shell.path("none/plan.json"))
        #expect(result.status == .badInput)
        #expect(result.err.contains("none/plan.json cannot be written: No such file or directory."))
    }
}
