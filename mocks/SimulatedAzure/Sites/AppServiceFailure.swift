/// Something that goes wrong in App Service by instruction.
public struct AppServiceFailure: Hashable, Sendable {
    /// What goes wrong.
    public enum Kind: Hashable, Sendable {
        /// The image cannot be pulled: what ran is gone and nothing answers.
        case imagePull
        /// It starts and exits again and again.
        case crash
        /// It runs and never answers, so that a swap waits in vain.
        case neverHealthy
        /// It answers only so long after each restart.
        case slow(Duration)
        /// It answers with this status; a swap takes any status as a sign of life.
        case status(Int)
        /// It answers with 500 from so long after its start on.
        case degrades(after: Duration)
        /// The deployment of a bundle fails while it is built.
        case deployment
        /// The swap ends in the middle because the machines of the slot have changed.
        case allocation
        /// The swap is accepted and comes to nothing: its operation ends well and routing is not switched.
        case swapWithoutEffect
        /// The operation of a swap goes on for ever, although routing is switched.
        case swapNeverEnds
        /// A write finds the site locked.
        case siteLock
        /// A write finds another operation in progress.
        case anotherOperation
    }

    /// What goes wrong.
    public var kind: Kind
    /// The release it goes wrong with: an image, or the name of a bundle's content; nil is any.
    public var release: String?
    /// The slot it goes wrong in; nil is any.
    public var slot: String?
    /// How often it still goes wrong; nil is every time.
    public var remaining: Int?

    /// A failure of this release, in this slot, so many times; what is nil matches everything.
    public init(_ kind: Kind, release: String? = nil, slot: String? = nil, times: Int? = nil) {
        (self.kind, self.release, self.slot, remaining) = (kind, release, slot, times)
    }
}
