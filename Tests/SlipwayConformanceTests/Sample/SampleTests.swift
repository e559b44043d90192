import SlipwayBase
import SlipwayConformance
import SlipwayModel
import SlipwayStrategies
import Testing

@Suite("The suite on a provider from outside") struct SampleTests {
    private static let old = Release(version: "1", artifact: .image(reference: "lamps:1"))
    private static let new = Release(version: "2", artifact: .image(reference: "lamps:2"))

    private func findings(_ strategy: any Strategy, _ flaw: Flaw? = nil) async throws -> [Finding] {
        let suite = Conformance(strategy: strategy) {
            let time = VirtualTime()
            let street = Street(Self.old, lamps: 4, time: time)
            return Fixture(
                provider: LampProvider(street: street, flaw: flaw, time: time),
                time: time,
                release: Self.new,
                secrets: [LampProvider.key],
                writes: { street.now.writes }
            )
        }
        return try await suite.findings()
    }

    @Test("given a provider that is right when the suite runs over rolling releases then nothing is found")
    func rolling() async throws {
        #expect(try await findings(RollingStrategy(maxSurge: .count(1))) == [])
    }

    @Test(
        "given a provider that is right when the suite runs over blue-green releases then nothing is found",
        arguments: Disposal.allCases
    )
    func blueGreen(_ disposal: Disposal) async throws {
        #expect(try await findings(BlueGreenStrategy(disposal: disposal)) == [])
    }

    @Test(
        "given a provider with a flaw when the suite runs then just the rule it breaks is found",
        arguments: Flaw.allCases
    )
    func flawed(_ flaw: Flaw) async throws {
        let findings = try await findings(BlueGreenStrategy(), flaw)
        #expect(Set(findings.map(\.rule)) == flaw.rules, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test("given a finding about a secret when it is read then the secret is not in it")
    func quiet() async throws {
        for flaw in [Flaw.leaksIntoThePlan, .leaksIntoProgress, .givesUpAndLeaks] {
            let findings = try await findings(BlueGreenStrategy(), flaw)
            #expect(!findings.isEmpty)
            #expect(!findings.contains { $0.description.contains(LampProvider.key) })
        }
    }

    @Test("given a fixture that runs the new release already when the suite runs then the fixture is to blame")
    func wrongFixture() async throws {
        let suite = Conformance(strategy: RollingStrategy()) {
            let time = VirtualTime()
            let street = Street(Self.new, lamps: 4, time: time)
            return Fixture(
                provider: LampProvider(street: street, time: time),
                time: time,
                release: Self.new,
                writes: { street.now.writes }
            )
        }
        #expect(try await suite.findings().contains { $0.rule == "the fixture runs another release first" })
    }
}
