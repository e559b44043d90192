import SlipwayBase

/// How a target's Deployments and its front are named; which strategies are possible follows from it.
public enum KubernetesLayout: Hashable, Sendable {
    /// What takes all production traffic from one fleet to the other at once.
    public enum Switch: Hashable, Sendable {
        /// A Service's selector.
        case service(name: String)
        /// The backends of an Ingress.
        case ingress(name: String)
        /// The weights of an HTTPRoute.
        case httpRoute(name: String, rule: Int?)
    }

    /// What shares production traffic between two fleets.
    public enum Weights: Hashable, Sendable {
        /// The weights of an HTTPRoute; `rule` is the index of the one rule that is ours.
        case httpRoute(name: String, rule: Int?)
        /// The canary annotations of ingress-nginx on a second Ingress of our own.
        case ingress(name: String)
        /// The weights of an Istio VirtualService; `route` is the name of the one HTTP route that is ours.
        case virtualService(name: String, route: String?)
        /// The numbers of replicas behind one Service: approximated.
        case replicaRatio(service: String)
        /// Something outside of the cluster, as people know it, before the Services of the two fleets; who uses it
        /// tells the provider the shares.
        case external(words: String)
    }

    /// One Deployment, replaced in place.
    case rolling(deployment: String)
    /// Two Deployments of which one serves.
    case blueGreen(blue: KubernetesFleet, green: KubernetesFleet, front: Switch, preview: String?)
    /// A Deployment that serves, and one that takes a share.
    case canary(stable: KubernetesFleet, canary: KubernetesFleet, front: Weights)
}

/// A Deployment, and the Service that reaches it alone.
public struct KubernetesFleet: Hashable, Sendable {
    /// The name of the Deployment.
    public var deployment: String
    /// The name of the Service; by default the Deployment's.
    public var service: String

    /// Makes a fleet.
    public init(deployment: String, service: String? = nil) {
        (self.deployment, self.service) = (deployment, service ?? deployment)
    }

    var fleet: Fleet { Fleet(deployment: deployment, service: service) }
}

extension KubernetesLayout {
    /// The router of this layout for fleets in `roles`; nil where there is none.
    func router(_ roles: Roles) -> (any Router)? {
        switch self {
        case .rolling: nil
        case .blueGreen(_, _, .service(let name), _): ServiceSwitch(name: name, roles: roles)
        case .blueGreen(_, _, .ingress(let name), _): IngressSwitch(name: name)
        case .blueGreen(_, _, .httpRoute(let name, let rule), _), .canary(_, _, .httpRoute(let name, let rule)):
            HTTPRouteRouter(name: name, rule: rule)
        case .canary(_, _, .ingress(let name)): IngressCanaryRouter(name: name)
        case .canary(_, _, .virtualService(let name, let route)): VirtualServiceRouter(name: name, route: route)
        case .canary(_, _, .replicaRatio(let service)): ReplicaRatio(name: service, roles: roles)
        case .canary(_, _, .external(let words)): ExternalRouter(words: words)
        }
    }

    /// Whether each fleet has a Service of its own that requests come through.
    var fleetsHaveServices: Bool {
        switch self {
        case .rolling, .blueGreen(_, _, .service, _), .canary(_, _, .replicaRatio): false
        case .blueGreen, .canary: true
        }
    }

    var preview: String? { if case .blueGreen(_, _, _, let preview) = self { preview } else { nil } }
}
