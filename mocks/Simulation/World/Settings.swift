/// How fast, how forgiving and how long-remembering a simulated cluster is.
public struct SimulationSettings: Hashable, Sendable {
    /// From a change of a spec until its controller has looked at it.
    public var controllerLag: Duration = .milliseconds(50)
    /// Between two writes of controllers that hand work to each other.
    public var writeLag: Duration = .milliseconds(5)
    /// From a pod's creation until its container runs.
    public var startDelay: Duration = .milliseconds(20)
    /// From a pod's creation until it is ready, unless its image says otherwise.
    public var readyDelay: Duration = .seconds(2)
    /// From a pod's deletion until it is gone.
    public var terminationDelay: Duration = .seconds(1)
    /// From a change of a pod or Service until the EndpointSlice shows it.
    public var endpointsLag: Duration = .milliseconds(20)
    /// From a change of a route until its controller has written the status.
    public var gatewayLag: Duration = .seconds(1)
    /// From a reason to scale until an autoscaler acts.
    public var autoscalerLag: Duration = .seconds(1)
    /// What the cluster says of itself at `/version`.
    public var version = "v1.36.2"
    /// How many changes watches can look back on, at least.
    public var historyEntriesMax = 1000

    /// Whether controllers write Events.
    public var recordsEvents = true

    /// How many Events are kept; older ones go.
    public var eventsMax = 200

    /// The defaults: pods are ready after 2 s, routes are accepted after 1 s.
    public init() {}
}

/// What becomes of the pods of an image.
public enum PodBehaviour: Hashable, Sendable {
    /// They become ready so long after their creation.
    case readyAfter(Duration)
    /// Their image cannot be pulled: `ErrImagePull`, then `ImagePullBackOff` with this message.
    case failToPull(message: String)
    /// Their container starts and exits again and again: `CrashLoopBackOff`.
    case crash(exitCode: Int)
    /// They run and never become ready.
    case hang
}

/// Which pods a behaviour is for.
public enum ImagePattern: Hashable, Sendable {
    /// Those of this image reference.
    case exactly(String)
    /// Those of every image reference with this text in it.
    case containing(String)
    /// Those of a Deployment, whatever its image.
    case ofDeployment(String, namespace: String = "default")

    /// Whether it is for `image`, whatever it runs in.
    public func matches(_ image: String) -> Bool { matches(image, nil) }

    func matches(_ image: String, _ deployment: ObjectKey?) -> Bool {
        switch self {
        case .exactly(let name): image == name
        case .containing(let part): image.contains(part)
        case .ofDeployment(let name, let namespace): deployment == ObjectKey(namespace, name)
        }
    }
}

/// What the gateway controller does with a route.
public enum RouteBehaviour: Hashable, Sendable {
    /// Accepts each generation after this delay; nil takes the cluster's own.
    case follows(after: Duration?)
    /// Writes `Accepted: False` with a reason and a message.
    case refuses(reason: String, message: String)
    /// Never writes a status again.
    case ignores
}

/// Who the caller is, and what it may do.
public struct Rights: Hashable, Sendable {
    /// A set of requests.
    public struct Rule: Hashable, Sendable {
        /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`; nil is any.
        public var verb: String?
        /// The plural, with its subresource as in `deployments/scale`; nil is any.
        public var resource: String?
        /// The API group; nil is any.
        public var group: String?
        /// The namespace; nil is any.
        public var namespace: String?

        /// Makes a rule; what is nil matches everything.
        public init(verb: String? = nil, resource: String? = nil, group: String? = nil, namespace: String? = nil) {
            (self.verb, self.resource, self.group, self.namespace) = (verb, resource, group, namespace)
        }
    }

    /// The name in refusals.
    public var user: String
    /// The only bearer token that is known; nil asks for none.
    public var token: String?
    /// What is refused; stronger than `allowed`.
    public var denied: [Rule]
    /// What is allowed; nil is everything.
    public var allowed: [Rule]?

    /// By default everybody may do everything.
    public init(user: String = "slipway", token: String? = nil, denied: [Rule] = [], allowed: [Rule]? = nil) {
        (self.user, self.token, self.denied, self.allowed) = (user, token, denied, allowed)
    }

    func permits(_ verb: String, _ resource: String, group: String, namespace: String) -> Bool {
        func meets(_ rule: Rule) -> Bool {
            (rule.verb ?? verb) == verb && (rule.resource ?? resource) == resource && (rule.group ?? group) == group
                && (rule.namespace ?? namespace) == namespace
        }
        return !denied.contains(where: meets) && (allowed?.contains(where: meets) ?? true)
    }
}
