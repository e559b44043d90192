import CCertificates
public import SlipwayBase

/// A certificate and its key, both PEM.
public struct IssuedCertificate: Sendable {
    /// The certificate.
    public var certificate: String
    /// Its key.
    public var key: Secret<String>

    /// Makes a pair of what was kept.
    public init(certificate: String, key: Secret<String>) { (self.certificate, self.key) = (certificate, key) }

    /// How long the certificate is still good for; negative when it is over or cannot be read.
    public var timeLeft: Duration { .seconds(sandbox_seconds_left(certificate)) }

    /// A new authority that signs for itself, good for ten years.
    public static func authority(named name: String) throws(InputFailure) -> IssuedCertificate {
        try make(name, organization: nil, names: nil, isAuthority: true, isClient: false, days: 3650, by: nil)
    }

    /// A certificate for a server at these names, such as `DNS:localhost` and `IP:127.0.0.1`, signed by this authority.
    public func server(named name: String, at names: [String], days: Int) throws(InputFailure) -> IssuedCertificate {
        let names = names.joined(separator: ",")
        return try Self.make(
            name,
            organization: nil,
            names: names,
            isAuthority: false,
            isClient: false,
            days: days,
            by: self
        )
    }

    /// A certificate for a client, signed by this authority.
    public func client(_ name: String, group: String?, days: Int) throws(InputFailure) -> IssuedCertificate {
        try Self.make(name, organization: group, names: nil, isAuthority: false, isClient: true, days: days, by: self)
    }

    private static func make(
        _ name: String,
        organization: String?,
        names: String?,
        isAuthority: Bool,
        isClient: Bool,
        days: Int,
        by issuer: IssuedCertificate?
    ) throws(InputFailure) -> IssuedCertificate {
        var certificate: UnsafeMutablePointer<CChar>?
        var key: UnsafeMutablePointer<CChar>?
        defer {
            sandbox_free(certificate)
            sandbox_free(key)
        }
        let isDone = name.withCString { name in
            withOptional(organization) { organization in
                withOptional(names) { names in
                    withOptional(issuer?.certificate) { issuerCertificate in
                        withOptional(issuer?.key.reveal()) { issuerKey in
                            var request = sandbox_request(
                                common_name: name,
                                organization: organization,
                                alternative_names: names,
                                is_authority: isAuthority ? 1 : 0,
                                is_client: isClient ? 1 : 0,
                                days: days
                            )
                            return sandbox_issue(&request, issuerCertificate, issuerKey, &certificate, &key) == 1
                        }
                    }
                }
            }
        }
        guard isDone, let certificate, let key else {
            throw InputFailure("OpenSSL could not make a certificate for \(name.printable(max: 100))")
        }
        return IssuedCertificate(certificate: String(cString: certificate), key: Secret(String(cString: key)))
    }
}

private func withOptional<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}

extension CertifiedCaller {
    private static let subjectBytesMax = 4096

    /// Reads the subject of a certificate; nil when it has no name that can be read.
    init?(der: [UInt8]) {
        var text = [UInt8](repeating: 0, count: Self.subjectBytesMax)
        let count = text.withUnsafeMutableBytes { room in
            sandbox_subject(der, der.count, room.bindMemory(to: CChar.self).baseAddress, room.count)
        }
        guard count > 0 else { return nil }
        let lines = String(decoding: text.prefix(count), as: UTF8.self).split(separator: "\n").map(String.init)
        guard let name = lines.first else { return nil }
        self.init(name: name, groups: Array(lines.dropFirst()))
    }
}
