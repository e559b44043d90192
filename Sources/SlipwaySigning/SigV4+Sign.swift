public import SlipwayBase

extension SigV4 {
    /// The fields that sign a request, to be sent instead of those of the same name and together with all of `input`.
    ///
    /// `X-Amz-Security-Token` where the key has a token, `X-Amz-Date`, `x-amz-content-sha256` where it is sent, and
    /// `Authorization`, in this order.
    public func signature(of input: Input, by key: AccessKey, at time: Timestamp) -> [Field] {
        let stamp = SigningStamp(time)
        let (derived, scratch) = keys.take(for: key, scope(stamp.day))
        defer { keys.putBack(scratch) }
        for field in input.headers where !isReplaced(field.name) { scratch.insert(field) }
        var added: [Field] = []
        added.reserveCapacity(4)
        if let token = key.sessionToken?.reveal() {
            added.append(("X-Amz-Security-Token", token))
            if signsSessionToken { scratch.insert(("x-amz-security-token", token)) }
        }
        added.append(("X-Amz-Date", stamp.text))
        scratch.insert(("x-amz-date", added[added.endIndex - 1].value), isAsked: true)
        var payload = input.payload
        if sendsPayloadHash {
            let hash = payload.hash
            payload = .named(hash)
            added.append(("x-amz-content-sha256", hash))
            scratch.insert(("x-amz-content-sha256", hash))
        }
        scratch.writeRequest(input, pathRule, payload: payload)
        scratch.writeStringToSign(stamp.bytes, scope: derived.scope)
        added.append(("Authorization", scratch.authorization(key.id, derived)))
        return added
    }

    /// The target of a request that is good by itself until `duration` has passed: signed in its query.
    ///
    /// Every field of `input` must be sent as it is, and no other `x-amz-` field. For S3 give ``Payload/unsigned``.
    public func presignedTarget(
        of input: Input,
        by key: AccessKey,
        at time: Timestamp,
        expiresAfter duration: Duration
    ) -> String {
        let stamp = SigningStamp(time)
        let (derived, scratch) = keys.take(for: key, scope(stamp.day))
        defer { keys.putBack(scratch) }
        for field in input.headers { scratch.insert(field) }
        var query: [Field] = [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", "\(key.id)/\(derived.scope)"),
            ("X-Amz-Date", stamp.text),
            ("X-Amz-SignedHeaders", scratch.signedHeaders),
            ("X-Amz-Expires", String(duration.components.seconds)),
        ]
        let token = key.sessionToken.map { Field("X-Amz-Security-Token", $0.reveal()) }
        if let token, signsSessionToken { query.append(token) }
        var signed = input
        signed.target = Self.target(input.target, adding: query)
        scratch.writeRequest(signed, pathRule, payload: input.payload)
        scratch.writeStringToSign(stamp.bytes, scope: derived.scope)
        let signature = hexadecimal(Array(scratch.signature(derived.hmac)))
        let unsigned = signsSessionToken ? [] : [token].compactMap(\.self)
        return Self.target(signed.target, adding: unsigned + [("X-Amz-Signature", signature)])
    }

    /// Whether a field of that name is written anew, so that an old one is not signed.
    private func isReplaced(_ name: String) -> Bool {
        switch name.utf8.count {
        case 10: name.lowercased() == "x-amz-date"
        case 20:
            switch name.lowercased() {
            case "x-amz-security-token": true
            case "x-amz-content-sha256": sendsPayloadHash
            default: false
            }
        default: false
        }
    }

    private static func target(_ target: String, adding parameters: [Field]) -> String {
        var text = ByteText()
        text.append(target)
        var hasQuery = target.utf8.contains(UInt8(ascii: "?"))
        for parameter in parameters {
            if !hasQuery {
                text.append("?")
            } else if let last = text.bytes.last, last != UInt8(ascii: "?"), last != UInt8(ascii: "&") {
                text.append("&")
            }
            hasQuery = true
            text.append(parameter.name)
            text.append("=")
            text.appendEncoded(parameter.value.utf8)
        }
        return text.string
    }

    func scope(_ day: SIMD8<UInt8>) -> Scope { Scope(day: day, region: region, service: service) }
}

extension SigV4.Payload {
    /// What is written for it in a canonical request.
    public var hash: String {
        switch self {
        case .bytes(let bytes): SHA256.hexDigest(of: bytes)
        case .named(let name): name
        }
    }
}

extension Scratch {
    /// The header's value for the string to sign that is in `line`.
    fileprivate func authorization(_ id: String, _ key: DerivedKey) -> String {
        let signature = signature(key.hmac)
        line.shorten()
        line.append("AWS4-HMAC-SHA256 Credential=" as StaticString)
        line.append(id)
        line.append("/")
        line.append(key.scope)
        line.append(", SignedHeaders=" as StaticString)
        line.append(UnsafeBufferPointer(rebasing: request.bytes[names]))
        line.append(", Signature=" as StaticString)
        line.appendHexadecimal(signature)
        return line.string
    }

    fileprivate var signedHeaders: String {
        var names: [String] = []
        for field in fields where names.last != field.name { names.append(field.name) }
        return names.joined(separator: ";")
    }
}
