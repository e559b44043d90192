import SlipwayEngine
import Testing

@Suite struct TargetClaimTests {
    let folder = TemporaryFolder()

    private func claim(_ target: String = "seoul", application: String = "shop", processID: Int32 = 77) throws
        -> TargetClaim
    {
        try TargetClaim(
            target: target,
            application: application,
            journal: folder.file("journal.sqlite"),
            processID: processID
        )
    }

    @Test("given a claimed target, when it is claimed again, then one sentence names the process")
    func held() throws {
        let first = try claim()
        #expect(throws: ClaimFailure.held(target: "seoul", processID: 77)) { _ = try claim(processID: 78) }
        #expect(
            ClaimFailure.held(target: "seoul", processID: 77).description
                == "seoul is being worked on by another slipway (process 77); wait for it, or `slipway abort` its run."
        )
        withExtendedLifetime(first) {}
    }

    @Test("given a claim that was let go, when it is claimed again, then it is granted")
    func released() throws {
        do { _ = try claim() }
        _ = try claim(processID: 5)
        #expect(throws: Never.self) { _ = try claim() }
    }

    @Test("given other targets and applications, when they are claimed, then they do not disturb one another")
    func apart() throws {
        let claims = try [claim(), claim("tokyo"), claim(application: "blog"), claim("../../escape"), claim("a.b")]
        #expect(claims.count == 5)
        #expect(
            TemporaryFolder.mode(of: folder.file("journal.sqlite.claims/shop.%2e%2e%2f%2e%2e%2fescape.lock")) == 0o600
        )
    }
}
