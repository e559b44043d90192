import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

extension SimulatedS3 {
    mutating func putObject(_ key: String, in bucket: Bucket, _ call: S3Call) throws(S3Refusal) -> Response {
        if call.headers.value("x-amz-copy-source") != nil { throw S3Refusal.notImplemented("copying an object") }
        let (payload, checksum) = try Integrity.payload(of: call)
        try checkConditions(key, in: bucket, call)
        let etag = Digits.hexadecimal(payload.tag)
        let headers = keptHeaders(call.headers, checksum)
        let object = stored(payload, etag: etag, headers: headers, at: call.now)
        buckets[bucket.name]?.objects[key] = object
        var answer = checksum
        answer[.eTag] = "\"\(etag)\""
        return S3Answer.empty(200, answer)
    }

    func getObject(_ key: String, in bucket: Bucket, _ call: S3Call) throws(S3Refusal) -> Response {
        guard let object = bucket.objects[key] else { throw S3Refusal.noSuchKey(key) }
        if let wanted = call.headers[.ifMatch], !matches(wanted, object) { throw S3Refusal.precondition("If-Match") }
        let asksForChecksum = call.headers.value("x-amz-checksum-mode")?.uppercased() == "ENABLED"
        var headers = object.headers.filter {
            asksForChecksum || !$0.name.canonicalName.hasPrefix("x-amz-checksum-")
        }.reduce(into: HTTPFields()) { $0.append($1) }
        headers[.eTag] = "\"\(object.etag)\""
        headers[.lastModified] = object.modifiedAt.httpDateText
        headers[.acceptRanges] = "bytes"
        if let known = call.headers[.ifNoneMatch], matches(known, object) { return S3Answer.empty(304, headers) }
        if headers[.contentType] == nil { headers[.contentType] = "binary/octet-stream" }
        headers[.contentLength] = String(object.byteCount)
        guard call.method == .get else { return S3Answer.empty(200, headers) }
        guard let bytes = object.bytes else {
            throw S3Refusal.notImplemented(
                "giving back \(object.byteCount) bytes of which only size and digest were kept; set keepsBodies"
            )
        }
        guard let range = try range(of: call, in: bytes.count) else {
            return Response(status: 200, headers: headers, body: bytes)
        }
        headers[.contentLength] = String(range.count)
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(bytes.count)"
        return Response(status: 206, headers: headers, body: Array(bytes[range]))
    }

    /// `bytes=0-9`, `bytes=10-` or `bytes=-5`; several ranges at once and other forms are ignored, as in S3.
    private func range(of call: S3Call, in byteCount: Int) throws(S3Refusal) -> Range<Int>? {
        guard let text = call.headers[.range], text.hasPrefix("bytes=") else { return nil }
        let bounds = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard bounds.count == 2, bounds[0] != nil || bounds[1] != nil else { return nil }
        let first = bounds[0] ?? max(0, byteCount - (bounds[1] ?? 0))
        let last = bounds[0] == nil ? byteCount - 1 : min(bounds[1] ?? .max, byteCount - 1)
        guard first <= last else {
            throw S3Refusal(
                416,
                "InvalidRange",
                "The requested range is not satisfiable",
                [("RangeRequested", text), ("ActualObjectSize", "\(byteCount)")]
            )
        }
        return first..<last + 1
    }

    mutating func deleteObject(_ key: String, in bucket: Bucket, _ call: S3Call) throws(S3Refusal) -> Response {
        if call.headers[.ifMatch] != nil { try checkConditions(key, in: bucket, call) }
        buckets[bucket.name]?.objects[key] = nil
        return S3Answer.empty(204)
    }

    /// `If-None-Match: *` and `If-Match` of a write.
    mutating func checkConditions(_ key: String, in bucket: Bucket, _ call: S3Call) throws(S3Refusal) {
        let object = bucket.objects[key]
        if let none = call.headers[.ifNoneMatch] {
            guard none == "*" else { throw S3Refusal.notImplemented("If-None-Match of a write with a value but *") }
            guard object == nil else { throw S3Refusal.precondition("If-None-Match") }
        }
        if let wanted = call.headers[.ifMatch] {
            guard let object else { throw S3Refusal.noSuchKey(key) }
            guard matches(wanted, object) else { throw S3Refusal.precondition("If-Match") }
        }
        let isConditional = call.headers[.ifNoneMatch] != nil || call.headers[.ifMatch] != nil
        if isConditional, conflicts.remove([bucket.name, key]) != nil { throw S3Refusal.conflict }
    }

    /// Entity tags are accepted with and without their quotes, as S3 does.
    private func matches(_ condition: String, _ object: StoredObject) -> Bool {
        condition.split(separator: ",").contains { tag in
            let bare = tag.filter { $0 != "\"" && $0 != " " }
            return bare == "*" || bare == object.etag
        }
    }

    /// What of a request's header comes back with the object.
    func keptHeaders(_ headers: HTTPFields, _ checksum: HTTPFields) -> HTTPFields {
        let known: Set = ["content-type", "cache-control", "content-disposition", "content-language", "expires"]
        var kept = HTTPFields()
        for field in headers {
            let name = field.name.canonicalName
            if known.contains(name) || name.hasPrefix("x-amz-meta-") { kept.append(field) }
            // The framing of the transfer is not a property of the object.
            if name == "content-encoding" {
                let codings = field.value.split(separator: ",").map { $0.filter { $0 != " " } }
                let rest = codings.filter { $0 != "aws-chunked" }
                if !rest.isEmpty { kept[.contentEncoding] = rest.joined(separator: ",") }
            }
        }
        for field in checksum { kept[field.name] = field.value }
        return kept
    }
}
