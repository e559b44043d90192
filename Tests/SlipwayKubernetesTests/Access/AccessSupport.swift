import Foundation
import SlipwayAccess
import SlipwayBase
import SlipwayConfig
import SlipwayKubernetes
import SlipwaySigning

/// A machine for tests: its files and environment are values, its plugins a closure.
struct FakeMachine: Sendable {
    var files: [String: String] = [:]
    var open: Set<String> = []
    var variables: [String: String] = [:]
    var time: any TimeSource = VirtualTime()
    var plugin:
        @Sendable (AccessEnvironment.Plugin) throws(AccessEnvironment.PluginFailure) -> AccessEnvironment.PluginResult =
            {
                _ throws(AccessEnvironment.PluginFailure) in throw .missing
            }

    var environment: AccessEnvironment {
        let machine = self
        return AccessEnvironment(
            readFile: { (path, max) throws(AccessEnvironment.FileFailure) in
                guard let text = machine.files[path] else { throw .missing }
                guard text != "forbidden" else { throw .unreadable("permission denied") }
                guard text.utf8.count <= max else { throw .tooLarge }
                return .init(Array(text.utf8), isReadableByOthers: machine.open.contains(path))
            },
            variable: { machine.variables[$0] },
            run: { (plugin) async throws(AccessEnvironment.PluginFailure) in try machine.plugin(plugin) },
            time: time
        )
    }

    /// A machine whose only kubeconfig is `text`.
    init(kubeconfig text: String) {
        files["/home/dev/.kube/config"] = text
        variables["HOME"] = "/home/dev"
    }

    init() {}

    /// What access is refused with, one line a diagnostic.
    func refusal(_ request: ClusterAccess.Request = .init()) -> String {
        do throws(InputFailure) {
            return "accepted: \(try ClusterAccess.resolve(request, in: environment).origin)"
        } catch { return error.description }
    }
}

/// A kubeconfig with one context, whose cluster and user are flow mappings.
func kubeconfig(
    cluster: String = "{ server: \"https://example.com\" }",
    user: String = "{ token: t }",
    more: String = ""
) -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: dev
    contexts: [{ name: dev, context: { cluster: c, user: u, namespace: shop } }]
    clusters: [{ name: c, cluster: \(cluster) }]
    users: [{ name: u, user: \(user) }]
    \(more)
    """
}

/// Certificates made once with the `openssl` tool; nil, after saying so, where the tool is missing.
struct TestCertificates: Sendable {
    var certificate: String
    var key: String
    var otherKey: String
    /// A certificate that holds for one day only.
    var shortLived: String
    /// A time at which the certificate holds.
    var now: Timestamp

    static let shared: TestCertificates? = make()

    private static func make() -> TestCertificates? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let commands = [
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/O=shop/CN=dev", "-keyout", "key.pem", "-out", "cert.pem",
            ],
            [
                "req", "-x509", "-key", "key.pem", "-days", "1", "-subj", "/CN=short", "-out", "short.pem",
            ],
            ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", "other.pem"],
        ]
        for command in commands {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["openssl"] + command
            process.currentDirectoryURL = folder
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return skip() }
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { return skip() }
        }
        func text(_ name: String) -> String {
            (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
        }
        guard let info = try? CertificateInfo(pem: Array(text("cert.pem").utf8)) else { return skip() }
        return TestCertificates(
            certificate: text("cert.pem"),
            key: text("key.pem"),
            otherKey: text("other.pem"),
            shortLived: text("short.pem"),
            now: info.notBefore + .seconds(3600)
        )
    }

    private static func skip() -> TestCertificates? {
        print("skipped: tests with certificates need the openssl tool")
        return nil
    }
}

func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
