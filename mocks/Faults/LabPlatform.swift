import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP
public import SlipwayModel
public import SlipwaySimulation

/// What the lab must know of a platform to rehearse releases on it: a world, how slipway reaches it, and how the
/// promises look there.
public protocol LabPlatform: Sendable {
    /// What imitates the platform.
    associatedtype World: SimulatedWorld
    /// What the platform's own promises remember from call to call.
    associatedtype Memory: Sendable

    /// The world before the release.
    var world: World { get }
    /// What can go wrong with a call here.
    var faultKinds: [FaultKind] { get }

    /// The provider and the lock of one process, which speak through `transport` with the retries of real life.
    func connection(over transport: any Transport, time: any TimeSource, random: any RandomSource) -> LabConnection

    /// How the platform words a refusal of `request`; nil where it never refuses it so.
    func refusal(_ refusal: LabRefusal, of request: Request) -> Response?

    /// A web page in the place of what `request` asks for; nil where a web page is what it asks for.
    func foreignAnswer(to request: Request) -> Response?

    /// What kind of request it is.
    func kind(of request: Request) -> LabRequest

    /// What a request is called in reports, and what its published rate is counted under.
    func name(of request: Request) -> String

    /// The published rate that `request` counts against.
    func rate(of request: Request) -> LabRate

    /// A number that changes whenever the world does; nil where that cannot be told.
    func version(of world: World) -> Int?

    /// What becomes of production requests.
    func traffic(in world: World) -> LabTraffic

    /// What `traffic` calls a release.
    func mark(of release: Release) -> String

    /// Who holds the lock; nil when it was never taken.
    func lock(in world: World) -> LabLock?

    /// Gives the lock to a thief.
    func steal(in world: inout World, at time: Timestamp)

    /// What somebody else does just before `call` arrives; on most platforms nobody does anything.
    func disturb(_ world: inout World, before call: SimulatedCall)

    /// Before the first call.
    func memory() -> Memory

    /// The platform's own promises that a call broke, in sentences.
    func brokenPromises(after call: LabCall, in world: World, _ memory: inout Memory) -> [String]

    /// The platform's own promises that do not hold after the end, in sentences.
    func brokenPromises(atEnd end: LabEnd, in world: World) -> [String]
}

extension LabPlatform {
    /// Nobody does anything.
    public func disturb(_ world: inout World, before call: SimulatedCall) {}

    /// A page that wants somebody to sign in.
    public func foreignAnswer(to request: Request) -> Response? {
        let page = Array("<html><body>Sign in</body></html>".utf8)
        return Response(status: 200, headers: [.contentType: "text/html"], body: page)
    }
}

/// How one process reaches its platform.
public struct LabConnection: Sendable {
    /// The provider.
    public var provider: any Provider
    /// The lock.
    public var lock: any TargetLock

    /// Makes a connection.
    public init(provider: any Provider, lock: any TargetLock) { (self.provider, self.lock) = (provider, lock) }
}

/// A refusal that every platform knows, each in a form of its own.
public enum LabRefusal: Hashable, Sendable {
    /// Too many requests; come back after so many seconds.
    case tooManyRequests(retryAfterSeconds: Int)
    /// Too many requests, in a form without a number.
    case throttled
    /// Something went wrong inside.
    case internalError
    /// Not at the moment.
    case unavailable
    /// Whoever stands before the server did not want to wait any longer.
    case gatewayTimeout
    /// Somebody else wrote.
    case conflict
    /// What was asked for is too old.
    case gone
    /// What the request is about is busy with something else.
    case busy
}

/// What a request is to the promises.
public enum LabRequest: Sendable {
    /// It looks at every object for which this is true.
    case look(at: @Sendable (String) -> Bool)
    /// It changes an object; one that is not repeatable must not be sent again without a look.
    case write(of: String, isRepeatable: Bool)
    /// It is about the lock, or about nothing that promises are made of.
    case aside
}

/// A rate that a platform publishes: a bucket of `burst` requests, filled with `perSecond` of them.
public struct LabRate: Hashable, Sendable {
    /// What shares the bucket.
    public var name: String
    /// Requests at once.
    public var burst: Double
    /// Requests per second in the long run.
    public var perSecond: Double

    /// Makes a rate.
    public init(_ name: String, burst: Double, perSecond: Double) {
        (self.name, self.burst, self.perSecond) = (name, burst, perSecond)
    }
}

/// What becomes of production requests: shares that add up to 1.
public struct LabTraffic: Sendable {
    /// The share that each release answers, by its mark.
    public var shares: [String: Double]
    /// The share that fails.
    public var failed: Double

    /// Makes traffic.
    public init(shares: [String: Double], failed: Double) { (self.shares, self.failed) = (shares, failed) }
}

/// A lock that was taken.
public struct LabLock: Hashable, Sendable {
    /// Who holds it; nil when it was given up.
    public var holder: String?
    /// Until when.
    public var until: Timestamp?

    /// Makes a lock.
    public init(holder: String?, until: Timestamp?) { (self.holder, self.until) = (holder, until) }
}

/// A call and what came of it.
public struct LabCall: Sendable {
    /// The call.
    public var call: SimulatedCall
    /// What the platform answered, or what was answered in its place.
    public var response: Response
    /// Whether the platform saw the call.
    public var hadEffect: Bool
    /// Whether the caller saw this answer, and no fault in its place.
    public var isDelivered: Bool
}

/// How a rehearsal ended.
public struct LabEnd: Sendable {
    /// Whether the release is live.
    public var isDeployed: Bool
    /// Whether the run has told of something that it could not clean up; that is excused, and only that.
    public var isReported: Bool
}
