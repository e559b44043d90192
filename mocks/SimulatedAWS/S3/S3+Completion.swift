import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

extension SimulatedS3 {
    /// A part as the client names it.
    private struct NamedPart {
        var number: Int
        var etag: String
        /// Checksums by the name of the header that parts come with.
        var checksums: [String: String]

        /// Whether what is said about the part is what was found when it came.
        func fits(_ part: MultipartUpload.Part) -> Bool {
            part.etag == etag && part.checksum.allSatisfy { checksums[$0.name.canonicalName] ?? $0.value == $0.value }
        }
    }

    mutating func completeUpload(
        _ id: String,
        _ key: String,
        in bucket: Bucket,
        _ call: S3Call
    ) throws(S3Refusal) -> Response {
        let upload = try upload(id, key, in: bucket)
        let named = try namedParts(call.body)
        let parts = try parts(named, of: upload)
        if let last = parts.indices.last {
            for (index, part) in parts.enumerated() where index < last && part.payload.byteCount < partBytesMin {
                throw S3Refusal(
                    400,
                    "EntityTooSmall",
                    "Your proposed upload is smaller than the minimum allowed size",
                    [
                        ("ETag", part.etag), ("MinSizeAllowed", "\(partBytesMin)"),
                        ("ProposedSize", "\(part.payload.byteCount)"), ("PartNumber", "\(named[index].number)"),
                    ]
                )
            }
        }
        let byteCount = parts.reduce(0) { $0 + $1.payload.byteCount }
        if let said = call.headers.value("x-amz-mp-object-size"), said != String(byteCount) {
            throw S3Refusal(
                400,
                "InvalidRequest",
                "The provided 'x-amz-mp-object-size' header value \(said) does not match what was computed: "
                    + "\(byteCount)"
            )
        }
        try checkConditions(key, in: bucket, call)
        let object = joined(parts, byteCount, upload.headers, call)
        buckets[bucket.name]?.objects[key] = object
        buckets[bucket.name]?.uploads[id] = nil
        return S3Answer.document("CompleteMultipartUploadResult") { xml in
            let path = key.percentEncoded(keeping: "/")
            xml.text("Location", "https://\(bucket.name).s3.\(bucket.region).amazonaws.com/\(path)")
            xml.text("Bucket", bucket.name)
            xml.text("Key", key)
            xml.text("ETag", "\"\(object.etag)\"")
        }
    }

    private func namedParts(_ body: [UInt8]) throws(S3Refusal) -> [NamedPart] {
        guard let root = XMLReading.root(of: body), root.name == "CompleteMultipartUpload", root["Part"] != nil else {
            throw S3Refusal.malformedXML
        }
        var parts: [NamedPart] = []
        for part in root.all("Part") {
            guard let number = part["PartNumber"].flatMap({ Int($0.text) }), let etag = part["ETag"]?.text else {
                throw S3Refusal.malformedXML
            }
            var checksums: [String: String] = [:]
            for child in part.children where child.name.hasPrefix("Checksum") {
                checksums["x-amz-checksum-" + child.name.dropFirst("Checksum".count).lowercased()] = child.text
            }
            parts.append(NamedPart(number: number, etag: etag.filter { $0 != "\"" }, checksums: checksums))
        }
        return parts
    }

    private func parts(_ named: [NamedPart], of upload: MultipartUpload) throws(S3Refusal) -> [MultipartUpload.Part] {
        guard zip(named, named.dropFirst()).allSatisfy({ $0.number < $1.number }) else {
            throw S3Refusal(
                400,
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
                [("UploadId", upload.id)]
            )
        }
        var parts: [MultipartUpload.Part] = []
        for name in named {
            guard let part = upload.parts[name.number], name.fits(part) else {
                throw S3Refusal(
                    400,
                    "InvalidPart",
                    "One or more of the specified parts could not be found.  The part may not have been uploaded, or "
                        + "the specified entity tag may not match the part's entity tag.",
                    [("UploadId", upload.id), ("PartNumber", "\(name.number)"), ("ETag", name.etag)]
                )
            }
            parts.append(part)
        }
        return parts
    }

    /// The ETag is the tag of the parts' tags, followed by their number.
    private func joined(
        _ parts: [MultipartUpload.Part],
        _ byteCount: Int,
        _ headers: HTTPFields,
        _ call: S3Call
    ) -> StoredObject {
        let etag = Digits.hexadecimal(S3Digest.tag(parts.flatMap(\.payload.tag))) + "-\(parts.count)"
        let kept = parts.compactMap(\.payload.bytes)
        guard kept.count == parts.count else {
            return StoredObject(
                byteCount: byteCount,
                sha256: parts.count == 1 ? parts.first?.payload.sha256 : nil,
                etag: etag,
                modifiedAt: call.now,
                headers: headers
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        // Not `joined()`, which takes a second for a megabyte without optimisation.
        for part in kept { bytes += part }
        return stored(Payload(bytes), etag: etag, headers: headers, at: call.now)
    }
}
