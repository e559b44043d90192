import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

extension SimulatedS3 {
    mutating func createUpload(_ key: String, in bucket: Bucket, _ call: S3Call) -> Response {
        uploadsBegun += 1
        // Derived from what it is for, so that the same requests give the same answers.
        let seed = "\(bucket.name)/\(key)/\(uploadsBegun)"
        let id = Digits.hexadecimal(Array(S3Digest.tag(Array(seed.utf8)))) + "-\(uploadsBegun)"
        let headers = keptHeaders(call.headers, [:])
        let upload = MultipartUpload(id: id, key: key, initiatedAt: call.now, headers: headers)
        buckets[bucket.name]?.uploads[id] = upload
        return S3Answer.document("InitiateMultipartUploadResult") { xml in
            xml.text("Bucket", bucket.name)
            xml.text("Key", key)
            xml.text("UploadId", id)
        }
    }

    mutating func uploadPart(
        _ id: String,
        _ key: String,
        in bucket: Bucket,
        _ call: S3Call
    ) throws(S3Refusal) -> Response {
        _ = try upload(id, key, in: bucket)
        let text = call.query("partNumber") ?? ""
        guard let number = Int(text), (1...10_000).contains(number) else {
            throw S3Refusal.invalidArgument(
                "partNumber",
                text,
                "Part number must be an integer between 1 and 10000, inclusive"
            )
        }
        var (payload, checksum) = try Integrity.payload(of: call)
        if !keepsBodies, payload.byteCount > keptBytesMax { payload.bytes = nil }
        let part = MultipartUpload.Part(payload: payload, checksum: checksum, modifiedAt: call.now)
        buckets[bucket.name]?.uploads[id]?.parts[number] = part
        var answer = checksum
        answer[.eTag] = "\"\(part.etag)\""
        return S3Answer.empty(200, answer)
    }

    mutating func abortUpload(_ id: String, _ key: String, in bucket: Bucket) throws(S3Refusal) -> Response {
        _ = try upload(id, key, in: bucket)
        buckets[bucket.name]?.uploads[id] = nil
        return S3Answer.empty(204)
    }

    func listParts(_ id: String, _ key: String, in bucket: Bucket, _ call: S3Call) throws(S3Refusal) -> Response {
        let upload = try upload(id, key, in: bucket)
        let partsMax = try call.number("max-parts", max: 1000, fallback: 1000)
        let marker = try call.number("part-number-marker", max: .max, fallback: 0)
        let rest = upload.parts.filter { $0.key > marker }.sorted { $0.key < $1.key }
        let parts = rest.prefix(partsMax)
        return S3Answer.document("ListPartsResult") { xml in
            xml.text("Bucket", bucket.name)
            xml.text("Key", key)
            xml.text("UploadId", id)
            xml.element("Initiator") { $0.text("ID", bucket.owner) }
            xml.element("Owner") { $0.text("ID", bucket.owner) }
            xml.text("StorageClass", "STANDARD")
            xml.number("PartNumberMarker", marker)
            xml.number("NextPartNumberMarker", parts.last?.key ?? marker)
            xml.number("MaxParts", partsMax)
            xml.flag("IsTruncated", parts.count < rest.count)
            for (number, part) in parts {
                xml.element("Part") { xml in
                    xml.number("PartNumber", number)
                    xml.text("LastModified", part.modifiedAt.rfc3339)
                    xml.text("ETag", "\"\(part.etag)\"")
                    xml.number("Size", part.payload.byteCount)
                }
            }
        }
    }

    func listUploads(_ bucket: Bucket, _ call: S3Call) throws(S3Refusal) -> Response {
        let uploadsMax = try call.number("max-uploads", max: 1000, fallback: 1000)
        let prefix = call.query("prefix") ?? ""
        let after = (call.query("key-marker") ?? "", call.query("upload-id-marker") ?? "")
        let all = bucket.uploads.values.sorted { ($0.key, $0.id) < ($1.key, $1.id) }
        let rest = all.filter { $0.key.hasPrefix(prefix) && isPast(after, $0) }
        let uploads = rest.prefix(uploadsMax)
        return S3Answer.document("ListMultipartUploadsResult") { xml in
            xml.text("Bucket", bucket.name)
            xml.text("KeyMarker", after.0)
            xml.text("UploadIdMarker", after.1)
            xml.text("NextKeyMarker", uploads.last?.key ?? "")
            xml.text("NextUploadIdMarker", uploads.last?.id ?? "")
            xml.text("Prefix", prefix)
            xml.number("MaxUploads", uploadsMax)
            xml.flag("IsTruncated", uploads.count < rest.count)
            for upload in uploads {
                xml.element("Upload") { xml in
                    xml.text("Key", upload.key)
                    xml.text("UploadId", upload.id)
                    xml.element("Initiator") { $0.text("ID", bucket.owner) }
                    xml.element("Owner") { $0.text("ID", bucket.owner) }
                    xml.text("StorageClass", "STANDARD")
                    xml.text("Initiated", upload.initiatedAt.rfc3339)
                }
            }
        }
    }

    /// Without the marker of an id, a marker of a key passes over all uploads of that key.
    private func isPast(_ marker: (key: String, id: String), _ upload: MultipartUpload) -> Bool {
        marker.key.isEmpty || upload.key > marker.key
            || (upload.key == marker.key && !marker.id.isEmpty && upload.id > marker.id)
    }

    func upload(_ id: String, _ key: String, in bucket: Bucket) throws(S3Refusal) -> MultipartUpload {
        guard let upload = bucket.uploads[id], upload.key == key else { throw S3Refusal.noSuchUpload(id) }
        return upload
    }
}
