import HTTPTypes

/// Compares what arrived with what the client says it sent.
enum Integrity {
    /// The payload of a request, and the checksum header it came with.
    static func payload(of call: S3Call) throws(S3Refusal) -> (payload: Payload, checksum: HTTPFields) {
        var bytes = call.body
        var fields = call.headers
        let declared = fields.value("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD"
        if declared.hasPrefix("STREAMING-") {
            guard let decoded = AWSChunked.decode(bytes),
                fields.value("x-amz-decoded-content-length").flatMap({ Int($0) }) == decoded.bytes.count
            else { throw incompleteBody }
            bytes = decoded.bytes
            for (name, value) in decoded.trailers { fields.set(name, value) }
        }
        let payload = Payload(bytes)
        if !declared.hasPrefix("STREAMING-"), declared != "UNSIGNED-PAYLOAD", declared.lowercased() != payload.sha256 {
            throw S3Refusal(
                400,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                [("ClientComputedContentSHA256", declared), ("S3ComputedContentSHA256", payload.sha256)]
            )
        }
        try verifyMD5(fields, bytes)
        return (payload, try verifyChecksum(fields, bytes, payload))
    }

    private static func verifyMD5(_ fields: HTTPFields, _ bytes: [UInt8]) throws(S3Refusal) {
        guard let sent = fields.value("content-md5") else { return }
        guard sent.utf8.count == 24, sent.hasSuffix("==") else {
            throw S3Refusal(400, "InvalidDigest", "The Content-MD5 you specified was invalid.", [("Content-MD5", sent)])
        }
        // Without an MD5 there is nothing to compare with.
        guard let md5 = S3Digest.md5(bytes) else { return }
        let computed = S3Digest.base64(md5)
        guard sent == computed else {
            throw S3Refusal(
                400,
                "BadDigest",
                "The Content-MD5 you specified did not match what we received.",
                [("ExpectedDigest", sent), ("CalculatedDigest", computed)]
            )
        }
    }

    private static func verifyChecksum(
        _ fields: HTTPFields,
        _ bytes: [UInt8],
        _ payload: Payload
    ) throws(S3Refusal) -> HTTPFields {
        let other: Set = ["x-amz-checksum-algorithm", "x-amz-checksum-type", "x-amz-checksum-mode"]
        let sent = fields.filter {
            $0.name.canonicalName.hasPrefix("x-amz-checksum-") && !other.contains($0.name.canonicalName)
        }
        guard let field = sent.first else { return [:] }
        guard sent.count == 1 else {
            throw S3Refusal(
                400,
                "InvalidRequest",
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
            )
        }
        let algorithm = field.name.canonicalName.dropFirst("x-amz-checksum-".count).uppercased()
        let computed: [UInt8]
        switch algorithm {
        case "SHA256": computed = S3Digest.bytes(hex: payload.sha256) ?? []
        case "CRC32": computed = S3Digest.crc32(bytes, S3Digest.crc32Table)
        case "CRC32C": computed = S3Digest.crc32(bytes, S3Digest.crc32cTable)
        default: throw S3Refusal.notImplemented("a checksum of the kind \(algorithm)")
        }
        guard field.value.utf8.count == S3Digest.base64(computed).utf8.count else {
            let name = "x-amz-checksum-\(algorithm.lowercased())"
            throw S3Refusal(400, "InvalidRequest", "Value for \(name) header is invalid.")
        }
        guard field.value == S3Digest.base64(computed) else {
            throw S3Refusal(
                400,
                "BadDigest",
                "The \(algorithm) you specified did not match the calculated checksum."
            )
        }
        return [field.name: field.value]
    }

    private static var incompleteBody: S3Refusal {
        S3Refusal(
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        )
    }
}

extension HTTPFields {
    /// The value of a field by its name in any case.
    func value(_ name: String) -> String? { HTTPField.Name(name).flatMap { self[$0] } }

    /// Sets a field; a name that is no field name is ignored.
    mutating func set(_ name: String, _ value: String?) {
        guard let name = HTTPField.Name(name) else { return }
        self[name] = value
    }
}
