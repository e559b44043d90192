import HTTPTypes
import SandboxServer
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import SlipwaySimulation

/// The simulated Azure: through the tunnel at its own hosts, and at a port where tokens and the resource manager have one
/// host, as clients take both without any path.
final class AzureCloud: Cloud {
    /// The listener that its requests come in at.
    static let listener = "azure"

    let name = "azure"
    private let seed: AzureSeed
    private let clock: SandboxClock
    private let host: WorldHost<AzureWorld>

    init(_ seed: AzureSeed, clock: SandboxClock) throws(InputFailure) {
        (self.seed, self.clock) = (seed, clock)
        host = WorldHost(try seed.world(at: clock.now), clock: clock)
    }

    private static let suffixes = [".azurewebsites.net", ".azmk8s.io", ".blob.core.windows.net"]

    func owns(_ host: String) -> Bool {
        let home = seed.content.home
        return [home.login.host, home.resourceManager.host].contains(host)
            || Self.suffixes.contains(where: host.hasSuffix)
    }

    func claim(_ request: Request, at listener: String) -> Request? {
        let isOurs = listener == Self.listener || listener == Sandbox.tunnel && owns(request.origin.host)
        return isOurs ? request : nil
    }

    func reply(to request: Request, from caller: CertifiedCaller?, skew: Duration) -> Reply {
        var request = request
        request.streamsResponse = request.target.contains("watch=")
        return host.reply(to: request, streams: request.streamsResponse, changes: true)
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
        // The seed made a world before, so it makes one again.
        guard let world = try? seed.world(at: clock.now) else { return }
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
            let servers = seed.clusters.map { ($0.name, JSON.string(world.apiServer(of: $0.name) ?? "")) }
            return ["sites": .object(JSONObject(sites)), "clusters": .object(JSONObject(servers))]
        }
    }

    func shares(ofHost host: String) -> FrontShares? {
        self.host.withWorld { world -> FrontShares? in
            if let site = world.sites.first(where: { world.slot(of: $0)?.host == host }) {
                let shares = world.shares(of: site)
                return FrontShares(shares.releases, failed: shares.failed)
            }
            return kubernetes(in: world).lazy.compactMap { KubernetesFronts.shares(ofHost: host, in: $0) }.first
        }
    }

    /// Lets the site itself answer, which keeps its visitors with a slot by its cookie.
    func visit(_ request: Request) -> Response? {
        guard host.withWorld({ Self.slotHosts(in: $0).contains(request.origin.host) }) else { return nil }
        return host.reply(to: request, streams: false, changes: false).response
    }

    var hosts: [String] {
        host.withWorld { world in
            (Self.slotHosts(in: world) + kubernetes(in: world).flatMap(KubernetesFronts.hosts)).sorted()
        }
    }

    private static func slotHosts(in world: AzureWorld) -> [String] {
        world.sites.flatMap { site in world.slots(of: site).compactMap { world.slot($0, of: site)?.host } }
    }

    private func kubernetes(in world: AzureWorld) -> [KubernetesWorld] {
        seed.clusters.compactMap { world.kubernetes($0.name) }
    }

    private static func error(_ status: Int, _ code: String, _ message: String) -> Response {
        let body: JSON = ["error": ["code": .string(code), "message": .string(message)]]
        return Response(status: status, headers: [.contentType: "application/json; charset=utf-8"], body: body.bytes)
    }
}
