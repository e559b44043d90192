import HTTPTypes
import SandboxServer
import SlipwayBase
import SlipwayHTTP

/// The applications themselves: answers production requests by the weights and readiness of the simulation.
///
/// The Host field says which front a request is for; clients that cannot set it write `/_fronts/HOST/…`.
final class DataPlane: Responder {
    private struct Cached {
        var shares: FrontShares?
        var until: Timestamp
    }

    /// For how long shares are taken to be what they were; a client sees a change so much later.
    private static let staleness = Duration.milliseconds(10)
    private static let hostsMax = 1_000
    private static let prefix = "/_fronts/"

    private let clouds: [any Cloud]
    private let clock: SandboxClock
    private let random: any RandomSource
    private let cache = Locked<[String: Cached]>([:])
    private let counts = Locked<[String: [String: Int]]>([:])

    init(_ clouds: [any Cloud], clock: SandboxClock, random: any RandomSource) {
        (self.clouds, self.clock, self.random) = (clouds, clock, random)
    }

    func reply(to incoming: IncomingRequest) -> Reply {
        let host = Self.host(of: incoming.request)
        var visit = incoming.request
        visit.origin.host = host
        if let response = clouds.lazy.compactMap({ $0.visit(visit) }).first { return visited(response, host) }
        guard let shares = shares(of: host) else { return unknown(host) }
        let version = shares.version(at: random.unit())
        counts.withLock { $0[host, default: [:]][version ?? "none", default: 0] += 1 }
        guard let version else { return Self.answer(503, host, ["error": "nobody is ready to answer"], version: nil) }
        return Self.answer(200, host, ["host": .string(host), "version": .string(version)], version: version)
    }

    private func visited(_ response: Response, _ host: String) -> Reply {
        var response = response
        let version = HTTPField.Name("x-simulated-release").flatMap { response.headers[$0] }
        counts.withLock { $0[host, default: [:]][version ?? "none", default: 0] += 1 }
        if let version, let name = HTTPField.Name("X-Version") { response.headers[name] = version }
        return Reply(response)
    }

    /// How many requests each version of each host answered, `none` for those that nobody did.
    var counted: JSON {
        counts.withLock { counts in
            .object(
                JSONObject(
                    counts.sorted { $0.key < $1.key }.map { host, versions in
                        let members = versions.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }
                        return (host, .object(JSONObject(members)))
                    }
                )
            )
        }
    }

    /// Forgets what was counted.
    func forget() {
        counts.withLock { $0 = [:] }
        cache.withLock { $0 = [:] }
    }

    private func shares(of host: String) -> FrontShares? {
        let now = clock.machineTime
        let known = cache.withLock { $0[host] }
        if let known, now < known.until, known.until - now <= Self.staleness { return known.shares }
        let shares = clouds.lazy.compactMap { $0.shares(ofHost: host) }.first
        cache.withLock { cache in
            if cache.count >= Self.hostsMax { cache = [:] }
            cache[host] = Cached(shares: shares, until: now + Self.staleness)
        }
        return shares
    }

    private func unknown(_ host: String) -> Reply {
        let hosts = clouds.flatMap(\.hosts).prefix(100)
        let body: JSON = [
            "error": .string("no front answers to \(host.printable(max: 200))"),
            "hosts": .array(hosts.map { .string($0) }),
        ]
        return Self.answer(404, host, body, version: nil)
    }

    private static func host(of request: Request) -> String {
        guard request.target.hasPrefix(prefix) else { return request.origin.host }
        return request.target.dropFirst(prefix.count).prefix { $0 != "/" && $0 != "?" }.lowercased()
    }

    private static func answer(_ status: Int, _ host: String, _ body: JSON, version: String?) -> Reply {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if let version, let name = HTTPField.Name("X-Version") { headers[name] = version }
        return Reply(Response(status: status, headers: headers, body: body.bytes + [0x0A]))
    }
}
