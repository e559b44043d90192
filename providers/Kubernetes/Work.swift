import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwayModel

/// One `advance`: what was asked, and what it is done with.
struct Work: Sendable {
    /// How soon to look again after a write, and while the platform is at work; a watch wakes earlier.
    static let soon = Duration.milliseconds(250)
    static let later = Duration.seconds(2)

    let call: Call
    let layout: KubernetesLayout
    let api: ClusterAPI
    let time: any TimeSource
    let snapshot: Snapshot
    /// What the candidate takes of production where something outside of the cluster shares it.
    let share: Int?

    init(call: Call, layout: KubernetesLayout, api: ClusterAPI, time: any TimeSource, share: Int? = nil) {
        (self.call, self.layout, self.api, self.time, self.share) = (call, layout, api, time, share)
        snapshot = Snapshot(call.context.snapshot)
    }

    var roles: Roles { snapshot.roles }

    /// The container of `deployment` that carries the release.
    func container(in deployment: DeploymentView) -> String { deployment.carrier(snapshot.container) }

    /// The image of `deployment` that carries the release.
    func image(in deployment: DeploymentView) -> String? { deployment.image(of: container(in: deployment)) }

    /// The image a release runs as.
    func image(of release: Release) -> String { release.artifact.description }

    /// Sends one write; the answer is looked at by the next call.
    ///
    /// A process that was held up between its look and its write may have lost the lock meanwhile: it looks again.
    func written(_ request: Request, _ note: String, status: Status = Status()) async throws(ProviderFailure)
        -> Progress
    {
        if let until = call.coveredUntil, time.now >= until {
            return waiting("held up past the end of the lock; looking again", status: status)
        }
        guard try await api.send(request) != nil || request.method == .delete else {
            throw ProviderFailure(.transient, "\(KubernetesReplies.what(request)): the object is gone.")
        }
        var status = status
        status.note = note
        return .running(token: nil, pollAfter: Self.soon, status: status)
    }

    func waiting(_ note: String, status: Status = Status()) -> Progress {
        var status = status
        status.note = note
        return .running(token: nil, pollAfter: Self.later, status: status)
    }

    func needDeployment(_ name: String) async throws(ProviderFailure) -> DeploymentView {
        DeploymentView(json: try await api.need(.deployments, name, fence: call.fence))
    }

    /// How far the rollout of `deployment` is; pods are only read while it is under way.
    func rollout(of deployment: DeploymentView, image: String) async throws(ProviderFailure) -> Rollout {
        let container = container(in: deployment)
        let first = Rollout.judge(deployment, pods: [], image: image, container: container)
        guard case .going = first, deployment.isObserved else { return first }
        let pods = try await api.list(api.calls.pods(matching: deployment.matchLabels)) ?? []
        return Rollout.judge(deployment, pods: pods, image: image, container: container)
    }

    /// `done` with the rollout's status once `deployment` runs `image` in full; throws when it never will.
    func settle(_ deployment: DeploymentView, image: String) async throws(ProviderFailure) -> Progress {
        switch try await rollout(of: deployment, image: image) {
        case .complete(let status): return .done(status: status)
        case .going(let status): return .running(token: nil, pollAfter: Self.later, status: status)
        case .stuck(let reason): throw ProviderFailure(.unhealthy, "\(deployment.name): \(reason)")
        }
    }

    /// A strategic merge patch of `deployment` that sets the image, our marks and what else is given.
    func patch(_ deployment: DeploymentView, release: Release?, image: String?, spec more: JSON) -> Request {
        var annotations: JSON = [Marks.fence: .string("\(call.fence)")]
        if let release { annotations[Marks.version] = .string(release.version) }
        var spec = more
        if let image {
            spec["template"] = [
                "spec": ["containers": [["name": .string(container(in: deployment)), "image": .string(image)]]]
            ]
        }
        let patch: JSON = [
            "metadata": ["resourceVersion": .string(deployment.resourceVersion), "annotations": annotations],
            "spec": spec,
        ]
        return api.calls.patch(.deployments, deployment.name, strategic: patch)
    }

    /// The router's view of the cluster.
    func see(_ router: any Router) async throws(ProviderFailure) -> Seen {
        var seen = try await Seen.read(router, api: api, roles: roles, snapshot: snapshot, fence: call.fence)
        seen.share = share
        return seen
    }

    /// The candidate's share of production right now; 0 where the layout has no router.
    func weight() async throws(ProviderFailure) -> Int {
        guard let router = layout.router(roles) else { return 0 }
        return try router.weight(try await see(router))
    }
}

extension Seen {
    static func read(
        _ router: any Router,
        api: ClusterAPI,
        roles: Roles,
        snapshot: Snapshot,
        fence: Int64
    ) async throws(ProviderFailure) -> Seen {
        var objects: [JSON?] = []
        for (resource, name) in router.reads { objects.append(try await api.read(resource, name, fence: fence)) }
        var seen = Seen(objects: objects, roles: roles, snapshot: snapshot, fence: fence, calls: api.calls)
        if let service = router.endpointsOf { seen.endpoints = try await api.endpoints(of: service) }
        return seen
    }
}
