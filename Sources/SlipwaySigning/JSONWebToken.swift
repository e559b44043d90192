public import SlipwayBase

/// A JSON Web Token in its compact form: a header, claims and a signature over both.
///
/// What it says counts for nothing before `isSigned(by:)` has said so.
///
/// Source: RFC 7515, RFC 7519.
public struct JSONWebToken: Sendable {
    /// How it is signed and by whom.
    public let header: JSON
    /// What it says.
    public let claims: JSON
    private let message: [UInt8]
    private let signature: [UInt8]

    /// Takes a token apart; nil when it is not three parts, of which the first two are JSON objects.
    public init?(parsing text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Digits.bytes(base64url: parts[2])
        else { return nil }
        (self.header, self.claims, self.signature) = (header, claims, signature)
        message = Array("\(parts[0]).\(parts[1])".utf8)
    }

    /// The claims of a token that nobody has checked: for display, never for a decision that grants anything.
    ///
    /// Nil when `text` is no such token; its signature may be anything.
    public static func unverifiedClaims(of text: String) -> JSON? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 ? object(String(parts[1])) : nil
    }

    /// The algorithm that the header names; nil for every one that is not RSA with SHA-256, `none` among them.
    public var algorithm: RSASignature? { header["alg"]?.string.flatMap(RSASignature.init(rawValue:)) }

    /// Whether the other half of `key` has signed header and claims with the algorithm that the header names.
    public func isSigned(by key: RSAPublicKey) -> Bool {
        guard let algorithm else { return false }
        return key.verifies(signature, of: message, algorithm)
    }

    /// A token of `header`, to which `alg` and `typ` are added at the front, and `claims`, signed by `key`.
    ///
    /// Nil where OpenSSL's policy forbids the signature, as for keys that are too short.
    public static func signed(
        header: JSONObject,
        claims: JSONObject,
        by key: RSAPrivateKey,
        _ algorithm: RSASignature
    ) -> Secret<String>? {
        let first: [(String, JSON)] = [("alg", .string(algorithm.rawValue)), ("typ", "JWT")]
        let head = JSON.object(JSONObject(first + header.members.map { ($0.key, $0.value) }))
        let message = Digits.base64url(head.bytes) + "." + Digits.base64url(JSON.object(claims).bytes)
        return key.signature(of: Array(message.utf8), algorithm).map { Secret(message + "." + Digits.base64url($0)) }
    }

    private static func object(_ part: String) -> JSON? {
        guard let bytes = Digits.bytes(base64url: part), let json = try? JSON(parsing: bytes) else { return nil }
        return json.object == nil ? nil : json
    }
}
