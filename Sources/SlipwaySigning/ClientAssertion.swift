public import SlipwayBase

/// With what a client proves to Entra that it holds the key of a certificate: a token that it signs itself. Pure.
///
/// Source: Microsoft identity platform, application authentication with certificates.
public struct ClientAssertion: Sendable {
    /// How the certificate is named and the assertion signed.
    public enum Form: Hashable, Sendable {
        /// PS256, and the certificate named by its SHA-256 as `x5t#S256`.
        case modern
        /// RS256, and the certificate named by its SHA-1 as `x5t`, as AD FS and older clients have it.
        case classic
    }

    /// How long an assertion holds.
    public static let life = Duration.seconds(600)

    /// The number of the client.
    public var client: String
    /// The URL of the token endpoint that it is for.
    public var audience: String
    /// How the certificate is named and the assertion signed.
    public var form: Form
    /// The certificate that the client is registered with.
    public var certificate: CertificateInfo
    /// The certificate and those that vouch for it, where all of them are sent along (`x5c`); else empty.
    public var chain: [CertificateInfo]

    /// Makes an assertion that is not signed yet.
    public init(
        client: String,
        audience: String,
        form: Form = .modern,
        certificate: CertificateInfo,
        chain: [CertificateInfo] = []
    ) {
        (self.client, self.audience, self.form) = (client, audience, form)
        (self.certificate, self.chain) = (certificate, chain)
    }

    /// The assertion as of `time`, under the number `id`; nil where OpenSSL's policy forbids the signature.
    public func signed(by key: RSAPrivateKey, at time: Timestamp, id: String) -> Secret<String>? {
        let now = JSON.int(time.milliseconds / 1000)
        let claims: JSONObject = [
            "aud": .string(audience), "iss": .string(client), "sub": .string(client), "jti": .string(id),
            "nbf": now, "iat": now, "exp": .int((time + Self.life).milliseconds / 1000),
        ]
        return JSONWebToken.signed(header: header, claims: claims, by: key, form == .modern ? .ps256 : .rs256)
    }

    private var header: JSONObject {
        var header: JSONObject =
            form == .modern
            ? ["x5t#S256": .string(certificate.sha256Thumbprint)] : ["x5t": .string(certificate.sha1Thumbprint)]
        if !chain.isEmpty { header["x5c"] = .array(chain.map { .string(Digits.base64($0.der)) }) }
        return header
    }
}
