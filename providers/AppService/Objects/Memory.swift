import SlipwayBase
import SlipwayModel

/// What we tell ourselves from one look to the next, through the engine's journal.
struct Memory: Hashable, Sendable {
    /// A swap that is about to be asked for, or was.
    ///
    /// It is in the journal before the swap is sent, with the last swap there was: a swap sent twice undoes itself, and
    /// a newer one than that is the only proof that it was made.
    struct Intent: Hashable, Sendable {
        /// The lock under which it was made: with another one, this process cannot know whether the swap was sent.
        var fence: Int64
        /// By our clock: not to be sent before.
        var notBefore: Timestamp
        /// The last swap before it, by the service's clock.
        var swapped: Timestamp?
        /// When it was sent, by our clock; nil while this process certainly has not sent it.
        var sent: Timestamp?
        /// Whether its operation was seen to end well.
        var hasEnded = false
        /// Whether nothing tells of it but what is read of the site.
        var isBlind = false
    }

    var intent: Intent?
    /// How often a swap that failed for a reason that passes was asked for.
    var attempts = 0
    /// Since when the step waits for something that only time brings, by our clock.
    var since: Timestamp?
    /// When the step last changed what runs, by our clock.
    var changed: Timestamp?
    /// Whether a share is about to be taken away, so that the routing cookie's tail has to be waited for.
    var isClearing = false
    /// When the share was seen to be gone, by our clock.
    var tailSince: Timestamp?
    /// The number of our deployment of a zip.
    var deployment: String?
    /// The number of the deployment before ours, where the answer to ours named none; empty when there was none.
    var former: String?
    /// Whether that deployment was seen to run.
    var hasDeployed = false
    /// Whether a write was taken that is refused while a swap is under way.
    var hasProbed = false
    /// Looks that went wrong in a row.
    var misses = 0
    var note: String?

    init() {}

    init(_ token: Token?) {
        guard let json = token?.value else { return }
        intent = json["intent"].flatMap(Intent.init)
        attempts = json["attempts"]?.int ?? 0
        since = json["since"].flatMap(Timestamp.init(json:))
        changed = json["changed"].flatMap(Timestamp.init(json:))
        isClearing = json["clearing"]?.bool ?? false
        tailSince = json["tailSince"].flatMap(Timestamp.init(json:))
        deployment = json["deployment"]?.string
        former = json["former"]?.string
        hasDeployed = json["deployed"]?.bool ?? false
        hasProbed = json["probed"]?.bool ?? false
        misses = json["misses"]?.int ?? 0
        note = json["note"]?.string
    }

    var token: Token? {
        guard self != Memory() else { return nil }
        var json: JSON = [:]
        json["intent"] = intent?.json
        if attempts > 0 { json["attempts"] = JSON(attempts) }
        json["since"] = since?.json
        json["changed"] = changed?.json
        if isClearing { json["clearing"] = true }
        json["tailSince"] = tailSince?.json
        json["deployment"] = deployment.map { .string($0) }
        json["former"] = former.map { .string($0) }
        if hasDeployed { json["deployed"] = true }
        if hasProbed { json["probed"] = true }
        if misses > 0 { json["misses"] = JSON(misses) }
        json["note"] = note.map { .string($0) }
        return Token(json)
    }
}

extension Memory.Intent {
    init?(_ json: JSON) {
        guard let notBefore = json["notBefore"].flatMap(Timestamp.init(json:)) else { return nil }
        self.notBefore = notBefore
        fence = Int64(json["fence"]?.int ?? 0)
        swapped = json["swapped"].flatMap(Timestamp.init(json:))
        sent = json["sent"].flatMap(Timestamp.init(json:))
        hasEnded = json["ended"]?.bool ?? false
        isBlind = json["blind"]?.bool ?? false
    }

    var json: JSON {
        var json: JSON = ["fence": .int(fence), "notBefore": notBefore.json]
        json["swapped"] = swapped?.json
        json["sent"] = sent?.json
        if hasEnded { json["ended"] = true }
        if isBlind { json["blind"] = true }
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
