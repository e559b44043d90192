public import SlipwayBase

extension KubernetesWorld {
    /// What a cluster holds at the beginning, in plain values.
    public struct Seed: Sendable {
        /// How fast and how forgiving the cluster is.
        public var settings = SimulationSettings()
        /// Namespaces beside `default` and those that objects name.
        public var namespaces: [String] = []
        /// Deployments whose pods are ready from the beginning.
        public var deployments: [SeedDeployment] = []
        /// Services.
        public var services: [SeedService] = []
        /// HTTPRoutes, ingresses and VirtualServices.
        public var routes: [SeedRoute] = []
        /// Leases.
        public var leases: [SeedLease] = []
        /// Autoscalers.
        public var autoscalers: [SeedAutoscaler] = []
        /// Any other object, as it would be sent to the API.
        public var objects: [JSON] = []
        /// What becomes of pods by image or Deployment; the first pattern that matches decides.
        public var podBehaviours: [(pattern: ImagePattern, behaviour: PodBehaviour)] = []
        /// What the gateway controller does with routes, by namespace and name.
        public var routeBehaviours: [(namespace: String, name: String, behaviour: RouteBehaviour)] = []
        /// Kinds whose API the cluster does not have.
        public var missingKinds: Set<ResourceKind> = []
        /// Who the caller is and what it may do.
        public var rights = Rights()

        /// An empty seed.
        public init() {}
    }

    /// A cluster that holds what `seed` says; throws what the API would refuse.
    public init(_ seed: Seed, at now: Timestamp) throws(InputFailure) {
        self.init(at: now, settings: seed.settings)
        for name in seed.namespaces { try seedNamespace(name) }
        for deployment in seed.deployments { try self.seed(deployment) }
        for service in seed.services { try self.seed(service) }
        for route in seed.routes { try self.seed(route) }
        for lease in seed.leases { try self.seed(lease) }
        for autoscaler in seed.autoscalers { try self.seed(autoscaler) }
        for object in seed.objects { try self.seed(object) }
        podBehaviours = seed.podBehaviours
        missingKinds = seed.missingKinds
        rights = seed.rights
        for (namespace, name, behaviour) in seed.routeBehaviours {
            setBehaviour(behaviour, ofRoute: name, namespace: namespace)
        }
    }
}

/// A Deployment with its pods.
public struct SeedDeployment: Hashable, Sendable {
    /// Its name; also the container's.
    public var name: String
    /// Its namespace.
    public var namespace: String
    /// Labels of the Deployment and of its pods; empty is `app: name`.
    public var labels: [String: String]
    /// What selects its pods; nil is the labels.
    public var selector: [String: String]?
    /// The image of its one container.
    public var image: String
    /// How many pods, all ready.
    public var replicas: Int
    /// The container's port, named `http`.
    public var port: Int
    /// `maxSurge`, a number or a percentage; nil is the server's default.
    public var maxSurge: JSON?
    /// `maxUnavailable`, a number or a percentage; nil is the server's default.
    public var maxUnavailable: JSON?
    /// `minReadySeconds`.
    public var minReadySeconds: Int
    /// `progressDeadlineSeconds`; nil is the server's default.
    public var progressDeadlineSeconds: Int?
    /// Annotations of the Deployment.
    public var annotations: [String: String]

    /// A Deployment with the server's defaults.
    public init(_ name: String, namespace: String = "default", image: String, replicas: Int = 4) {
        (self.name, self.namespace, self.image, self.replicas) = (name, namespace, image, replicas)
        (labels, selector, annotations) = ([:], nil, [:])
        (port, minReadySeconds) = (8080, 0)
        (maxSurge, maxUnavailable, progressDeadlineSeconds) = (nil, nil, nil)
    }
}

/// A Service.
public struct SeedService: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its namespace.
    public var namespace: String
    /// The labels of its pods.
    public var selector: [String: String]
    /// The port it is reached at; the pods' port is the one named `http`.
    public var port: Int

    /// A Service on port 80.
    public init(_ name: String, namespace: String = "default", selector: [String: String], port: Int = 80) {
        (self.name, self.namespace, self.selector, self.port) = (name, namespace, selector, port)
    }
}

/// Something that spreads requests over Services.
public struct SeedRoute: Hashable, Sendable {
    /// How the route is written.
    public enum Kind: Hashable, Sendable {
        /// An HTTPRoute whose parent is this Gateway, made when there is none.
        case httpRoute(gateway: String)
        /// An Ingress of the class `nginx`; with a canary, a second one with the canary annotations.
        case ingress
        /// A VirtualService.
        case virtualService
    }

    /// How it is written.
    public var kind: Kind
    /// Its name; a canary Ingress is called `NAME-canary`.
    public var name: String
    /// Its namespace.
    public var namespace: String
    /// The host name it answers to.
    public var host: String
    /// The Service of the stable release.
    public var stable: String
    /// The Service of the canary, when there is one.
    public var canary: String?
    /// The canary's weight of 100.
    public var canaryWeight: Int
    /// The port of both Services.
    public var port: Int

    /// A route with all weight on the stable Service.
    public init(
        _ kind: Kind,
        _ name: String,
        namespace: String = "default",
        stable: String,
        canary: String? = nil,
        canaryWeight: Int = 0
    ) {
        (self.kind, self.name, self.namespace, self.stable) = (kind, name, namespace, stable)
        (self.canary, self.canaryWeight) = (canary, canaryWeight)
        (host, port) = ("\(name).example.test", 80)
    }
}

/// A Lease that somebody holds.
public struct SeedLease: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its namespace.
    public var namespace: String
    /// Who holds it.
    public var holder: String
    /// How long it lasts without renewal.
    public var durationSeconds: Int
    /// When it was renewed last; nil is now.
    public var renewed: Timestamp?

    /// A Lease renewed just now.
    public init(
        _ name: String,
        namespace: String = "default",
        holder: String,
        durationSeconds: Int = 15,
        renewed: Timestamp? = nil
    ) {
        (self.name, self.namespace, self.holder) = (name, namespace, holder)
        (self.durationSeconds, self.renewed) = (durationSeconds, renewed)
    }
}

/// An autoscaler of a Deployment.
public struct SeedAutoscaler: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its namespace.
    public var namespace: String
    /// The Deployment it scales.
    public var deployment: String
    /// The fewest replicas.
    public var least: Int
    /// The most replicas.
    public var most: Int

    /// An autoscaler that keeps what is there until `KubernetesWorld.autoscale(_:to:namespace:)` says otherwise.
    public init(_ name: String, namespace: String = "default", deployment: String, least: Int, most: Int) {
        (self.name, self.namespace, self.deployment, self.least, self.most) = (name, namespace, deployment, least, most)
    }
}
