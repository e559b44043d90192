public import SlipwayBase

extension SigV4 {
    /// The fields that sign a request, to be sent instead of those of the same name and together with all of `input`.
    ///
    /// `X-Amz-Security-Token` where the key has a token, `X-Amz-Date`, `x-amz-content-sha256` where it is sent, and
    /// `Authorization`, in this order.
    public func signature(of input: Input, by key: AccessKey, at time: Timestamp) -> [Field] {
        let stamp = SigningStamp(time)
        return keys.withKey(of: key, on: stamp.day, for: self) { derived, scratch in
            var added: [Field] = []
            added.reserveCapacity(4)
            if let token = key.sessionToken { added.append(("X-Amz-Security-Token", token.reveal())) }
            let date = scratch.text(of: stamp, derived)
            added.append(("X-Amz-Date", date))
            let hash = sendsPayloadHash ? input.payload.hash : nil
            if let hash { added.append(("x-amz-content-sha256", hash)) }
            for index in input.headers.indices where !isReplaced(input.headers[index].name) {
                scratch.insert(input.headers[index].name, input.headers[index].value)
            }
            let first = key.sessionToken == nil || signsSessionToken ? 0 : 1
            for index in first..<added.count {
                scratch.insert(added[index].name, added[index].value, isAsked: true)
            }
            scratch.writeRequest(input, pathRule, hash: hash)
            scratch.writeStringToSign(date, scope: derived.scope)
            added.append(("Authorization", scratch.authorization(key.id, derived)))
            return added
        }
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
        let token = key.sessionToken.map { Field("X-Amz-Security-Token", $0.reveal()) }
        return keys.withKey(of: key, on: stamp.day, for: self) { derived, scratch in
            for field in input.headers { scratch.insert(field.name, field.value) }
            scratch.writeSignedHeaders()
            let date = scratch.text(of: stamp, derived)
            var query: [Field] = [
                ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
                ("X-Amz-Credential", "\(key.id)/\(derived.scope)"),
                ("X-Amz-Date", date),
                ("X-Amz-SignedHeaders", scratch.signedHeaders.string),
                ("X-Amz-Expires", String(duration.components.seconds)),
            ]
            if let token, signsSessionToken { query.append(token) }
            var signed = input
            signed.target = Self.target(input.target, adding: query)
            scratch.writeRequest(signed, pathRule)
            scratch.writeStringToSign(date, scope: derived.scope)
            let signature = Field("X-Amz-Signature", scratch.signature(derived.hmac))
            let unsigned = signsSessionToken ? [] : [token].compactMap(\.self)
            return Self.target(signed.target, adding: unsigned + [signature])
        }
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
    /// A time on the key's day as signatures have it: `20150830T123600Z`.
    fileprivate mutating func text(of stamp: SigningStamp, _ key: DerivedKey) -> String {
        line.shorten()
        line.append(key.day)
        line.append("T")
        line.appendTwoDigits(stamp.second / 3600)
        line.appendTwoDigits(stamp.second / 60 % 60)
        line.appendTwoDigits(stamp.second % 60)
        line.append("Z")
        return line.string
    }

    /// The header's value for the string to sign that is in `line`.
    fileprivate mutating func authorization(_ id: String, _ key: DerivedKey) -> String {
        sign(key.hmac)
        line.shorten()
        line.append("AWS4-HMAC-SHA256 Credential=" as StaticString)
        line.append(id)
        line.append("/")
        line.append(key.scope)
        line.append(", SignedHeaders=" as StaticString)
        line.append(signedHeaders.bytes)
        line.append(", Signature=" as StaticString)
        appendDigest()
        return line.string
    }
}
