import COpenSSL

extension SigV4 {
    /// What a request says about its own signature, before anyone believes it.
    public struct Claim: Hashable, Sendable {
        /// Whose key it says it is signed with.
        public var accessKeyID: String
        /// The day of the key, such as `20150830`; must be that of the request's own date.
        public var day: String
        /// The region of the key.
        public var region: String
        /// The service of the key.
        public var service: String
        /// The names of the headers it covers, in lower case and in order.
        public var signedHeaders: [String]
        /// 64 digits in lower case.
        public var signature: String

        /// Reads an `Authorization` header; nil when it is not one of Signature Version 4.
        public init?(authorization: String) {
            let scheme = "AWS4-HMAC-SHA256"
            guard authorization.hasPrefix(scheme) else { return nil }
            var parts: [String: String] = [:]
            // Bytes, not characters: a server does this for every request.
            for part in authorization.utf8.dropFirst(scheme.utf8.count).split(separator: UInt8(ascii: ",")) {
                guard let sign = part.firstIndex(of: UInt8(ascii: "=")) else { return nil }
                let name = part[..<sign].drop { $0 == UInt8(ascii: " ") }
                parts[String(Substring(name))] = String(Substring(part[sign...].dropFirst()))
            }
            self.init(parts["Credential"], parts["SignedHeaders"], parts["Signature"])
        }

        /// Reads the query of a presigned target; nil when it is not signed that way.
        public init?(target: String) {
            guard target.contains("X-Amz-Algorithm=AWS4-HMAC-SHA256") else { return nil }
            self.init(
                SigV4.parameter("X-Amz-Credential", of: target),
                SigV4.parameter("X-Amz-SignedHeaders", of: target),
                SigV4.parameter("X-Amz-Signature", of: target)
            )
        }

        private init?(_ credential: String?, _ signedHeaders: String?, _ signature: String?) {
            guard let credential, let signedHeaders, let signature else { return nil }
            let scope = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard scope.count == 5, scope[4] == "aws4_request", scope.allSatisfy({ !$0.isEmpty }) else { return nil }
            (accessKeyID, day, region, service) = (scope[0], scope[1], scope[2], scope[3])
            self.signedHeaders = signedHeaders.split(separator: ";").map(String.init)
            self.signature = signature
        }
    }

    /// Whether `input`, dated `stamp` by its sender, is signed as claimed: with that key, for this service and region.
    ///
    /// Takes as long whichever digit is wrong. The age of `stamp` and the headers that must be signed are for the
    /// caller to judge.
    public func verifies(_ claim: Claim, of input: Input, stamp: String, by key: AccessKey) -> Bool {
        guard claim.accessKeyID == key.id, claim.region == region, claim.service == service, claim.day.count == 8,
            stamp.hasPrefix(claim.day)
        else { return false }
        let wanted = signature(of: input, signedHeaders: claim.signedHeaders, stamp: stamp, by: key)
        guard let wanted else { return false }
        let given = Array(claim.signature.utf8)
        return given.count == 64 && CRYPTO_memcmp(given, Array(wanted.utf8), 64) == 0
    }

    /// The value of a query parameter of `target`, decoded; nil when it is absent.
    public static func parameter(_ name: String, of target: String) -> String? {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        for piece in target.utf8[mark...].dropFirst().split(separator: UInt8(ascii: "&")) {
            let end = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            guard piece[..<end].elementsEqual(name.utf8) else { continue }
            return String(decoding: decoded(Array(piece[end...].dropFirst())), as: UTF8.self)
        }
        return nil
    }

    private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        var (result, rest) = ([UInt8](), bytes[...])
        while let byte = rest.first {
            let escape = decodedEscape(rest)
            result.append(escape ?? byte)
            rest = rest.dropFirst(escape == nil ? 1 : 3)
        }
        return result
    }
}
