internal import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP

/// One use of a cassette, by any number of transports: plays it, records it, or compares it with what is live.
///
///     let session = try CassetteSession(mode: .once, playing: folder.loadIfPresent("shop"), time: time)
///     let transport = session.transport(over: client)
///     // … requests …
///     if let recorded = session.recorded(as: "shop", from: "eu-central-1, account of the tests") {
///         try folder.save(recorded)
///     }
///
/// Whoever asks gets the live answer as it came; secrets are masked and names replaced in what is kept only.
public final class CassetteSession: Sendable {
    enum Way {
        case playing
        case adding
        case recording
        case comparing
    }

    let way: Way
    let playback: Playback
    let time: any TimeSource
    private let start: Timestamp
    private let present: Cassette?
    private let matching: Matching
    private let tape = Locked<[Interaction]>([])
    private let drifts = Locked<[CassetteDrift]>([])

    /// Begins to use `cassette`, nil when there is none yet; `allowsRecording` is false where nothing may be recorded,
    /// as in CI.
    ///
    /// Throws one sentence when the mode needs a cassette that is not there, or would record and must not.
    public init(
        mode: CassetteMode = .none,
        playing cassette: Cassette?,
        matching: Matching? = nil,
        allowsRecording: Bool = true,
        time: any TimeSource
    ) throws(CassetteFailure) {
        let way = try Self.way(mode, cassette)
        if way == .recording || way == .adding, !allowsRecording {
            throw CassetteFailure(
                cassette: cassette?.name ?? "new",
                problem: "nothing is recorded in CI; record it where you work and commit it, or use the mode none"
            )
        }
        if way == .adding, cassette?.origin.kind == .synthetic {
            throw CassetteFailure(
                cassette: cassette?.name ?? "new",
                problem: "it is synthetic, and recordings are not mixed with what was written by hand; use rewrite"
            )
        }
        (self.way, present, self.time, start) = (way, cassette, time, time.now)
        self.matching = matching ?? cassette?.matching ?? Matching()
        playback = Playback(way == .recording ? [] : [cassette].compactMap(\.self))
    }

    private static func way(_ mode: CassetteMode, _ cassette: Cassette?) throws(CassetteFailure) -> Way {
        switch (mode, cassette) {
        case (.none, _?), (.once, _?): return .playing
        case (.once, nil), (.rewrite, _), (.new, nil): return .recording
        case (.new, _?): return .adding
        case (.diff, _?): return .comparing
        case (.none, nil), (.diff, nil):
            throw CassetteFailure(
                cassette: "new",
                problem: "there is nothing to play yet; record it with the mode once"
            )
        }
    }

    /// A transport of this session over `live`, which is not used where nothing is sent.
    public func transport(over live: any Transport) -> any Transport { RecordingTransport(session: self, live: live) }

    /// The interactions whose answers were never given, in order; none of a cassette that is recorded anew.
    public var unplayed: [RecordedPlace] { playback.unplayed }

    /// Every request that had no answer.
    public var mismatches: [CassetteMismatch] { playback.mismatches }

    /// What the live answers differ in from the recorded ones, of the mode diff.
    public var found: [CassetteDrift] { drifts.withLock { $0 } }

    /// How many exchanges were recorded.
    public var count: Int { tape.withLock { $0.count } }

    /// The cassette with what was recorded: secrets masked, stand-ins in the place of names. Nil when nothing was.
    public func recorded(as name: String, from source: String, note: String? = nil) -> Cassette? {
        let recorded = tape.withLock { $0 }
        guard way == .recording || !recorded.isEmpty else { return nil }
        var origin = CassetteOrigin(.recorded, from: source, recordedAt: start.rfc3339, note: note)
        if way == .adding, let present { origin.note = note ?? present.origin.note }
        let earlier = way == .adding ? present?.interactions ?? [] : []
        var cassette = Cassette(name: name, origin: origin, matching: matching, interactions: earlier)
        for interaction in recorded { cassette.append(interaction.inLines) }
        return cassette.redacted().withStandIns(beside: playback.names.table)
    }

    // MARK: - For the transports

    var matchedHeaders: [HTTPField.Name] { matching.headers }

    /// Keeps a place for an exchange that begins, so that exchanges stand in the order of their requests.
    func begin(_ request: RecordedRequest) -> Int {
        tape.withLock { tape in
            let failure = HTTPFailure(.unanswered, "the recording ended before the answer came")
            tape.append(Interaction(id: "", title: "", request: request, outcome: .failure(failure)))
            return tape.count - 1
        }
    }

    func keep(_ outcome: RecordedOutcome, at index: Int) { tape.withLock { $0[index].outcome = outcome } }

    func note(_ drift: CassetteDrift) { drifts.withLock { $0.append(drift) } }
}

extension Cassette {
    /// Adds an interaction with an id and a title that say what it is.
    public mutating func append(_ interaction: Interaction) {
        var interaction = interaction
        let words = interaction.request.words
        if interaction.title.isEmpty { interaction.title = words.joined(separator: " ") }
        let last = (words.last ?? "").lowercased().utf8.map { $0.isWordByte ? $0 : 0x2D }
        let id = "\(interactions.count + 1)-\(String(decoding: last.prefix(40), as: UTF8.self))"
        interaction.id = interactions.contains { $0.id == id } ? id + "-again" : id
        interactions.append(interaction)
    }
}

extension Cassette {
    /// The cassette with the last answer of every read and every renewal (PUT) that came more than once given again
    /// without end: how often something is polled or kept up is not part of what happened.
    public func repeatingPolls() -> Cassette {
        var cassette = self
        let keys = interactions.map { RequestKey($0.request, matching: matching, tolerating: .ofRuns) }
        let times = Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +)
        var last: [RequestKey: Int] = [:]
        for (index, key) in keys.enumerated() { last[key] = index }
        for (key, index) in last where key.isPoll && times[key, default: 0] > 1 {
            cassette.interactions[index].repeats = true
        }
        return cassette
    }
}

extension RequestKey {
    /// Whether asking once more changes nothing; of AWS Query the name of the action tells.
    fileprivate var isPoll: Bool {
        guard case .form(let pairs) = body, method == "POST" else { return method == "GET" || method == "PUT" }
        let action = pairs.first { $0.name == "Action" }?.value ?? ""
        return ["Describe", "List", "Get", "Check"].contains { action.hasPrefix($0) }
    }
}

extension Matching {
    /// What records whole runs of a program that holds locks: when it took and renewed them, and over which version
    /// of what, differs from run to run.
    public static let ofRuns = Matching(
        ignoredMembers: ["acquireTime", "renewTime", "acquired", "renewed", "resourceVersion"]
    )
}

extension Interaction {
    /// The same with its stream cut into lines.
    fileprivate var inLines: Interaction {
        guard case .response(var response) = outcome else { return self }
        response.content = response.content.inLines
        var interaction = self
        interaction.outcome = .response(response)
        return interaction
    }
}

extension RecordedRequest {
    /// The method and the last names of the path, or the action of AWS Query: for people.
    fileprivate var words: [String] {
        if case .text(let text)? = body,
            let field = text.split(separator: "&").first(where: { $0.hasPrefix("Action=") })
        {
            return [String(field.dropFirst(7)).printable(max: 60)]
        }
        let path = Secrets.masked(target).prefix { $0 != "?" }.split(separator: "/").suffix(2)
        return [method.rawValue] + path.map { String($0).printable(max: 60) }
    }
}
