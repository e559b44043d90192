import SlipwayBase
import SlipwayEngine
import SlipwayModel
import SlipwayStrategies

/// Releases, plans and runs the tests of the engine share.
enum Samples {
    static let old = Release(version: "1.0.0", artifact: .image(reference: "registry.test/shop:1.0.0"))
    static let new = Release(version: "2.0.0", artifact: .image(reference: "registry.test/shop:2.0.0"))
    static let start = Timestamp(milliseconds: 1_767_225_600_000)

    static func observation(fingerprint: String = "as-it-was", live: Release? = old) -> Observation {
        let all = Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, Fidelity.exact) })
        return Observation(
            target: "seoul",
            live: live,
            replicas: 4,
            capabilities: Capabilities(all),
            fingerprint: fingerprint
        )
    }

    static func plan(_ strategy: any Strategy = RollingStrategy()) throws -> Plan {
        try strategy.plan(from: observation(), to: new, accepting: [])
    }

    static let canary = CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(300)), .setWeight(60), .pause(nil)])

    static func newRun(target: String = "seoul", application: String = "shop") throws -> NewRun {
        var run = NewRun(try plan(), application: application, platform: "toy", configDigest: "d1")
        run.target = target
        return run
    }

    static func journal(in folder: TemporaryFolder) throws -> SQLiteJournal {
        try SQLiteJournal(path: folder.file("journal.sqlite")) { "identity-1" }
    }
}
