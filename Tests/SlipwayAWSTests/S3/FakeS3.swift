import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

@testable import SlipwayAWS

/// One bucket in memory that compares digests and conditions as S3 does, and can break one call.
final class FakeS3: Transport {
    struct Stored: Sendable {
        var bytes: [UInt8]
        var headers: HTTPFields = [:]
        var written: Timestamp
        var revision: Int
        var etag: String { "\"r\(revision)\"" }
    }

    struct Upload: Sendable {
        var key: String
        var headers: HTTPFields
        var parts: [Int: Stored] = [:]
    }

    enum Trouble: Equatable {
        case lostBefore(Int)
        case lostAfter(Int)
        case status(Int, Int, code: String)
    }

    struct State {
        var objects: [String: Stored] = [:]
        var uploads: [String: Upload] = [:]
        var log: [String] = []
        var bytesReceived = 0
        var revision = 0
        var exists = true
        var troubles: [Trouble] = []
        var pageSize = 1000
        var tellsChecksums = true
        var completesWithError: [String] = []
        var skew: Duration = .zero
        var together = (now: 0, most: 0)
    }

    let state = Locked(State())
    let time: VirtualTime

    init(_ time: VirtualTime = VirtualTime()) { self.time = time }

    var log: [String] { state.withLock { $0.log } }
    func edit<Result>(_ body: (inout State) -> Result) -> Result { state.withLock(body) }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let number = edit { state in
            state.log.append("\(request.method.rawValue) \(request.target)")
            state.together.now += 1
            state.together.most = max(state.together.most, state.together.now)
            return state.log.count
        }
        await Task.yield()
        defer { edit { $0.together.now -= 1 } }
        let troubles = edit { $0.troubles }
        if troubles.contains(.lostBefore(number)) { throw HTTPFailure(.unsent, "no route") }
        for case .status(number, let status, let code) in troubles { return Self.error(status, code) }
        var response = edit { $0.respond(to: request, at: time.now) }
        response.headers[.date] = Self.httpDate(edit { time.now + $0.skew })
        if troubles.contains(.lostAfter(number)) { throw HTTPFailure(.unanswered, "the answer is lost") }
        return response
    }

    static func error(_ status: Int, _ code: String, _ more: String = "") -> Response {
        let text = "<Error><Code>\(code)</Code><Message>no</Message>\(more)<HostId>h</HostId></Error>"
        return Response(status: status, headers: [.contentType: "application/xml"], body: Array(text.utf8))
    }

    static func httpDate(_ time: Timestamp) -> String {
        let text = time.rfc3339Seconds
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[Int(text.dropFirst(5).prefix(2))! - 1]
        return "Thu, \(text.dropFirst(8).prefix(2)) \(month) \(text.prefix(4)) \(text.dropFirst(11).prefix(8)) GMT"
    }
}

extension FakeS3.State {
    mutating func respond(to request: Request, at now: Timestamp) -> Response {
        guard case .some(let bytes) = checkedBody(request) else {
            return FakeS3.error(400, "XAmzContentSHA256Mismatch")
        }
        let (path, query) = Self.split(request.target)
        // Path style has the bucket first; the fake serves one bucket, whatever its name.
        let key =
            request.origin.host.hasPrefix("shop") ? path : path.split(separator: "/").dropFirst().joined(separator: "/")
        guard exists else { return FakeS3.error(404, "NoSuchBucket") }
        if key.isEmpty, query["uploads"] != nil { return listUploads(query) }
        if let id = query["uploadId"] { return multipart(request, key, id, query, bytes, now) }
        switch request.method {
        case .put: return put(request, key, bytes, now)
        case .post where query["uploads"] != nil:
            revision += 1
            uploads["u\(revision)"] = FakeS3.Upload(key: key, headers: request.headers)
            return Self.xml(
                "<InitiateMultipartUploadResult><UploadId>u\(revision)</UploadId></InitiateMultipartUploadResult>"
            )
        case .get, .head:
            guard let stored = objects[key] else {
                return request.method == .head ? Response(status: 404) : FakeS3.error(404, "NoSuchKey")
            }
            var headers = stored.headers
            headers[.eTag] = stored.etag
            headers[.contentLength] = "\(stored.bytes.count)"
            headers[.lastModified] = FakeS3.httpDate(stored.written + skew)
            return Response(status: 200, headers: headers, body: request.method == .head ? [] : stored.bytes)
        case .delete:
            objects[key] = nil
            return Response(status: 204)
        default: return FakeS3.error(405, "MethodNotAllowed")
        }
    }

    private mutating func put(_ request: Request, _ key: String, _ bytes: [UInt8], _ now: Timestamp) -> Response {
        if request.headers[.ifNoneMatch] == "*", objects[key] != nil { return FakeS3.error(412, "PreconditionFailed") }
        if let wanted = request.headers[.ifMatch] {
            guard let present = objects[key] else { return FakeS3.error(404, "NoSuchKey") }
            guard present.etag == wanted else { return FakeS3.error(412, "PreconditionFailed") }
        }
        revision += 1
        objects[key] = FakeS3.Stored(
            bytes: bytes,
            headers: Self.meta(request.headers),
            written: now,
            revision: revision
        )
        return Response(status: 200, headers: [.eTag: objects[key]!.etag])
    }

    private mutating func multipart(
        _ request: Request,
        _ key: String,
        _ id: String,
        _ query: [String: String],
        _ bytes: [UInt8],
        _ now: Timestamp
    ) -> Response {
        guard let upload = uploads[id], upload.key == key else { return FakeS3.error(404, "NoSuchUpload") }
        switch request.method {
        case .put:
            revision += 1
            let number = Int(query["partNumber"] ?? "") ?? 0
            uploads[id]?.parts[number] = FakeS3.Stored(bytes: bytes, written: now, revision: revision)
            return Response(status: 200, headers: [.eTag: "\"r\(revision)\""])
        case .get: return listParts(upload, after: Int(query["part-number-marker"] ?? "0") ?? 0)
        case .delete:
            uploads[id] = nil
            return Response(status: 204)
        default:
            if !completesWithError.isEmpty {
                var response = FakeS3.error(500, completesWithError.removeFirst())
                response.status = 200
                return response
            }
            return complete(id, upload, bytes, now)
        }
    }

    private mutating func complete(_ id: String, _ upload: FakeS3.Upload, _ body: [UInt8], _ now: Timestamp) -> Response
    {
        let listed = (try? XMLNode(parsing: body))?.children ?? []
        let numbers = listed.compactMap { $0.text("PartNumber").flatMap { Int($0) } }
        let fits = listed.allSatisfy { node in
            let part = upload.parts[Int(node.text("PartNumber") ?? "") ?? 0]
            return part?.etag == node.text("ETag")
                && part.map { SHA256.base64Digest(of: $0.bytes) } == node.text("ChecksumSHA256")
        }
        let small = upload.parts.filter { $0.key != numbers.last && $0.value.bytes.count < 5 << 20 }
        guard fits, numbers == numbers.sorted(), !numbers.isEmpty else { return FakeS3.error(400, "InvalidPart") }
        guard small.isEmpty else { return FakeS3.error(400, "EntityTooSmall") }
        revision += 1
        objects[upload.key] = FakeS3.Stored(
            bytes: numbers.reduce(into: []) { $0.append(contentsOf: upload.parts[$1]!.bytes) },
            headers: Self.meta(upload.headers),
            written: now,
            revision: revision
        )
        uploads[id] = nil
        return Self.xml("\n<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>")
    }

    private func listParts(_ upload: FakeS3.Upload, after marker: Int) -> Response {
        let rest = upload.parts.keys.sorted().filter { $0 > marker }
        let page = rest.prefix(pageSize)
        let nodes = page.map { number in
            let part = upload.parts[number]!
            let sum = tellsChecksums ? "<ChecksumSHA256>\(SHA256.base64Digest(of: part.bytes))</ChecksumSHA256>" : ""
            return "<Part><PartNumber>\(number)</PartNumber><ETag>\(XMLNode.escaped(part.etag))</ETag>"
                + "<Size>\(part.bytes.count)</Size>\(sum)</Part>"
        }
        let isCut = page.count < rest.count
        return Self.xml(
            "<ListPartsResult><IsTruncated>\(isCut)</IsTruncated>"
                + "<NextPartNumberMarker>\(page.last ?? 0)</NextPartNumberMarker>\(nodes.joined())</ListPartsResult>"
        )
    }

    private func listUploads(_ query: [String: String]) -> Response {
        let all = uploads.filter { $0.value.key.hasPrefix(query["prefix"] ?? "") }
            .sorted { ($0.value.key, $0.key) < ($1.value.key, $1.key) }
        let marker = (query["key-marker"] ?? "", query["upload-id-marker"] ?? "")
        let rest = all.filter { ($0.value.key, $0.key) > marker }
        let page = rest.prefix(pageSize)
        let nodes = page.map {
            "<Upload><Key>\(XMLNode.escaped($0.value.key))</Key><UploadId>\($0.key)</UploadId></Upload>"
        }
        let next = page.last.map {
            "<NextKeyMarker>\(XMLNode.escaped($0.value.key))</NextKeyMarker><NextUploadIdMarker>\($0.key)</NextUploadIdMarker>"
        }
        return Self.xml(
            "<ListMultipartUploadsResult><IsTruncated>\(page.count < rest.count)</IsTruncated>\(next ?? "")"
                + "\(nodes.joined())</ListMultipartUploadsResult>"
        )
    }

    /// The body; nil when it is not what its headers say.
    private mutating func checkedBody(_ request: Request) -> [UInt8]? {
        var bytes: [UInt8] = []
        if case .bytes(let body) = request.body { bytes = body }
        if case .slice(let slice) = request.body { bytes = (try? slice.bytes()) ?? [] }
        guard request.headers[.contentSHA256] == SHA256.hexDigest(of: bytes) else { return nil }
        if request.method == .put {
            guard request.headers[.checksumSHA256] == SHA256.base64Digest(of: bytes) else { return nil }
            bytesReceived += bytes.count
        }
        return bytes
    }

    private static func meta(_ headers: HTTPFields) -> HTTPFields {
        var kept: HTTPFields = [:]
        for field in headers where field.name.canonicalName.hasPrefix("x-amz-meta-") { kept.append(field) }
        return kept
    }

    private static func xml(_ text: String) -> Response { Response(status: 200, body: Array(text.utf8)) }

    private static func split(_ target: String) -> (path: String, query: [String: String]) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let pairs = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(halves[0]), halves.count > 1 ? decoded(halves[1]) : "")
        }
        return (decoded(parts[0].dropFirst()), Dictionary(pairs) { $1 })
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)!)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A file in memory that can change.
final class MemoryFile: FileReader {
    private let bytes: Locked<[UInt8]>
    let byteCount: Int
    let reads = Locked(0)

    init(_ bytes: [UInt8]) { (self.bytes, byteCount) = (Locked(bytes), bytes.count) }

    /// So many bytes that no two parts are alike in.
    convenience init(count: Int) {
        // A block whose size divides no part's, again and again.
        let random = SeededRandom(seed: UInt64(count))
        let block = (0..<65_537).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + block.count)
        while bytes.count < count { bytes.append(contentsOf: block) }
        self.init(Array(bytes.prefix(count)))
    }

    var contents: [UInt8] { bytes.withLock { $0 } }
    func change(at offset: Int) { bytes.withLock { $0[offset] ^= 1 } }

    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
        reads.withLock { $0 += count }
        return bytes.withLock { Array($0[offset..<(offset + count)]) }
    }
}
