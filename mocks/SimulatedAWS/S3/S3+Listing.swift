import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

extension SimulatedS3 {
    /// One line of a list: an object, or everything up to the delimiter.
    private enum Line {
        case object(String)
        case prefix(String)

        var text: String {
            switch self {
            case .object(let text), .prefix(let text): text
            }
        }
    }

    /// What both versions of the list have in common.
    private struct Page {
        var lines: [Line] = []
        var isTruncated = false
    }

    func listObjects(_ bucket: Bucket, _ call: S3Call) throws(S3Refusal) -> Response {
        let isSecond = call.query("list-type") == "2"
        let encoding = call.query("encoding-type")
        guard encoding == nil || encoding == "url" else {
            throw S3Refusal.invalidArgument(
                "encoding-type",
                encoding ?? "",
                "Invalid Encoding Method specified in Request"
            )
        }
        let keysMax = try call.number("max-keys", max: 1000, fallback: 1000)
        let token = call.address.query.text("continuation-token")
        let after = isSecond ? try token.map(start) ?? call.query("start-after") : call.query("marker")
        let page = page(bucket, call, after: after ?? "", linesMax: keysMax)
        let encode: (String) -> String = { encoding == nil ? $0 : $0.percentEncoded(keeping: "/") }
        return S3Answer.document("ListBucketResult") { xml in
            xml.text("Name", bucket.name)
            xml.text("Prefix", encode(call.query("prefix") ?? ""))
            if isSecond {
                xml.text("ContinuationToken", token)
                xml.text("StartAfter", call.query("start-after").map(encode))
                xml.number("KeyCount", page.lines.count)
                if page.isTruncated { xml.text("NextContinuationToken", page.lines.last.map { self.token($0.text) }) }
            } else {
                xml.text("Marker", encode(call.query("marker") ?? ""))
                // Without a delimiter the last key is the next marker, and S3 leaves it to the client to see that.
                if page.isTruncated, call.query("delimiter") != nil {
                    xml.text("NextMarker", page.lines.last.map { encode($0.text) })
                }
            }
            xml.number("MaxKeys", keysMax)
            xml.text("Delimiter", call.query("delimiter").map(encode))
            xml.text("EncodingType", encoding)
            xml.flag("IsTruncated", page.isTruncated)
            write(page, bucket, encode, &xml)
        }
    }

    private func write(_ page: Page, _ bucket: Bucket, _ encode: (String) -> String, _ xml: inout XMLWriter) {
        for case .object(let key) in page.lines {
            guard let object = bucket.objects[key] else { continue }
            xml.element("Contents") { xml in
                xml.text("Key", encode(key))
                xml.text("LastModified", object.modifiedAt.rfc3339)
                xml.text("ETag", "\"\(object.etag)\"")
                xml.number("Size", object.byteCount)
                xml.text("StorageClass", "STANDARD")
            }
        }
        for case .prefix(let prefix) in page.lines {
            xml.element("CommonPrefixes") { $0.text("Prefix", encode(prefix)) }
        }
    }

    private func page(_ bucket: Bucket, _ call: S3Call, after: String, linesMax: Int) -> Page {
        let prefix = call.query("prefix") ?? ""
        let delimiter = call.address.query.text("delimiter")
        var page = Page()
        guard linesMax > 0 else { return page }
        var last: String?
        for key in sorted(bucket.objects.keys.filter { $0.utf8.starts(with: prefix.utf8) }) {
            let line = line(key, prefix: prefix, delimiter: delimiter)
            // A common prefix stands for all its keys, also for those after it on the next page.
            guard after.utf8.lexicographicallyPrecedes(line.text.utf8), line.text != last else { continue }
            guard page.lines.count < linesMax else {
                page.isTruncated = true
                break
            }
            page.lines.append(line)
            last = line.text
        }
        return page
    }

    private func line(_ key: String, prefix: String, delimiter: String?) -> Line {
        guard let delimiter, let range = key.dropFirst(prefix.count).firstRange(of: delimiter) else {
            return .object(key)
        }
        return .prefix(String(key[..<range.upperBound]))
    }

    /// Tokens are opaque to clients, so that none can be made up from a key.
    private func token(_ key: String) -> String { "1" + Digits.hexadecimal(Array(key.utf8)) }

    private func start(_ token: String) throws(S3Refusal) -> String {
        guard token.hasPrefix("1"), let bytes = S3Digest.bytes(hex: String(token.dropFirst())) else {
            throw S3Refusal.invalidArgument(
                "continuation-token",
                token,
                "The continuation token provided is incorrect"
            )
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
