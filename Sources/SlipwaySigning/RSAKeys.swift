import COpenSSL
public import SlipwayBase

/// The two RSA signatures of JSON Web Tokens, by their names there.
///
/// Source: RFC 7518, sections 3.3 and 3.5.
public enum RSASignature: String, Hashable, Sendable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    case ps256 = "PS256"
}

/// An RSA key that signs; it never shows itself.
public final class RSAPrivateKey: @unchecked Sendable, CustomStringConvertible, CustomReflectable {
    // Never changed once it is read, so that every thread may use it.
    private let key: OpaquePointer

    /// Reads the first private key of a PEM text; anything else there is skipped.
    public init(pem: Secret<[UInt8]>) throws(CertificateFailure) {
        let text = pem.reveal()
        var found: OpaquePointer?
        withMemory(text) { bio in found = slipway_read_private_key(bio) }
        ERR_clear_error()
        guard let found else { throw CertificateFailure(unreadableKey: text) }
        guard EVP_PKEY_is_a(found, "RSA") == 1 else {
            EVP_PKEY_free(found)
            throw .otherKey
        }
        key = found
    }

    deinit { EVP_PKEY_free(key) }

    /// Signs `message`; two signatures of one message differ with PS256, because their salt is drawn anew.
    ///
    /// Nil where OpenSSL's policy forbids it, as for keys that are too short.
    public func signature(of message: [UInt8], _ algorithm: RSASignature) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        guard EVP_DigestSignInit(context, &parameters, SHA256.algorithm, nil, key) == 1,
            algorithm.isSet(in: parameters)
        else { return nil }
        var count = 0
        guard EVP_DigestSign(context, nil, &count, message, message.count) == 1 else { return nil }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return nil }
        return Array(signature.prefix(count))
    }

    /// Always the same words.
    public var description: String { "[redacted]" }
    /// No children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// An RSA key that checks signatures.
public final class RSAPublicKey: @unchecked Sendable {
    // Never changed once it is read, so that every thread may use it.
    private let key: OpaquePointer

    /// Reads a PEM text: its first certificate, or else its public key.
    public convenience init(pem: [UInt8]) throws(CertificateFailure) {
        var found: OpaquePointer?
        withMemory(pem) { bio in
            guard let certificate = slipway_read_certificate(bio) else { return }
            defer { X509_free(certificate) }
            found = X509_get_pubkey(certificate)
        }
        if found == nil { withMemory(pem) { bio in found = slipway_read_public_key(bio) } }
        ERR_clear_error()
        guard let found else { throw .noCertificate }
        try self.init(found)
    }

    /// Takes the key of a certificate as DER, as in `x5c` of a JSON Web Token.
    public convenience init(certificateDER der: [UInt8]) throws(CertificateFailure) {
        let found = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            guard let certificate = d2i_X509(nil, &position, bytes.count) else { return nil }
            defer { X509_free(certificate) }
            return X509_get_pubkey(certificate)
        }
        ERR_clear_error()
        guard let found else { throw .damagedCertificate }
        try self.init(found)
    }

    /// Takes over `key`.
    private init(_ key: OpaquePointer) throws(CertificateFailure) {
        guard EVP_PKEY_is_a(key, "RSA") == 1 else {
            EVP_PKEY_free(key)
            throw .otherKey
        }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// Whether `signature` is one of `message` by this key's other half.
    public func verifies(_ signature: [UInt8], of message: [UInt8], _ algorithm: RSASignature) -> Bool {
        defer { ERR_clear_error() }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &parameters, SHA256.algorithm, nil, key) == 1,
            algorithm.isSet(in: parameters)
        else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

extension RSASignature {
    /// Makes a context sign or verify this way; says whether that was possible.
    fileprivate func isSet(in parameters: OpaquePointer?) -> Bool {
        switch self {
        case .rs256: return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING) == 1
        case .ps256:
            return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, Int32(RSA_PSS_SALTLEN_DIGEST)) == 1
        }
    }
}
