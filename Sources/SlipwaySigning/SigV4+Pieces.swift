// What a verifier on the side of the service needs: every step by itself, with what the client claims.
extension SigV4 {
    /// The signature that `input` must have, as 64 digits in lower case, over exactly the headers named.
    ///
    /// `stamp` is the client's own `X-Amz-Date`, such as `20150830T123600Z`. A query parameter `X-Amz-Signature` is left
    /// out. Nil when `stamp` has another length.
    public func signature(of input: Input, signedHeaders: [String], stamp: String, by key: AccessKey) -> String? {
        guard let stamp = SigningStamp(stamp) else { return nil }
        let (derived, scratch) = keys.take(for: key, scope(stamp.day))
        defer { keys.putBack(scratch) }
        insert(signedHeaders, of: input, into: scratch)
        scratch.writeRequest(input, pathRule, payload: input.payload)
        scratch.writeStringToSign(stamp.bytes, scope: derived.scope)
        return hexadecimal(Array(scratch.signature(derived.hmac)))
    }

    /// The canonical request: over exactly the headers named, or over all that are to be signed when there are none.
    ///
    /// A query parameter `X-Amz-Signature` is left out.
    public func canonicalRequest(of input: Input, signedHeaders: [String]? = nil) -> String {
        let scratch = Scratch()
        if let signedHeaders {
            insert(signedHeaders, of: input, into: scratch)
        } else {
            for field in input.headers { scratch.insert(field) }
        }
        scratch.writeRequest(input, pathRule, payload: input.payload)
        return scratch.request.string
    }

    /// The text that is signed. `stamp` is like `20150830T123600Z`, `scope` like `20150830/us-east-1/s3/aws4_request`.
    public static func stringToSign(_ canonicalRequest: String, stamp: String, scope: String) -> String {
        "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(SHA256.hexDigest(of: canonicalRequest))"
    }

    /// The signature of a string to sign, as 64 digits in lower case; `stamp` gives the key's day. Nil when it has
    /// another length than `20150830T123600Z`.
    public func signature(ofStringToSign text: String, by key: AccessKey, stamp: String) -> String? {
        guard let stamp = SigningStamp(stamp) else { return nil }
        let (derived, scratch) = keys.take(for: key, scope(stamp.day))
        defer { keys.putBack(scratch) }
        scratch.line.append(text)
        return hexadecimal(Array(scratch.signature(derived.hmac)))
    }

    private func insert(_ names: [String], of input: Input, into scratch: Scratch) {
        for name in names {
            let values = input.headers.filter { $0.name.lowercased() == name.lowercased() }
            // A header that is claimed and absent counts as empty: no client signs that by accident.
            for field in values.isEmpty ? [(name, "")] : values { scratch.insert(field, isAsked: true) }
        }
    }
}
