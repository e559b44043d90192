import SlipwayFaults
import Testing

@Suite("Crash and fault simulation")
struct FaultTests {
    @Test(
        "given a scenario, when every fault strikes at some of its calls and every crash at some of its writes, then every promise holds",
        arguments: try Scenario.all().map(\.name)
    )
    func sweep(name: String) async throws {
        let scenario = try #require(try Scenario.all().first { $0.name == name })
        let report = await Sweep(Lab(scenario), stride: scenario.stride == 1 ? 16 : 64).run()
        print(
            "\(name): \(report.runs) rehearsals, \(report.calls) calls; all of them: swift run -c release SlipwayFaultsTool"
        )
        #expect(report.failures.map(\.description) == [])
        for kind in scenario.platform.faultKinds {
            #expect(report.runsByFault[kind.rawValue, default: 0] > 0, "\(kind) never struck")
        }
    }

    @Test(
        "given a planted bug, when the simulation runs, then it is found",
        arguments: PlantedBug.all.map(\.testDescription)
    )
    func plantedBug(description: String) async throws {
        let bug = try #require(PlantedBug.all.first { $0.testDescription == description })
        var mutations = Mutations()
        bug.plant(&mutations)
        let lab = Lab(try bug.scenario.make(), mutations: mutations)
        let report = await Sweep(lab, stride: bug.stride).run(failuresMax: 1)
        let found = try #require(report.failures.first, "nothing was found in \(report.runs) rehearsals")
        print("found after \(report.runs) rehearsals: \(description) → \(found)")
    }
}
