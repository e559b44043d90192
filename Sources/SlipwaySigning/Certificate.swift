import COpenSSL
public import SlipwayBase

/// What an X.509 certificate says about itself, read before any connection is made.
public struct CertificateInfo: Hashable, Sendable {
    /// Whom it is for, such as `CN=admin,O=system:masters`; printable.
    public var subject: String
    /// Who signed it; printable.
    public var issuer: String
    /// When it begins to hold.
    public var notBefore: Timestamp
    /// When it ends.
    public var notAfter: Timestamp
    /// The certificate itself as DER.
    public let der: [UInt8]

    /// Reads the first certificate of a PEM text; anything else there is skipped.
    public init(pem: [UInt8]) throws(CertificateFailure) {
        guard let first = try Self.all(pem: pem, max: 1).first else { throw .noCertificate }
        self = first
    }

    /// Reads every certificate of a PEM text, at least one and at most `max` of them.
    public static func all(pem: [UInt8], max: Int = 500) throws(CertificateFailure) -> [CertificateInfo] {
        var found: [CertificateInfo] = []
        var isDamaged = false
        withMemory(pem) { bio in
            while found.count < max {
                guard let certificate = slipway_read_certificate(bio) else {
                    isDamaged = slipway_was_end_of_pem() == 0
                    return
                }
                defer { X509_free(certificate) }
                guard let info = CertificateInfo(certificate) else {
                    isDamaged = true
                    return
                }
                found.append(info)
            }
        }
        guard !isDamaged else { throw .damagedCertificate }
        guard !found.isEmpty else { throw .noCertificate }
        return found
    }

    /// Whether `key`, a PEM private key, belongs to this certificate.
    ///
    /// Throws when the key cannot be read or needs a passphrase.
    public func matches(key: Secret<[UInt8]>) throws(CertificateFailure) -> Bool {
        let text = key.reveal()
        var result: Bool?
        withMemory(text) { bio in
            guard let key = slipway_read_private_key(bio) else { return }
            defer { EVP_PKEY_free(key) }
            der.withUnsafeBufferPointer { bytes in
                var position = bytes.baseAddress
                guard let certificate = d2i_X509(nil, &position, bytes.count) else { return }
                defer { X509_free(certificate) }
                result = X509_check_private_key(certificate, key) == 1
            }
        }
        ERR_clear_error()
        guard let result else {
            throw CertificateFailure(unreadableKey: text)
        }
        return result
    }

    /// The SHA-1 of the DER in base64 of URLs, which names the certificate as `x5t` of a JSON Web Token.
    public var sha1Thumbprint: String { Digits.base64url(InsecureSHA1.digest(of: der)) }

    /// The SHA-256 of the DER in base64 of URLs, which names the certificate as `x5t#S256` of a JSON Web Token.
    public var sha256Thumbprint: String { Digits.base64url(SHA256.digest(of: der)) }

    private init?(_ certificate: OpaquePointer) {
        guard let notBefore = time(X509_get0_notBefore(certificate)),
            let notAfter = time(X509_get0_notAfter(certificate)), let der = encoding(certificate)
        else { return nil }
        (self.notBefore, self.notAfter, self.der) = (notBefore, notAfter, der)
        subject = name(X509_get_subject_name(certificate))
        issuer = name(X509_get_issuer_name(certificate))
    }
}

/// Why a certificate or key cannot be used.
public enum CertificateFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no PEM certificate.
    case noCertificate
    /// There is one, and it cannot be read.
    case damagedCertificate
    /// There is no PEM private key that can be read.
    case unreadableKey
    /// The private key needs a passphrase.
    case encryptedKey
    /// The key is not an RSA key.
    case otherKey

    /// Why no private key could be read from `pem`.
    init(unreadableKey pem: [UInt8]) {
        self = String(decoding: pem, as: UTF8.self).contains("ENCRYPTED") ? .encryptedKey : .unreadableKey
    }

    /// What is wrong, to be put after the name of the file.
    public var description: String {
        switch self {
        case .noCertificate: "holds no PEM certificate"
        case .damagedCertificate: "holds a PEM certificate that cannot be read"
        case .unreadableKey: "holds no PEM private key that can be read"
        case .encryptedKey:
            "holds a private key with a passphrase, which cannot be asked for; store the key without one"
        case .otherKey: "holds a key that is not an RSA key, and no other can be used"
        }
    }
}

// The reader keeps a pointer to the bytes, so everything it is used for happens inside.
func withMemory(_ bytes: [UInt8], _ body: (OpaquePointer) -> Void) {
    bytes.withUnsafeBytes { bytes in
        guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return }
        defer { BIO_free(bio) }
        ERR_clear_error()
        body(bio)
    }
}

/// The DER of a certificate.
private func encoding(_ certificate: OpaquePointer) -> [UInt8]? {
    let count = i2d_X509(certificate, nil)
    guard count > 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: Int(count)) { output, written in
        var end = output.baseAddress
        written = Int(i2d_X509(certificate, &end))
    }
}

private func name(_ name: OpaquePointer?) -> String {
    guard let name, let bio = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(bio) }
    guard slipway_print_name(bio, name) >= 0 else { return "" }
    var start: UnsafeMutablePointer<CChar>?
    let count = slipway_bio_contents(bio, &start)
    guard let start, count > 0 else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self).printable(max: 200)
}

private func time(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
    guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
    defer { ASN1_STRING_free(epoch) }
    var (days, seconds): (Int32, Int32) = (0, 0)
    guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
    return Timestamp(milliseconds: (Int64(days) * 86_400 + Int64(seconds)) * 1000)
}
