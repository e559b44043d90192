import HTTPTypes
import SandboxServer
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS
import SlipwaySimulation

/// The simulated AWS: whatever no other cloud claims, as its clients take one endpoint for every service.
final class AWSCloud: Cloud {
    let name = "aws"
    private let seed: AWSSeed
    private let clock: SandboxClock
    private let host: WorldHost<AWSWorld>
    private let rules: Locked<[String: String]>

    init(_ seed: AWSSeed, clock: SandboxClock) throws(InputFailure) {
        (self.seed, self.clock) = (seed, clock)
        let (world, rules) = try seed.world(at: clock.now)
        host = WorldHost(world, clock: clock)
        self.rules = Locked(rules)
    }

    func owns(_ host: String) -> Bool { host.hasSuffix(".amazonaws.com") }

    func claim(_ request: Request, at listener: String) -> Request? {
        listener == Sandbox.tunnel && !owns(request.origin.host) ? nil : request
    }

    func reply(to request: Request, from caller: CertifiedCaller?, skew: Duration) -> Reply {
        let lead = clock.lead - skew
        return host.reply(to: request, streams: false, changes: true) { $0.callersBehind = lead }
    }

    func words(for trouble: Trouble) -> Response {
        switch trouble {
        case .throttled: Self.error(400, "Throttling", "Rate exceeded")
        case .failing(503): Self.error(503, "ServiceUnavailable", "Service is unable to handle request.")
        case .failing(let status) where status == 502 || status == 504:
            Response(
                status: status,
                headers: [.contentType: "text/html"],
                body: Array("<html><body><h1>\(status)</h1></body></html>".utf8)
            )
        case .failing(let status): Self.error(status, "InternalFailure", "An internal error has occurred.")
        case .expiredToken:
            Self.error(403, "ExpiredToken", "The security token included in the request is expired")
        case .tooLarge:
            Self.error(413, "RequestEntityTooLarge", "The request is larger than this service reads.")
        }
    }

    func tick() { host.tick() }

    func reset() {
        // The seed made a world before, so it makes one again.
        guard let (world, rules) = try? seed.world(at: clock.now) else { return }
        self.rules.withLock { $0 = rules }
        host.withWorld(changes: true) { $0 = world }
    }

    func inspect() -> JSON {
        let environments = host.withWorld { $0.environments }
        return ["environments": .array(environments.map(Self.described))]
    }

    func shares(ofHost host: String) -> FrontShares? {
        let rule = rules.withLock { $0[host] }
        return self.host.withWorld { world -> FrontShares? in
            let shares: BeanstalkShares
            if let rule {
                shares = world.traffic(forRule: rule)
            } else if world.environments.contains(where: { $0.status != "Terminated" && $0.answers(to: host) }) {
                shares = world.traffic(for: host)
            } else {
                return nil
            }
            return FrontShares(shares.versions, failed: shares.failed)
        }
    }

    var hosts: [String] {
        let names = host.withWorld { world in
            world.environments.filter { $0.status != "Terminated" }.compactMap(\.cname)
        }
        return names.sorted() + rules.withLock { $0.keys.sorted() }
    }

    private static func error(_ status: Int, _ code: String, _ message: String) -> Response {
        let kind = status < 500 ? "Sender" : "Receiver"
        let text = """
            <ErrorResponse><Error><Type>\(kind)</Type><Code>\(code)</Code><Message>\(message)</Message></Error>\
            <RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>
            """
        return Response(status: status, headers: [.contentType: "text/xml"], body: Array(text.utf8))
    }

    private static func described(_ environment: AWSWorld.EnvironmentState) -> JSON {
        let instances = environment.instances.map { instance -> JSON in
            [
                "id": .string(instance.id), "version": .string(instance.version),
                "deployment": .string(instance.deployment), "isServing": .bool(instance.isServing),
                "isTemporary": .bool(instance.isTemporary),
            ]
        }
        return [
            "name": .string(environment.name), "id": .string(environment.id),
            "application": .string(environment.application), "status": .string(environment.status),
            "version": environment.version.map { .string($0) } ?? .null,
            "cname": environment.cname.map { .string($0) } ?? .null, "colour": .string(environment.colour),
            "instances": .array(instances),
        ]
    }
}

extension AWSWorld.EnvironmentState {
    /// Whether requests to `host` are for its CNAME, whole or by its first label.
    fileprivate func answers(to host: String) -> Bool { cname == host || cname?.hasPrefix(host + ".") == true }
}
