public import SlipwayBase
public import SlipwayHTTP

/// A platform as a value: an API that answers requests, and whatever acts behind it when time passes.
///
/// Nothing in it waits, draws chance or touches the outside, so the same requests at the same times give the same
/// answers; `SimulatedTransport` puts it at the other end of a transport.
public protocol SimulatedWorld: Sendable {
    /// The time up to which everything that was due has happened.
    var now: Timestamp { get }

    /// Lets everything happen that is due until `time`; a time in the past changes nothing.
    mutating func advance(to time: Timestamp)

    /// Answers `request` as the platform would at `time`.
    mutating func respond(to request: Request, at time: Timestamp) -> Response

    /// Begins an answer that arrives piece by piece; nil where the platform has none for `request`, which is then
    /// answered at once.
    mutating func openStream(for request: Request, at time: Timestamp) -> OpenedStream<Self>?
}

extension SimulatedWorld {
    /// Streams nothing.
    public mutating func openStream(for request: Request, at time: Timestamp) -> OpenedStream<Self>? { nil }
}

/// An answer that arrives piece by piece: its head, and what tells the rest.
public struct OpenedStream<World: SimulatedWorld>: Sendable {
    /// Status and headers.
    public var head: Response
    /// What tells the rest.
    public var stream: any SimulatedStream<World>

    /// Makes an answer.
    public init(_ head: Response, _ stream: any SimulatedStream<World>) { (self.head, self.stream) = (head, stream) }
}

/// What a world goes on telling after it has answered.
public protocol SimulatedStream<World>: Sendable {
    /// The world that tells.
    associatedtype World: SimulatedWorld

    /// What comes next in `world`, which has been brought up to the present.
    mutating func next(in world: World, mode: WatchMode) -> StreamPiece
}

/// One look at a stream.
public enum StreamPiece: Hashable, Sendable {
    /// These bytes.
    case bytes([UInt8])
    /// Nothing yet, and nothing before this has passed unless somebody changes the world.
    case pause(Duration)
    /// It is over.
    case end
}

/// How streams go on when everything that happened has been told.
public enum WatchMode: Hashable, Sendable {
    /// They end, as if the server had closed them: for virtual clocks, which nobody moves while a watch waits.
    case ends
    /// They wait for the next call on this transport, or for cancellation; `timeoutSeconds` of the clock ends them.
    case waits
    /// They sleep on the clock until the next change of the world, at most this long at a time, and end at
    /// `timeoutSeconds`: for real clocks.
    case sleeps(atMost: Duration)
}

/// One call to a simulated platform, as hooks and the log see it.
public struct SimulatedCall: Sendable {
    /// Its number, from 0, in the order of arrival.
    public var index: Int
    /// What was sent.
    public var request: Request
    /// When it arrived.
    public var time: Timestamp
}

/// What a hook says in place of a simulated platform.
public enum SimulatedOutcome: Sendable {
    /// This response.
    case response(Response)
    /// No response.
    case failure(HTTPFailure)
}
