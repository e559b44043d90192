// What a verifier on the side of the service needs: every step by itself, with what the client claims.
extension SigV4 {
    /// The signature that `input` must have, as 64 digits in lower case, over exactly the headers named.
    ///
    /// `stamp` is the client's own `X-Amz-Date`, such as `20150830T123600Z`; nil when it is anything else. A query
    /// parameter `X-Amz-Signature` is left out.
    public func signature(of input: Input, signedHeaders: [String], stamp: String, by key: AccessKey) -> String? {
        guard let time = Self.time(ofStamp: stamp) else { return nil }
        return keys.withKey(of: key, on: SigningStamp(time).day, for: self) { derived, scratch in
            insert(signedHeaders, of: input, into: &scratch)
            scratch.writeRequest(input, pathRule)
            scratch.writeStringToSign(stamp, scope: derived.scope)
            return scratch.signature(derived.hmac)
        }
    }

    /// The canonical request: over exactly the headers named, or over all that are to be signed when there are none.
    ///
    /// A query parameter `X-Amz-Signature` is left out.
    public func canonicalRequest(of input: Input, signedHeaders: [String]? = nil) -> String {
        var scratch = Scratch()
        if let signedHeaders {
            insert(signedHeaders, of: input, into: &scratch)
        } else {
            for field in input.headers { scratch.insert(field.name, field.value) }
        }
        scratch.writeRequest(input, pathRule)
        return scratch.request.string
    }

    /// The text that is signed. `stamp` is like `20150830T123600Z`, `scope` like `20150830/us-east-1/s3/aws4_request`.
    public static func stringToSign(_ canonicalRequest: String, stamp: String, scope: String) -> String {
        "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(SHA256.hexDigest(of: canonicalRequest))"
    }

    /// The signature of a string to sign, as 64 digits in lower case; `stamp` gives the key's day. Nil when it is
    /// anything but like `20150830T123600Z`.
    public func signature(ofStringToSign text: String, by key: AccessKey, stamp: String) -> String? {
        guard let time = Self.time(ofStamp: stamp) else { return nil }
        return keys.withKey(of: key, on: SigningStamp(time).day, for: self) { derived, scratch in
            scratch.line.append(text)
            return scratch.signature(derived.hmac)
        }
    }

    private func insert(_ names: [String], of input: Input, into scratch: inout Scratch) {
        for name in names {
            let values = input.headers.filter { $0.name.lowercased() == name.lowercased() }
            // A header that is claimed and absent counts as empty: no client signs that by accident.
            for field in values.isEmpty ? [(name, "")] : values {
                scratch.insert(field.name, field.value, isAsked: true)
            }
        }
    }
}
