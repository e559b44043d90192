import HTTPTypes
import SandboxServer
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP

/// The latest exchanges, for the admin API and for a file of lines; secrets are masked before anything leaves it.
final class ExchangeLog: Sendable {
    /// One exchange.
    struct Entry: Sendable {
        var time: Timestamp
        var cloud: String
        var request: Request
        var response: Response
        var faults: [FaultRule]
        var isStream: Bool
        var took: Duration
    }

    private struct State {
        var entries: [Entry] = []
        var first = 0
        var count = 0
        var unwritten: [String] = []
        var tell: (@Sendable () -> Void)?
    }

    private static let entriesMax = 1_000
    private static let bodyBytesMax = 16 << 10
    private static let unwrittenMax = 50_000
    /// Of answers in cassettes: what clients act on.
    private static let keptHeaders = ["content-type", "retry-after", "location", "etag", "azure-asyncoperation"]

    private let state = Locked(State())
    private let keepsLines: Bool

    /// With `keepsLines`, lines wait to be written to a file.
    init(keepsLines: Bool) { self.keepsLines = keepsLines }

    func add(_ entry: Entry) {
        var entry = entry
        if case .bytes(let bytes) = entry.request.body, bytes.count > Self.bodyBytesMax { entry.request.body = .none }
        if entry.response.body.count > Self.bodyBytesMax { entry.response.body = [] }
        let line = keepsLines ? entry.line : nil
        let tell = state.withLock { state -> (@Sendable () -> Void)? in
            if state.entries.count < Self.entriesMax {
                state.entries.append(entry)
            } else {
                state.entries[state.first] = entry
                state.first = (state.first + 1) % Self.entriesMax
            }
            state.count += 1
            // Nobody writes them: better lose lines than memory.
            guard let line, state.unwritten.count < Self.unwrittenMax else { return nil }
            state.unwritten.append(line)
            return state.unwritten.count == 1 ? state.tell : nil
        }
        tell?()
    }

    /// Calls `tell` when there are lines to take again after there were none.
    func whenLogged(_ tell: @escaping @Sendable () -> Void) {
        state.withLock { $0.tell = tell }
        tell()
    }

    /// How many requests there were.
    var count: Int { state.withLock { $0.count } }

    /// The latest entries, oldest first.
    var entries: [Entry] {
        state.withLock { Array($0.entries[$0.first...] + $0.entries[..<$0.first]) }
    }

    /// The lines since the last call.
    func takeLines() -> [String] {
        state.withLock { state in
            defer { state.unwritten = [] }
            return state.unwritten
        }
    }

    /// The latest exchanges of one cloud, or of all, as a cassette; streams are left out.
    func cassette(of cloud: String?) -> Cassette {
        let kept = entries.filter { (cloud == nil || $0.cloud == cloud) && !$0.isStream }
        let interactions = kept.enumerated().compactMap { number, entry -> Interaction? in
            // Bodies are in memory, so none of them fails to be read.
            guard let request = try? RecordedRequest(entry.request) else { return nil }
            let body = entry.response.body.isEmpty ? nil : RecordedBody(entry.response.body)
            let headers = entry.response.headers.filter { Self.keptHeaders.contains($0.name.canonicalName) }
            let response = RecordedResponse(
                status: entry.response.status,
                headers: HTTPFields(headers),
                content: .whole(body)
            )
            return Interaction(
                id: "\(number + 1)" + (entry.action.map { "-\($0)" } ?? ""),
                title: "\(entry.cloud): \(entry.request.method.rawValue) \(entry.title)",
                request: request,
                outcome: .response(response)
            )
        }
        let origin = CassetteOrigin(.synthetic, from: "slipway-sandbox, a simulation", note: "exported from its log")
        return Cassette(name: "sandbox", origin: origin, interactions: interactions).redacted()
    }
}

extension ExchangeLog.Entry {
    private static let actionCharactersMax = 60
    private static let actionField = Array("Action=".utf8)

    /// The action of a Query request, or the path.
    var title: String {
        if let action { return action }
        return Redaction.masked(url: String(request.target.prefix { $0 != "?" })).printable(max: 200)
    }

    fileprivate var action: String? {
        guard case .bytes(let bytes) = request.body, bytes.count < 16 << 10 else { return nil }
        let head = bytes.prefix(512)
        guard let start = head.firstRange(of: Self.actionField)?.upperBound else { return nil }
        let name = head[start...].prefix { (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) }
        return String(decoding: name.prefix(Self.actionCharactersMax), as: UTF8.self)
    }

    /// What happened, without any secret.
    var json: JSON {
        var json: JSON = [
            "time": .string(time.rfc3339), "cloud": .string(cloud), "method": .string(request.method.rawValue),
            "url": .string(Redaction.masked(url: request.url).printable(max: 1_000)),
        ]
        json["action"] = action.map { .string($0) }
        json["status"] = JSON(response.status)
        json["microseconds"] = JSON(Int(took / .microseconds(1)))
        if isStream { json["stream"] = true }
        if !faults.isEmpty { json["faults"] = .array(faults.map { $0.json["kind"] ?? .null }) }
        return json
    }

    fileprivate var line: String { json.text }
}
