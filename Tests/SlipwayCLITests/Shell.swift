import Foundation
import Slipway
import SlipwayBase

@testable import SlipwayCLI

/// Runs command lines in this process, in a folder of their own, and keeps what they say.
final class Shell: Sendable {
    struct Result: Sendable {
        var status: ExitReason
        var out: String
        var err: String

        var lines: [String] { out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast() }
        var json: [JSON] { lines.compactMap { try? JSON(parsing: $0) } }
    }

    let folder: String
    let platforms: [any Platform]
    let terminal: Terminal
    let network: Network
    let variables: [String: String]

    init(
        platforms: [any Platform] = [],
        terminal: Terminal = Terminal(),
        network: Network = .live,
        variables: [String: String] = [:]
    ) {
        folder = NSTemporaryDirectory() + "slipway-cli-" + UUID().uuidString
        (self.platforms, self.terminal, self.network, self.variables) = (platforms, terminal, network, variables)
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    /// Writes a file and gives its path.
    @discardableResult
    func file(_ name: String, _ text: String) -> String {
        let path = path(name)
        try? Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Runs `arguments`; the journal is in the folder.
    func run(_ arguments: String...) async -> Result { await run(arguments) }

    func run(_ arguments: [String]) async -> Result {
        let out = Locked("")
        let err = Locked("")
        var console = Console(
            out: { text in out.withLock { $0 += text } },
            err: { text in err.withLock { $0 += text } },
            terminal: terminal,
            environment: ["HOME": folder, "XDG_STATE_HOME": folder + "/state"].merging(variables) { $1 },
            catchesSignals: false,
            platforms: platforms
        )
        console.network = network
        let status = await Main.run(arguments, in: console)
        return Result(status: status, out: out.withLock { $0 }, err: err.withLock { $0 })
    }
}

/// Configs the tests share.
enum Configs {
    static let kubernetes = """
        apiVersion: slipway/v1
        application: shop
        release: { version: "2.4.1", image: "registry.example.com/shop:2.4.1" }
        strategy:
          canary:
            steps: [ { setWeight: 20 }, { pause: { duration: 5m } }, { setWeight: 60 }, { pause: { duration: 5m } } ]
        targets:
          - name: seoul
            kubernetes: { namespace: shop, stable: shop-stable, canary: shop-canary, httpRoute: { name: shop } }
          - name: tokyo
            kubernetes: { namespace: shop, deployment: shop }
            strategy: { rolling: { maxSurge: 1, maxUnavailable: 25% } }
          - name: osaka
            kubernetes: { namespace: shop, blue: shop-blue, green: shop-green, service: shop }
            strategy: { blueGreen: { autoPromote: true, scaleDownDelay: 5m } }
        """

    /// A canary of `version` on the toy platform that waits `pause` in the middle (`{}` for a person).
    static func toy(version: String = "2.0.0", pause: String = "{ duration: 10ms }", targets: [String] = ["seoul"])
        -> String
    {
        """
        apiVersion: slipway/v1
        application: shop
        release: { version: "\(version)", image: "shop:\(version)" }
        strategy: { canary: { steps: [ { setWeight: 20 }, { pause: \(pause) } ] } }
        targets:
        \(targets.map { "  - { name: \($0), toy: {} }" }.joined(separator: "\n"))
        """
    }
}
