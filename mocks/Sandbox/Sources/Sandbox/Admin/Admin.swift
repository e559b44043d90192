import HTTPTypes
import SandboxServer
import SlipwayBase
import SlipwayCassettes
import SlipwayConfig
import SlipwayHTTP

/// The sandbox's own API, under `/_sandbox/`: for whoever holds the token, on this machine.
struct Admin: Sendable {
    static let prefix = "/_sandbox"

    let token: Secret<String>
    let sandbox: Sandbox

    /// Answers a request to a path that begins with `prefix`.
    func reply(to request: Request) -> Reply {
        let parts = request.target.dropFirst(Self.prefix.count).split(separator: "?", maxSplits: 1)
        let path = parts.first.map { String($0) } ?? "/"
        if request.method == .get, path == "/ready" { return Self.reply(200, ["ready": true]) }
        // Whoever lured a browser here by a name of his own has another name in the Host field, or in Origin.
        guard request.origin.isLoopback, Self.isFromHere(request) else {
            return Self.refuse(403, "the admin API is for this machine itself")
        }
        guard let given = request.headers[.authorization], Self.isSame(given, "Bearer \(token.reveal())") else {
            return Self.refuse(401, "the admin API needs the token: `Authorization: Bearer $SLIPWAY_SANDBOX_TOKEN`")
        }
        do throws(InputFailure) {
            return try answer(request, path) ?? Self.refuse(404, "the admin API has no \(path.printable(max: 100))")
        } catch {
            return Self.refuse(400, error.description)
        }
    }

    private func answer(_ request: Request, _ path: String) throws(InputFailure) -> Reply? {
        switch (request.method, path) {
        case (.get, "/state"): return Self.reply(200, sandbox.state)
        case (.post, "/reset"):
            sandbox.reset()
            return Self.reply(200, ["reset": true])
        case (.get, "/time"): return Self.reply(200, time)
        case (.post, "/time"):
            try changeTime(request)
            return Self.reply(200, time)
        case (.get, "/faults"): return Self.reply(200, .array(sandbox.faults.rules.map(\.json)))
        case (.post, "/faults"):
            let id = try sandbox.faults.add(try Self.read(request) { FaultRule(reading: $0) })
            return Self.reply(201, ["id": JSON(id)])
        case (.delete, "/faults"):
            sandbox.faults.replace(with: [])
            return Self.reply(200, [])
        case (.delete, _) where path.hasPrefix("/faults/"):
            guard let id = Int(path.dropFirst("/faults/".count)), sandbox.faults.remove(id) else {
                return Self.refuse(404, "there is no such fault")
            }
            return Self.reply(200, ["id": JSON(id)])
        case (.get, "/log"): return Self.reply(200, .array(sandbox.log.entries.map(\.json)))
        case (.get, "/cassette"):
            let text = sandbox.log.cassette(of: Self.cloud(in: request)).text
            return Reply(Response(status: 200, headers: [.contentType: "application/json"], body: Array(text.utf8)))
        case (.get, "/shares"): return Self.reply(200, sandbox.shares)
        case (.get, "/traffic"): return Self.reply(200, sandbox.dataPlane.counted)
        case (.delete, "/traffic"):
            sandbox.dataPlane.forget()
            return Self.reply(200, [:])
        default: return nil
        }
    }

    private var time: JSON {
        var json: JSON = ["now": .string(sandbox.clock.now.rfc3339), "ahead": .string(sandbox.clock.lead.text)]
        switch sandbox.clock.pace {
        case .stepped: json["pace"] = "stepped"
        case .scaled(let speed): (json["pace"], json["speed"]) = ("scaled", .double(speed))
        }
        return json
    }

    private func changeTime(_ request: Request) throws(InputFailure) {
        enum Change {
            case step(Duration)
            case pace(SandboxClock.Pace)
        }
        let change: Change = try Self.read(request) { reader in
            let step = reader.duration("step")
            let speed = reader.int("speed", in: 1...10_000)
            let stops = reader.bool("stop")
            if let step { return .step(step) }
            if let speed { return .pace(.scaled(Double(speed))) }
            if stops == true { return .pace(.stepped) }
            reader.require(["step", "speed", "stop"])
            return nil
        }
        switch change {
        case .step(let duration): sandbox.clock.step(by: duration)
        case .pace(let pace): sandbox.clock.pace = pace
        }
        sandbox.tick()
    }

    private static func read<Value>(
        _ request: Request,
        _ body: (ConfigReader) -> Value?
    ) throws(InputFailure) -> Value {
        guard case .bytes(let bytes) = request.body else { throw InputFailure("the request has no body") }
        return try ConfigReader.decode(try ConfigNode.parse(bytes: bytes, file: "request"), body)
    }

    private static func cloud(in request: Request) -> String? {
        guard let start = request.target.firstRange(of: "?cloud=")?.upperBound else { return nil }
        return String(request.target[start...])
    }

    /// Whether no page of another site asks: browsers name theirs, and other clients name none.
    private static func isFromHere(_ request: Request) -> Bool {
        guard let page = HTTPField.Name("Origin").flatMap({ request.headers[$0] }) else { return true }
        return Origin(url: page)?.isLoopback ?? false
    }

    /// Compares every byte, so that the time it takes says nothing.
    private static func isSame(_ given: String, _ wanted: String) -> Bool {
        let (given, wanted) = (Array(given.utf8), Array(wanted.utf8))
        guard given.count == wanted.count else { return false }
        return zip(given, wanted).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func reply(_ status: Int, _ body: JSON) -> Reply {
        Reply(Response(status: status, headers: [.contentType: "application/json"], body: body.bytes + [0x0A]))
    }

    private static func refuse(_ status: Int, _ message: String) -> Reply { reply(status, ["error": .string(message)]) }
}
