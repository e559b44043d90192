public import SlipwayBase

extension SigV4 {
    /// The fields that sign a request, to be sent instead of those of the same name and together with all of `input`.
    ///
    /// `X-Amz-Security-Token` where the key has a token, `X-Amz-Date`, `x-amz-content-sha256` where it is sent, and
    /// `Authorization`, in this order.
    public func signature(of input: Input, by key: AccessKey, at time: Timestamp) -> [Field] {
        let stamp = SigningStamp(time)
        let hash = input.payload.hash
        var added: [Field] = []
        if let token = key.sessionToken { added.append(("X-Amz-Security-Token", token.reveal())) }
        added.append(("X-Amz-Date", stamp.text))
        if sendsPayloadHash { added.append(("x-amz-content-sha256", hash)) }
        var fields = CanonicalFields()
        for field in input.headers where !Self.isReplaced(field.name, sendsPayloadHash: sendsPayloadHash) {
            fields.insert(field)
        }
        for field in added where signsSessionToken || field.name != "X-Amz-Security-Token" { fields.insert(field) }
        let request = canonicalRequest(of: input, fields, payloadHash: hash)
        let text = Self.stringToSign(request, stamp: stamp.text, scope: scope(of: stamp.day))
        let signature = signature(ofStringToSign: text, by: key, day: stamp.day)
        let value =
            "AWS4-HMAC-SHA256 Credential=\(key.id)/\(scope(of: stamp.day)), SignedHeaders=\(fields.names), "
            + "Signature=\(signature)"
        added.append(("Authorization", value))
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
        var fields = CanonicalFields()
        for field in input.headers { fields.insert(field) }
        var query: [Field] = [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", "\(key.id)/\(scope(of: stamp.day))"),
            ("X-Amz-Date", stamp.text),
            ("X-Amz-SignedHeaders", fields.names),
            ("X-Amz-Expires", String(duration.components.seconds)),
        ]
        let token = key.sessionToken.map { Field("X-Amz-Security-Token", $0.reveal()) }
        if let token, signsSessionToken { query.append(token) }
        var signed = input
        signed.target = Self.target(input.target, adding: query)
        let request = canonicalRequest(of: signed, fields, payloadHash: input.payload.hash)
        let text = Self.stringToSign(request, stamp: stamp.text, scope: scope(of: stamp.day))
        let signature = signature(ofStringToSign: text, by: key, day: stamp.day)
        let unsigned = signsSessionToken ? [] : [token].compactMap(\.self)
        return Self.target(signed.target, adding: unsigned + [("X-Amz-Signature", signature)])
    }

    private static func isReplaced(_ name: String, sendsPayloadHash: Bool) -> Bool {
        switch name.lowercased() {
        case "x-amz-date", "x-amz-security-token": true
        case "x-amz-content-sha256": sendsPayloadHash
        default: false
        }
    }

    private static func target(_ target: String, adding parameters: [Field]) -> String {
        var bytes = Array(target.utf8)
        for parameter in parameters {
            let last = bytes.last
            if !bytes.contains(UInt8(ascii: "?")) {
                bytes.append(UInt8(ascii: "?"))
            } else if last != UInt8(ascii: "?"), last != UInt8(ascii: "&") {
                bytes.append(UInt8(ascii: "&"))
            }
            bytes.append(parameter.name)
            bytes.append(UInt8(ascii: "="))
            bytes.appendEncoded(parameter.value.utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func scope(of day: String) -> String { "\(day)/\(region)/\(service)/aws4_request" }
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
