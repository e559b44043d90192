import Foundation
public import SandboxServer
public import SlipwayBase

/// The sandbox's folder: what it is known by, and what a shell needs to reach it. Files are for their owner only.
public struct SandboxFolder: Sendable {
    /// The folder.
    public let path: String

    /// How long the server's certificate is good for, and when it is made anew.
    private static let (serverDays, renewalDays) = (397, 30)
    private static let clientDays = 3650

    /// The folder at `path`, which need not be there yet.
    public init(path: String) { self.path = path }

    /// What the server proves itself with, and the sandbox's secrets: read, or made where they are missing.
    public func identity(random: any RandomSource) throws(InputFailure) -> (Server.Identity, SandboxSecrets) {
        try makeFolder("")
        let authority = try issued("ca") { () throws(InputFailure) in
            try IssuedCertificate.authority(named: "slipway-sandbox")
        }
        let server = try issued("server", renewing: true) { () throws(InputFailure) in
            let names = ["DNS:localhost", "DNS:*.localhost", "IP:127.0.0.1", "IP:::1"]
            return try authority.server(named: "localhost", at: names, days: Self.serverDays)
        }
        _ = try issued("client") { () throws(InputFailure) in
            try authority.client("sandbox-admin", group: "system:masters", days: Self.clientDays)
        }
        let secrets = SandboxSecrets(
            admin: try secret("admin-token", random),
            kubernetes: try secret("kubernetes-token", random),
            awsKeyID: "AKIASANDBOX" + (try secret("aws-key", random).reveal().prefix(9)).uppercased(),
            awsSecret: try secret("aws-secret", random),
            authority: authority.certificate
        )
        return (Self.identity(server, by: authority), secrets)
    }

    /// What proves that the sandbox is `host`, to those who believe its authority.
    public func identity(of host: String) throws(InputFailure) -> Server.Identity {
        let authority = try issued("ca") { () throws(InputFailure) in
            throw InputFailure("\(place("ca.pem")) is gone; run `slipway-sandbox init` and start the sandbox again")
        }
        return Self.identity(
            try authority.server(named: host, at: ["DNS:\(host)"], days: Self.serverDays),
            by: authority
        )
    }

    private static func identity(_ server: IssuedCertificate, by authority: IssuedCertificate) -> Server.Identity {
        Server.Identity(
            certificate: server.certificate + authority.certificate,
            key: server.key,
            authority: authority.certificate
        )
    }

    /// Reads a file of the folder; nil when it is not there.
    public func read(_ name: String) -> String? { try? String(contentsOfFile: place(name), encoding: .utf8) }

    /// Whether a file of the folder is there.
    public func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: place(name)) }

    /// Writes a file for its owner only, in one step.
    public func write(_ text: String, to name: String) throws(InputFailure) {
        let (target, part) = (place(name), place(name) + ".part")
        try? FileManager.default.removeItem(atPath: part)
        let isWritten = FileManager.default.createFile(
            atPath: part,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten, rename(part, target) == 0 else {
            throw InputFailure("\(target) cannot be written; choose another folder with --dir")
        }
    }

    /// Adds lines to a file for its owner only.
    public func append(_ lines: [String], to name: String) throws(InputFailure) {
        if !has(name) { try write("", to: name) }
        guard let file = FileHandle(forWritingAtPath: place(name)) else {
            throw InputFailure("\(place(name)) cannot be written")
        }
        defer { try? file.close() }
        do {
            try file.seekToEnd()
            try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        } catch {
            throw InputFailure("\(place(name)) cannot be written")
        }
    }

    /// The whole path of a file of the folder.
    public func place(_ name: String) -> String { name.isEmpty ? path : path + "/" + name }

    /// Makes a folder in the folder, for its owner only.
    func makeFolder(_ name: String) throws(InputFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: place(name),
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw InputFailure("\(place(name)) cannot be made; choose another folder with --dir")
        }
    }

    private func issued(
        _ name: String,
        renewing: Bool = false,
        _ make: () throws(InputFailure) -> IssuedCertificate
    ) throws(InputFailure) -> IssuedCertificate {
        if let certificate = read("\(name).pem"), let key = read("\(name)-key.pem") {
            let kept = IssuedCertificate(certificate: certificate, key: Secret(key))
            if kept.timeLeft > (renewing ? .seconds(Self.renewalDays * 86_400) : .zero) { return kept }
        }
        let new = try make()
        try write(new.certificate, to: "\(name).pem")
        try write(new.key.reveal(), to: "\(name)-key.pem")
        return new
    }

    private func secret(_ name: String, _ random: any RandomSource) throws(InputFailure) -> Secret<String> {
        if let kept = read(name)?.trimmingCharacters(in: .whitespacesAndNewlines), kept.count >= 32 {
            return Secret(kept)
        }
        let digits = (0..<2).map { _ in String(random.next(), radix: 36) + String(random.next(), radix: 36) }
        let text = String((digits.joined() + String(repeating: "x", count: 40)).prefix(40))
        try write(text + "\n", to: name)
        return Secret(text)
    }
}
