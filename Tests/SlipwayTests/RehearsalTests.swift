import Foundation
import Slipway
import Testing

/// Every way a config can lay a target out is rehearsed: deployed, and taken back when its image fails.
@Suite struct RehearsalTests {
    static let layouts = [
        ("rolling: {}", "deployment: shop"),
        ("rolling: {}", "deployment: shop, container: web"),
        ("blueGreen: { scaleDownDelay: 1m }", "blue: shop-blue, green: shop-green, service: shop"),
        (
            "blueGreen: { old: remove }",
            "blue: shop-blue, green: shop-green, service: shop, previewService: shop-preview"
        ),
        ("blueGreen: { old: keep }", "blue: shop-blue, green: shop-green, ingress: { name: shop }"),
        ("blueGreen: {}", "blue: shop-blue, green: shop-green, httpRoute: { name: shop }"),
        (
            "canary: { steps: [{ setWeight: 20 }] }",
            "stable: shop-stable, canary: shop-canary, httpRoute: { name: shop }"
        ),
        (
            "canary: { steps: [{ setWeight: 20 }] }",
            "stable: shop-stable, canary: shop-canary, httpRoute: { name: shop, rule: 2 }"
        ),
        ("canary: { steps: [{ setWeight: 20 }] }", "stable: shop-stable, canary: shop-canary, ingress: { name: shop }"),
        (
            "canary: { steps: [{ setWeight: 20 }] }",
            "stable: shop-stable, canary: shop-canary, virtualService: { name: shop, route: main }"
        ),
        (
            "canary: { steps: [{ setWeight: 25 }, { setWeight: 50 }] }",
            "stable: shop-stable, canary: shop-canary, service: shop"
        ),
    ]

    private func rehearse(_ layout: (String, String), world: String?) async throws -> Verdict {
        let folder = NSTemporaryDirectory() + "slipway-rehearsal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", image: "registry.example.com/shop:2.4.1" }
            strategy: { \(layout.0) }
            accept: [replicaRatio]
            targets: [ { name: seoul, kubernetes: { namespace: shop, \(layout.1) } } ]
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/slipway.yaml"))
        var rehearsal = Toolkit.Rehearsal()
        if let world {
            rehearsal.world = folder + "/world.yaml"
            try Data(world.utf8).write(to: URL(fileURLWithPath: folder + "/world.yaml"))
        }
        let toolkit = try Toolkit.offline(rehearsal)
        let config = try toolkit.load(folder + "/slipway.yaml")
        let proposal = try await toolkit.plan(config.targets[0], of: config)
        #expect(proposal.plan.context.old?.version == (world == nil ? "2.4.0" : "2.3.9"))
        let verdict = try await toolkit.deploy(proposal)
        // What a second look says is what the verdict promised.
        let live = try await proposal.session.connection.provider.observe().live?.version
        #expect(live == (verdict == .deployed ? "2.4.1" : proposal.plan.context.old?.version))
        return verdict
    }

    @Test("given a layout, when a release is rehearsed on it, then it is live at the end", arguments: layouts)
    func deploys(_ layout: (String, String)) async throws {
        #expect(try await rehearse(layout, world: nil) == .deployed)
    }

    @Test(
        "given a world where the new image fails, when a release is rehearsed, then the old one is live at the end",
        arguments: layouts,
        ["failToPull", "crash", "hang"]
    )
    func fails(_ layout: (String, String), _ kind: String) async throws {
        let world = """
            live: { image: "registry.example.com/shop:2.3.9" }
            targets: { seoul: { replicas: 6, failures: [{ imageContains: "2.4.1", kind: \(kind) }] } }
            """
        #expect(try await rehearse(layout, world: world) == .failed)
    }
}
