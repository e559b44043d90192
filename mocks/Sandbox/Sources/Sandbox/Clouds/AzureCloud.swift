import HTTPTypes
import SandboxServer
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import SlipwaySimulation

/// The simulated Azure, at a port of its own: its clients take one host for tokens and one for the resource manager,
/// without any path, and here both are this machine.
final class AzureCloud: Cloud {
    /// The listener that its requests come in at.
    static let listener = "azure"

    let name = "azure"
    private let seed: AzureSeed
    private let clock: SandboxClock
    private let host: WorldHost<AzureWorld>

    init(_ seed: AzureSeed, clock: SandboxClock) {
        (self.seed, self.clock) = (seed, clock)
        host = WorldHost(seed.world(at: clock.now), clock: clock)
    }

    func claim(_ request: Request, at listener: String) -> Request? { listener == Self.listener ? request : nil }

    func reply(to request: Request, from caller: CertifiedCaller?, skew: Duration) -> Reply {
        host.reply(to: request, streams: false, changes: true)
    }

    func words(for trouble: Trouble) -> Response {
        switch trouble {
        case .throttled(let seconds):
            var response = Self.error(429, "TooManyRequests", "The request is being throttled.")
            response.headers[.retryAfter] = String(seconds)
            return response
        case .failing(503): return Self.error(503, "ServiceUnavailable", "The service is unavailable.")
        case .failing(504): return Self.error(504, "GatewayTimeout", "The gateway did not receive a response in time.")
        case .failing(let status): return Self.error(status, "InternalServerError", "There was an error processing it.")
        case .expiredToken:
            var response = Self.error(401, "ExpiredAuthenticationToken", "The access token expiry is in the past.")
            response.headers[.wwwAuthenticate] = "Bearer error=\"invalid_token\""
            return response
        case .tooLarge: return Self.error(413, "RequestEntityTooLarge", "The request entity is too large.")
        }
    }

    func tick() { host.tick() }

    func reset() {
        let world = seed.world(at: clock.now)
        host.withWorld(changes: true) { $0 = world }
    }

    func inspect() -> JSON {
        host.withWorld { world in
            let sites = world.sites.map { site -> (String, JSON) in
                let slots = world.slots(of: site).compactMap { world.slot($0, of: site) }.map { slot -> JSON in
                    [
                        "name": .string(slot.name), "host": .string(slot.host), "release": .string(slot.release),
                        "serving": slot.serving.map { .string($0) } ?? .null, "isStopped": .bool(slot.isStopped),
                    ]
                }
                let rules = world.rules(of: site).sorted { $0.key < $1.key }.map { ($0.key, JSON.double($0.value)) }
                return (site, ["slots": .array(slots), "rules": .object(JSONObject(rules))])
            }
            return ["sites": .object(JSONObject(sites))]
        }
    }

    func shares(ofHost host: String) -> FrontShares? {
        self.host.withWorld { world -> FrontShares? in
            let site = world.sites.first { site in
                host == Self.alias(of: site) || world.slot(of: site)?.host == host
            }
            guard let site else { return nil }
            let shares = world.shares(of: site)
            return FrontShares(shares.releases, failed: shares.failed)
        }
    }

    /// Lets the site itself answer, which keeps its visitors with a slot by its cookie.
    func visit(_ request: Request) -> Response? {
        guard let host = places[request.origin.host] else { return nil }
        var visit = request
        visit.origin.host = host
        return self.host.reply(to: visit, streams: false, changes: false).response
    }

    var hosts: [String] { places.keys.sorted() }

    /// The hosts of all slots, by themselves and by the names that nobody has to look up: `SITE.azurewebsites.net` and
    /// `SITE-SLOT.azurewebsites.net`.
    private var places: [String: String] {
        host.withWorld { world in
            var places: [String: String] = [:]
            for site in world.sites {
                for (number, name) in world.slots(of: site).enumerated() {
                    guard let host = world.slot(name, of: site)?.host else { continue }
                    places[host] = host
                    places[Self.alias(of: number == 0 ? site : "\(site)-\(name)")] = host
                }
            }
            return places
        }
    }

    private static func alias(of name: String) -> String { "\(name).azurewebsites.net" }

    private static func error(_ status: Int, _ code: String, _ message: String) -> Response {
        let body: JSON = ["error": ["code": .string(code), "message": .string(message)]]
        return Response(status: status, headers: [.contentType: "application/json; charset=utf-8"], body: body.bytes)
    }
}
