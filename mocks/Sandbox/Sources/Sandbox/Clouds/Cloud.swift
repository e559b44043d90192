import SandboxServer
import SlipwayBase
import SlipwayHTTP

/// One simulated cloud behind the server: which requests are its own, and how it answers them.
///
/// A further cloud is one more file beside this one that conforms, and one line in `Sandbox.make`.
protocol Cloud: Sendable {
    /// What faults, the log and the admin API call it, such as `aws` or `kubernetes/shop`.
    var name: String { get }

    /// Whether the platform itself has its APIs at this host, so that clients come there through the tunnel.
    func owns(_ host: String) -> Bool

    /// The request as this cloud sees it, without the path that leads to it; nil when it is for another one.
    func claim(_ request: Request, at listener: String) -> Request?

    /// Answers a request that it claimed; `skew` is how far the platform's clock seems to be ahead of its callers',
    /// where it looks at their clocks at all.
    func reply(to request: Request, from caller: CertifiedCaller?, skew: Duration) -> Reply

    /// How this platform says that something went wrong, for faults and for what the server does not take.
    func words(for trouble: Trouble) -> Response

    /// Tells those who watch what has happened by now, and the clock when they may have to be told again.
    func tick()

    /// Begins again with its seed.
    func reset()

    /// What it holds, for people.
    func inspect() -> JSON

    /// Who answers production requests for a host now; nil when no front of this cloud has the host.
    func shares(ofHost host: String) -> FrontShares?

    /// The answer to a production request from a platform whose fronts have a mind of their own, such as cookies; nil
    /// leaves it to the shares.
    func visit(_ request: Request) -> Response?

    /// The hosts that its fronts answer to.
    var hosts: [String] { get }
}

extension Cloud {
    /// Leaves it to the shares.
    func visit(_ request: Request) -> Response? { nil }
}

/// Something that platforms say in words of their own.
enum Trouble: Hashable, Sendable {
    /// Too many requests; come back later.
    case throttled(retryAfterSeconds: Int)
    /// A status of 500 or more.
    case failing(status: Int)
    /// The credentials have ended.
    case expiredToken
    /// The body is larger than anybody reads.
    case tooLarge
}

/// What becomes of the requests to a host: shares that add up to 1 together with those that fail.
struct FrontShares: Hashable, Sendable {
    /// The share that each version answers, in a fixed order.
    var versions: [(name: String, share: Double)]
    /// The share that nobody answers.
    var failed: Double

    init(_ versions: [String: Double], failed: Double) {
        self.versions = versions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        self.failed = failed
    }

    /// Who answers the request that draws `chance`, from 0 to 1; nil when nobody does.
    func version(at chance: Double) -> String? {
        var rest = chance
        for (name, share) in versions {
            if rest < share { return name }
            rest -= share
        }
        // What is left is the share that fails; without one it is a rounding error.
        return failed > 1e-9 ? nil : versions.last?.name
    }

    static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.failed == rhs.failed && lhs.versions.elementsEqual(rhs.versions) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(failed)
        for (name, share) in versions {
            hasher.combine(name)
            hasher.combine(share)
        }
    }
}
