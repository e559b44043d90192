import Foundation
import SlipwayBase
import SlipwaySigning

/// Certificates and keys that the `openssl` tool makes once for all tests; nil, after saying so, where it is missing.
struct TestCertificate: Sendable {
    var certificate: [UInt8]
    var key: [UInt8]
    var encryptedKey: [UInt8]
    var otherCertificate: [UInt8]
    var ecKey: [UInt8]
    var pkcs12: [UInt8]

    /// An hour after the certificates began to hold.
    var time: VirtualTime {
        let start = (try? CertificateInfo(pem: certificate))?.notBefore
        return VirtualTime(now: (start ?? Timestamp(milliseconds: 0)) + .seconds(3_600))
    }

    static let made: TestCertificate? = try? make()

    private static func make() throws -> TestCertificate? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func certificate(_ name: String) -> String {
            "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=\(name) -keyout \(name).key -out \(name).pem"
        }
        let commands = [
            certificate("own"), certificate("other"), "pkey -in own.key -aes256 -passout pass:x -out encrypted.key",
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out ec.key",
            "pkcs12 -export -in own.pem -inkey own.key -passout pass:x -out own.p12",
        ]
        for command in commands {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["openssl"] + command.split(separator: " ").map(String.init)
            process.currentDirectoryURL = folder
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                print("skipped: the openssl tool is not there or cannot run `openssl \(command)`")
                return nil
            }
        }
        func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }
        return TestCertificate(
            certificate: try read("own.pem"),
            key: try read("own.key"),
            encryptedKey: try read("encrypted.key"),
            otherCertificate: try read("other.pem"),
            ecKey: try read("ec.key"),
            pkcs12: try read("own.p12")
        )
    }
}
