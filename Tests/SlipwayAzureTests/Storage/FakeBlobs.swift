import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP

/// One container in memory that compares conditions as the blob service does, and can break one call.
final class FakeBlobs: Transport {
    struct Stored: Sendable {
        var bytes: [UInt8]
        var written: Timestamp
        var revision: Int
        var etag: String { "\"0x8D\(revision)\"" }
    }

    enum Trouble: Equatable {
        case lostBefore(Int)
        case lostAfter(Int)
        case status(Int, Int, code: String)
    }

    struct State {
        var blobs: [String: Stored] = [:]
        var log: [String] = []
        var requests: [Request] = []
        var revision = 0
        var exists = true
        var troubles: [Trouble] = []
    }

    private let state = Locked(State())
    let time: VirtualTime

    init(_ time: VirtualTime = VirtualTime()) { self.time = time }

    var log: [String] { state.withLock { $0.log } }
    func edit<Result>(_ body: (inout State) -> Result) -> Result { state.withLock(body) }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let number = edit { state in
            state.log.append("\(request.method.rawValue) \(request.target)")
            state.requests.append(request)
            return state.log.count
        }
        await Task.yield()
        let troubles = edit { $0.troubles }
        if troubles.contains(.lostBefore(number)) { throw HTTPFailure(.unsent, "no route") }
        for case .status(number, let status, let code) in troubles { return Self.refusal(status, code) }
        var response = edit { $0.respond(to: request, at: time.now) }
        response.headers[.date] = Self.httpDate(time.now)
        if troubles.contains(.lostAfter(number)) { throw HTTPFailure(.unanswered, "the answer is lost") }
        return response
    }

    static func refusal(_ status: Int, _ code: String) -> Response {
        let text =
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>\(code)</Code>"
            + "<Message>It is refused.\nRequestId:1\nTime:2</Message></Error>"
        let name = HTTPField.Name("x-ms-error-code")!
        return Response(status: status, headers: code.isEmpty ? [:] : [name: code], body: Array(text.utf8))
    }

    static func httpDate(_ time: Timestamp) -> String {
        let text = time.rfc3339Seconds
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[(Int(text.dropFirst(5).prefix(2)) ?? 1) - 1]
        return "Thu, \(text.dropFirst(8).prefix(2)) \(month) \(text.prefix(4)) \(text.dropFirst(11).prefix(8)) GMT"
    }
}

extension FakeBlobs.State {
    mutating func respond(to request: Request, at now: Timestamp) -> Response {
        guard request.headers[HTTPField.Name("x-ms-version")!] == BlobClient.version else {
            return FakeBlobs.refusal(400, "InvalidHeaderValue")
        }
        guard exists else { return FakeBlobs.refusal(404, "ContainerNotFound") }
        let present = blobs[request.target]
        guard request.method == .put, case .bytes(let bytes) = request.body else {
            guard let present else { return FakeBlobs.refusal(404, "BlobNotFound") }
            let headers: HTTPFields = [.eTag: present.etag, .lastModified: FakeBlobs.httpDate(present.written)]
            return Response(status: 200, headers: headers, body: present.bytes)
        }
        guard request.headers[HTTPField.Name("x-ms-blob-type")!] == "BlockBlob" else {
            return FakeBlobs.refusal(400, "MissingRequiredHeader")
        }
        if request.headers[.ifNoneMatch] == "*", present != nil { return FakeBlobs.refusal(409, "BlobAlreadyExists") }
        if let wanted = request.headers[.ifMatch], wanted != present?.etag {
            return FakeBlobs.refusal(412, "ConditionNotMet")
        }
        revision += 1
        blobs[request.target] = FakeBlobs.Stored(bytes: bytes, written: now, revision: revision)
        return Response(status: 201, headers: [.eTag: "\"0x8D\(revision)\""])
    }
}
