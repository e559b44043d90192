internal import SlipwayBase

// What a verifier on the side of the service needs: every step by itself, with what the client claims.
extension SigV4 {
    /// The signature that `input` must have, as 64 digits in lower case, over exactly the headers named.
    ///
    /// `stamp` is the client's own `X-Amz-Date`. A query parameter `X-Amz-Signature` is left out.
    public func signature(of input: Input, signedHeaders: [String], stamp: String, by key: AccessKey) -> String {
        let day = String(stamp.prefix(8))
        let request = canonicalRequest(of: input, signedHeaders: signedHeaders)
        let text = Self.stringToSign(request, stamp: stamp, scope: scope(of: day))
        return signature(ofStringToSign: text, by: key, day: day)
    }

    /// The canonical request: over exactly the headers named, or over all that are to be signed when there are none.
    ///
    /// A query parameter `X-Amz-Signature` is left out.
    public func canonicalRequest(of input: Input, signedHeaders: [String]? = nil) -> String {
        var fields = CanonicalFields()
        guard let signedHeaders else {
            for field in input.headers { fields.insert(field) }
            return canonicalRequest(of: input, fields, payloadHash: input.payload.hash)
        }
        for name in signedHeaders {
            let name = name.lowercased()
            let values = input.headers.filter { $0.name.lowercased() == name }
            // A header that is claimed and absent is signed as an empty one: no client signs that by accident.
            for field in values.isEmpty ? [(name, "")] : values { fields.insert(field, isAsked: true) }
        }
        return canonicalRequest(of: input, fields, payloadHash: input.payload.hash)
    }

    /// The text that is signed. `stamp` is like `20150830T123600Z`, `scope` like `20150830/us-east-1/s3/aws4_request`.
    public static func stringToSign(_ canonicalRequest: String, stamp: String, scope: String) -> String {
        "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(SHA256.hexDigest(of: canonicalRequest))"
    }

    /// The signature of a string to sign, as 64 digits in lower case; `day` is like `20150830`.
    public func signature(ofStringToSign text: String, by key: AccessKey, day: String) -> String {
        hexadecimal(HMAC.sha256(of: text.utf8, key: keys.key(of: key, day: day, region: region, service: service)))
    }
}
