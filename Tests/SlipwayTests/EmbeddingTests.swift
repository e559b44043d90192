import Foundation
import Slipway
import Testing

/// What an embedding program does, through the umbrella module alone.
@Suite struct EmbeddingTests {
    let folder = NSTemporaryDirectory() + "slipway-embedding-" + UUID().uuidString
    var config: String { folder + "/slipway.yaml" }

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", image: "registry.example.com/shop:2.4.1" }
            strategy: { canary: { steps: [ { setWeight: 20 }, { pause: { duration: 30m } }, { setWeight: 60 } ] } }
            targets:
              - name: seoul
                kubernetes: { namespace: shop, stable: shop-stable, canary: shop-canary, httpRoute: { name: shop } }
              - name: tokyo
                kubernetes: { namespace: shop, deployment: shop }
                strategy: { rolling: {} }
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: config))
    }

    @Test("given the program of the README, when it runs, then every target ends deployed and every event was told")
    func program() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let lines = Locked<[String]>([])
        var verdicts: [Verdict] = []

        let toolkit = try Toolkit.offline()
        let config = try toolkit.load(config)
        for target in config.targets {
            let proposal = try await toolkit.plan(target, of: config)
            let verdict = try await toolkit.deploy(proposal) { update in lines.withLock { $0.append("\(update)") } }
            verdicts.append(verdict)
        }

        #expect(verdicts == [.deployed, .deployed])
        #expect(lines.withLock { $0.first } == "2026-01-01T00:00:00Z seoul-1  canary release 2.4.0 -> 2.4.1, 10 steps")
        #expect(lines.withLock { $0.last?.hasSuffix("tokyo-1  deployed: 2.4.1 is live") } == true)
        #expect(try await toolkit.journal().runs(RunQuery()).map(\.id.description) == ["tokyo-1", "seoul-1"])
    }

    @Test("given a rehearsed world, when a second release follows, then it starts from the first")
    func twoReleases() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let toolkit = try Toolkit.offline()
        for version in ["2.4.1", "2.5.0"] {
            let overrides = ["release.version=\(version)", "release.image=registry.example.com/shop:\(version)"]
            let config = try toolkit.load(config, overrides: overrides)
            let proposal = try await toolkit.plan(try config.target("tokyo"), of: config)
            #expect(proposal.plan.context.old?.version == (version == "2.4.1" ? "2.4.0" : "2.4.1"))
            #expect(try await toolkit.deploy(proposal) == .deployed)
        }
    }

    @Test(
        "given a platform that is not known, when a config names it, then it is refused; when it is added, then it is used"
    )
    func addedPlatform() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.0.0", image: "shop:2.0.0" }
            strategy: { rolling: {} }
            targets: [ { name: shelf, shelf: { place: top } } ]
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: config))
        let toolkit = try Toolkit.offline()
        #expect(throws: InputFailure.self) { _ = try toolkit.load(config) }
        let extended = toolkit.adding(ShelfPlatform())
        let loaded = try extended.load(config)
        let proposal = try await extended.plan(loaded.targets[0], of: loaded)
        #expect(proposal.session.connection.summary == ["shelf top"])
        #expect(try await extended.deploy(proposal) == .deployed)
    }
}
