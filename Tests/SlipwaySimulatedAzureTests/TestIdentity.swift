import Foundation
import SlipwayBase

/// A certificate and its key, made by the machine's own openssl.
struct TestIdentity {
    var certificate: [UInt8]
    var key: [UInt8]

    /// The time at which they were made.
    static let time = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 60_000)

    /// One of them; nil without openssl.
    static let made = make()
    /// Another one.
    static let other = make()

    private static func make() -> TestIdentity? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-identity-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.appending(path: "key").path,
            "-out", folder.appending(path: "certificate").path, "-days", "30", "-subj", "/CN=simulated",
        ]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        guard let certificate = try? Data(contentsOf: folder.appending(path: "certificate")),
            let key = try? Data(contentsOf: folder.appending(path: "key"))
        else { return nil }
        return TestIdentity(certificate: Array(certificate), key: Array(key))
    }
}
