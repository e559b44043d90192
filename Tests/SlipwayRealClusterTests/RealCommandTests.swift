import Foundation
import SlipwayBase
import Testing

/// The program itself, as a person runs it, against the real control plane.
@Suite(
    "slipway deploy against a real API server",
    .serialized,
    .enabled(if: RealCluster.kubeconfig != nil, "\(RealCluster.whySkipped)")
)
struct RealCommandTests {
    private static let new = "registry.example.com/shop:2.4.1"
    private static let old = "registry.example.com/shop:2.4.0"

    private static let config = """
        apiVersion: slipway/v1
        application: shop
        release: { version: "2.4.1", image: "\(new)" }
        strategy:
          canary: { steps: [{ setWeight: 20 }, { pause: { duration: 2s } }, { setWeight: 60 }] }
        targets:
          - name: seoul
            kubernetes:
              namespace: slipway-seoul
              stable: shop-stable
              canary: shop-canary
              httpRoute: { name: shop }
          - name: tokyo
            kubernetes: { namespace: slipway-tokyo, deployment: shop }
            strategy: { rolling: { maxSurge: 1, maxUnavailable: 25% } }
          - name: osaka
            kubernetes: { namespace: slipway-osaka, blue: shop-blue, green: shop-green, service: shop }
            strategy: { blueGreen: { scaleDownDelay: 2s } }
        """

    /// The program that was built beside these tests.
    private static func program() throws -> URL {
        let folders = [Bundle.main.executableURL, CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }]
        let found = folders.compactMap { $0?.deletingLastPathComponent().appending(path: "slipway") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        return try #require(found, "the slipway program is not beside the tests")
    }

    private func slipway(_ arguments: [String], in folder: URL) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = try Self.program()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["KUBECONFIG"] = RealCluster.kubeconfig
        process.environment = environment
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    private func prepare() async throws -> [String: RealCluster] {
        let seoul = try await RealCluster(namespace: "slipway-seoul")
        let stable: JSON = ["app": "shop", "track": "stable"]
        try await seoul.createDeployment("shop-stable", image: Self.old, replicas: 4, labels: stable)
        try await seoul.createService("shop-stable", selector: stable)
        try await seoul.createService("shop-canary", selector: ["app": "shop", "track": "canary"])
        try await seoul.createRoute("shop", service: "shop-stable")
        let tokyo = try await RealCluster(namespace: "slipway-tokyo")
        try await tokyo.createDeployment("shop", image: Self.old, replicas: 4, labels: ["app": "shop"])
        let osaka = try await RealCluster(namespace: "slipway-osaka")
        let blue: JSON = ["app": "shop", "color": "blue"]
        try await osaka.createDeployment("shop-blue", image: Self.old, replicas: 3, labels: blue)
        try await osaka.createService("shop", selector: blue)
        return ["seoul": seoul, "tokyo": tokyo, "osaka": osaka]
    }

    @Test(
        "given one config with three strategies, when it is deployed and rolled back, then the API shows new and old versions"
    )
    func deployAndRollBack() async throws {
        let clusters = try await prepare()
        let gateway = clusters["seoul"]?.acceptRoute("shop")
        defer { gateway?.cancel() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-real-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Self.config.write(to: folder.appending(path: "slipway.yaml"), atomically: true, encoding: .utf8)

        let deployed = try slipway(["deploy", "--journal", "journal.sqlite"], in: folder)
        #expect(deployed.status == 0, "\(deployed.text)")
        let live = ["seoul": "shop-stable", "tokyo": "shop", "osaka": "shop-green"]
        for (target, deployment) in live { #expect(try await clusters[target]?.image(deployment) == Self.new) }

        for target in live.keys.sorted() {
            let back = try slipway(["rollback", "\(target)-1", "--journal", "journal.sqlite"], in: folder)
            #expect(back.status == 0, "\(back.text)")
        }
        #expect(try await clusters["seoul"]?.image("shop-stable") == Self.old)
        #expect(try await clusters["tokyo"]?.image("shop") == Self.old)
        let service = try await clusters["osaka"]?.get("/api/v1/namespaces/slipway-osaka/services/shop")
        #expect(service?[path: "spec", "selector", "color"]?.string == "blue")
        for cluster in clusters.values { try await cluster.close() }
    }
}
