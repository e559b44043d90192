import SlipwayBase
import SlipwayModel

/// What we tell ourselves from one look to the next, through the engine's journal.
struct Memory: Hashable, Sendable {
    /// A write that is about to be made, or was.
    ///
    /// It is in the journal before the write is sent. Its point is the question every later look has to answer: an
    /// environment that is Ready and has not got what was asked for has either not begun, or has failed.
    struct Intent: Hashable, Sendable {
        /// What is to be brought about, such as `version 2.4.1`.
        var name: String
        /// The lock under which it was made: with another one, this process cannot know whether the write was sent.
        var fence: Int64
        /// By our clock: not to be written before.
        var notBefore: Timestamp
        /// By the service's clock: the newest event there was, so that newer ones are signs of an operation.
        var newest: Timestamp?
        /// When the write was sent, by our clock; nil while it certainly was not sent by this process.
        var sent: Timestamp?
        /// The service's number of the write; nil when its answer was lost.
        var request: String?
        /// Whether an operation was seen since.
        var hasBegun = false
    }

    var intent: Intent?
    /// The newest event that was shown, by the service's clock, and its words.
    var shown: Timestamp?
    var note: String?
    /// When to ask for events again, by our clock, and how many seconds to wait after that.
    var eventsDue: Timestamp?
    var eventsGapSeconds: Int?
    /// Since when the step waits for something that only time brings, such as health, by our clock.
    var since: Timestamp?
    /// Since when clients forget an old address, by our clock.
    var tailSince: Timestamp?
    /// Since when instances run different versions, by our clock.
    var mixedSince: Timestamp?
    /// Whether an update was aborted by this step.
    var hasAborted = false
    /// What an upload needs to go on; opaque here.
    var upload: JSON?
    /// The number of a change of Route 53 that is not everywhere yet.
    var change: String?

    init() {}

    init(_ token: Token?) {
        guard let json = token?.value else { return }
        intent = json["intent"].flatMap(Intent.init)
        shown = json["shown"].flatMap(Timestamp.init(json:))
        note = json["note"]?.string
        eventsDue = json["eventsDue"].flatMap(Timestamp.init(json:))
        eventsGapSeconds = json["eventsGap"]?.int
        since = json["since"].flatMap(Timestamp.init(json:))
        tailSince = json["tailSince"].flatMap(Timestamp.init(json:))
        mixedSince = json["mixedSince"].flatMap(Timestamp.init(json:))
        hasAborted = json["aborted"]?.bool ?? false
        upload = json["upload"]
        change = json["change"]?.string
    }

    var token: Token? {
        guard self != Memory() else { return nil }
        var json: JSON = [:]
        json["intent"] = intent?.json
        json["shown"] = shown?.json
        json["note"] = note.map { .string($0) }
        json["eventsDue"] = eventsDue?.json
        json["eventsGap"] = eventsGapSeconds.map { JSON($0) }
        json["since"] = since?.json
        json["tailSince"] = tailSince?.json
        json["mixedSince"] = mixedSince?.json
        if hasAborted { json["aborted"] = true }
        json["upload"] = upload
        json["change"] = change.map { .string($0) }
        return Token(json)
    }
}

extension Memory.Intent {
    init?(_ json: JSON) {
        guard let name = json["name"]?.string, let notBefore = json["notBefore"].flatMap(Timestamp.init(json:)) else {
            return nil
        }
        (self.name, self.notBefore) = (name, notBefore)
        fence = Int64(json["fence"]?.int ?? 0)
        newest = json["newest"].flatMap(Timestamp.init(json:))
        sent = json["sent"].flatMap(Timestamp.init(json:))
        request = json["request"]?.string
        hasBegun = json["begun"]?.bool ?? false
    }

    var json: JSON {
        var json: JSON = ["name": .string(name), "fence": .int(fence), "notBefore": notBefore.json]
        json["newest"] = newest?.json
        json["sent"] = sent?.json
        json["request"] = request.map { .string($0) }
        if hasBegun { json["begun"] = true }
        return json
    }
}

extension Timestamp {
    fileprivate init?(json: JSON) {
        guard case .int(let value) = json else { return nil }
        self.init(milliseconds: value)
    }

    fileprivate var json: JSON { .int(milliseconds) }
}
