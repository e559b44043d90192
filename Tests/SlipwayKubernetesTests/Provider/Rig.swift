import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies

/// A simulated cluster with a provider on it, asked action by action.
struct Rig {
    static let old = "registry.example.com/shop:1.4.0"
    static let new = Release(version: "1.5.0", artifact: .image(reference: "registry.example.com/shop:1.5.0"))
    static let origin = Origin(scheme: "https", host: "cluster.test")
    static let canary = KubernetesLayout.canary(
        stable: KubernetesFleet(deployment: "shop-stable"),
        canary: KubernetesFleet(deployment: "shop-canary"),
        front: .httpRoute(name: "shop", rule: nil)
    )
    static let blueGreen = KubernetesLayout.blueGreen(
        blue: KubernetesFleet(deployment: "shop-blue"),
        green: KubernetesFleet(deployment: "shop-green"),
        front: .service(name: "shop"),
        preview: nil
    )
    static let rolling = KubernetesLayout.rolling(deployment: "shop")

    let time = VirtualTime()
    let transport: SimulatedCluster
    let provider: KubernetesProvider

    /// What `layout` names exists with the older release; `change` may change the cluster before anybody looks.
    init(
        _ layout: KubernetesLayout,
        container: String? = nil,
        readyAfter: Duration? = nil,
        _ change: (inout KubernetesWorld) throws -> Void = { _ in }
    ) throws {
        var cluster = WorldFile.Cluster()
        cluster.readyAfter = readyAfter
        let rehearsal = Rehearsal(
            of: layout,
            container: nil,
            namespace: "default",
            application: "shop",
            release: Self.new,
            on: cluster
        )
        var world = try rehearsal.world(at: time.now)
        try change(&world)
        transport = SimulatedTransport(world, time: time)
        provider = KubernetesProvider(
            target: "seoul",
            layout: layout,
            container: container,
            namespace: "default",
            origin: Self.origin,
            transport: transport,
            time: time
        )
    }

    func plan(_ strategy: any Strategy, accepting: Set<String> = []) async throws -> Plan {
        try strategy.plan(from: try await provider.observe(), to: Self.new, accepting: accepting)
    }

    func context() async throws -> PlanContext {
        let observation = try await provider.observe()
        return PlanContext(target: "seoul", old: observation.live, new: Self.new, snapshot: observation.snapshot)
    }

    func ask(_ action: Action, _ context: PlanContext, fence: Int64 = 1) async throws(ProviderFailure) -> Progress {
        try await provider.advance(Call(action: action, key: "test", context: context, fence: fence))
    }

    /// Asks until the end state holds; transient failures are asked again, as the engine does.
    @discardableResult
    func bring(
        _ action: Action,
        _ context: PlanContext,
        within calls: Int = 200
    ) async throws(ProviderFailure) -> (status: Status, notes: [String]) {
        var notes: [String] = []
        for _ in 0..<calls {
            do throws(ProviderFailure) {
                switch try await ask(action, context) {
                case .done(let status): return (status, notes)
                case .running(_, let wait, let status):
                    if let note = status.note, notes.last != note { notes.append(note) }
                    time.advance(by: wait)
                }
            } catch {
                guard error.kind == .transient else { throw error }
                time.advance(by: error.retryAfter ?? .seconds(1))
            }
        }
        throw ProviderFailure(.transient, "not done after \(calls) calls: \(notes.last ?? "")")
    }

    /// Every step of `plan`, and then every undo when `andBack`.
    func run(_ plan: Plan, andBack: Bool = false) async throws(ProviderFailure) {
        for step in plan.steps {
            guard case .perform(let action) = step.kind else { continue }
            try await bring(action, plan.context)
        }
        guard andBack else { return }
        for step in plan.steps.reversed() {
            for action in step.undo { try await bring(action, plan.context) }
        }
    }

    /// The writes that reached the cluster, as `PATCH deployments/shop`.
    var writes: [String] {
        transport.log.filter { $0.call.request.method != .get && !$0.call.request.target.hasSuffix("accessreviews") }
            .map { $0.call.request.words }
    }

    /// Changes an object behind the provider's back, by a merge patch.
    func edit(_ path: String, _ patch: JSON) { transport.withWorld { $0.edit(path, patch, at: time.now) } }

    func object(_ kind: ResourceKind, _ name: String) -> JSON? { transport.world.object(kind, name) }

    func image(of deployment: String) -> String? {
        object(.deployment, deployment)?[path: "spec", "template", "spec", "containers"]?[0]?["image"]?.string
    }
}

extension KubernetesWorld {
    /// Changes an object as somebody else would; the path is short, as in `deployments/shop`.
    mutating func edit(_ path: String, _ patch: JSON, at now: Timestamp = VirtualTime().now) {
        let kind = path.split(separator: "/")[0]
        let prefix =
            switch kind {
            case "deployments": "/apis/apps/v1"
            case "httproutes": "/apis/gateway.networking.k8s.io/v1"
            case "ingresses": "/apis/networking.k8s.io/v1"
            case "virtualservices": "/apis/networking.istio.io/v1"
            case "leases": "/apis/coordination.k8s.io/v1"
            default: "/api/v1"
            }
        let request = Request(
            .patch,
            Rig.origin,
            "\(prefix)/namespaces/default/\(path)?fieldManager=somebody",
            headers: [.contentType: "application/merge-patch+json"],
            body: .bytes(patch.bytes)
        )
        _ = respond(to: request, at: now)
    }
}

extension Request {
    /// `PATCH deployments/shop`
    var words: String {
        let path = target.prefix { $0 != "?" }
        let rest = path.split(separator: "/").drop { $0 != "default" }.dropFirst()
        return "\(method.rawValue) \(rest.joined(separator: "/"))"
    }
}
