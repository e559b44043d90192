import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP
public import SlipwayKubernetes
public import SlipwayModel
public import SlipwaySimulation

/// Kubernetes in the lab: a cluster with one application, and how its target is named.
public struct KubernetesLab: LabPlatform {
    /// The cluster before the release.
    public var world: KubernetesWorld
    /// How the target is named.
    public var layout: KubernetesLayout
    /// What is released.
    public var release: Release
    /// Where production requests come in.
    public var front: Front
    /// The fleet that is brought up; nil where replicas are replaced in place.
    public var candidate: String?

    static let namespace = "shop"
    static let lease = "slipway-lab"
    /// How long the lock covers writes after its renewal.
    private static let leaseDuration: Duration = .seconds(30)

    /// Everything but what belongs to clouds.
    public var faultKinds: [FaultKind] {
        FaultKind.allCases.filter { ![.throttled, .busy, .gatewayTimeout].contains($0) }
    }

    /// The provider with its Lease.
    public func connection(over transport: any Transport, time: any TimeSource, random: any RandomSource)
        -> LabConnection
    {
        let retry = Retry(Retry.Policy(attemptsMax: 3), budget: RetryBudget(time: time), time: time, random: random)
        let kubernetes = KubernetesProvider(
            target: "lab",
            layout: layout,
            namespace: Self.namespace,
            origin: Origin(scheme: "https", host: "cluster.example.com"),
            transport: Pipeline([retry], to: transport),
            time: time
        )
        return LabConnection(provider: kubernetes, lock: kubernetes.lock())
    }

    /// A Status.
    public func refusal(_ refusal: LabRefusal, of request: Request) -> Response? {
        switch refusal {
        case .tooManyRequests(let seconds): Self.status(429, "TooManyRequests", [.retryAfter: String(seconds)])
        case .throttled: Self.status(429, "TooManyRequests")
        case .internalError: Self.status(500, "InternalError")
        case .unavailable: Self.status(503, "ServiceUnavailable")
        case .conflict, .busy: Self.status(409, "Conflict")
        case .gatewayTimeout: Self.status(504, "Timeout")
        case .gone: Self.status(410, "Expired")
        }
    }

    private static func status(_ code: Int, _ reason: String, _ headers: HTTPFields = [:]) -> Response {
        let status: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": "planted fault",
            "reason": .string(reason), "code": JSON(code),
        ]
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: code, headers: headers, body: status.bytes)
    }

    /// GET looks at its path; whatever else is not about Leases or rights writes.
    public func kind(of request: Request) -> LabRequest {
        let path = Self.path(request)
        if request.method == .get { return .look { $0 == path } }
        guard !path.contains("/leases"), !path.contains("selfsubjectaccessreviews") else { return .aside }
        return .write(of: Self.object(request), isRepeatable: request.isIdempotent)
    }

    /// `PATCH /apis/apps/v1/namespaces/shop/deployments/shop`
    public func name(of request: Request) -> String { "\(request.method.rawValue) \(Self.path(request))" }

    /// Fifty per second, as client-go's callers are taught.
    public func rate(of request: Request) -> LabRate { LabRate("50 per second", burst: 50, perSecond: 50) }

    /// The path of the object a request is about; a creation names it in its body.
    private static func object(_ request: Request) -> String {
        guard request.method == .post else { return path(request) }
        let name = (try? JSON(parsing: request.bytes))?[path: "metadata", "name"]?.string
        return path(request) + "/" + (name ?? "")
    }

    private static func path(_ request: Request) -> String { String(request.target.prefix { $0 != "?" }) }

    /// The holder and the renewal of the Lease.
    public func lock(in world: KubernetesWorld) -> LabLock? {
        guard let spec = world.object(.lease, Self.lease, namespace: Self.namespace)?["spec"] else { return nil }
        let renewed = spec["renewTime"]?.string.flatMap { Timestamp(rfc3339: $0) }
        return LabLock(holder: spec["holderIdentity"]?.string, until: renewed.map { $0 + Self.leaseDuration })
    }

    /// Writes the Lease for a thief.
    public func steal(in world: inout KubernetesWorld, at time: Timestamp) {
        guard var lease = world.object(.lease, Self.lease, namespace: Self.namespace) else { return }
        let transitions = lease[path: "spec", "leaseTransitions"]?.int ?? 0
        lease[path: "spec", "holderIdentity"] = "thief"
        lease[path: "spec", "leaseTransitions"] = JSON(transitions + 1)
        lease[path: "spec", "renewTime"] = .string(time.rfc3339Micro)
        lease[path: "spec", "leaseDurationSeconds"] = 1
        let request = Request(
            .put,
            Origin(scheme: "https", host: "cluster.example.com"),
            "/apis/coordination.k8s.io/v1/namespaces/\(Self.namespace)/leases/\(Self.lease)",
            headers: [.contentType: "application/json"],
            body: .bytes(lease.bytes)
        )
        _ = world.respond(to: request, at: time)
    }
}
