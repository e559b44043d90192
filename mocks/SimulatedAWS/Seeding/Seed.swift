extension AWSWorld {
    /// What an account holds when a test begins.
    ///
    ///     AWSWorld.Seed(environments: [.init("shop-prod", application: "shop", version: "v1", instances: 4)])
    public struct Seed: Sendable {
        /// The account that everything belongs to unless it says otherwise.
        public static let account = "123456789012"

        /// The account, twelve digits.
        public var account = Seed.account
        /// The region, such as `us-east-1`.
        public var region = "us-east-1"
        /// The keys that requests can be signed with.
        public var keys = [AccessKey()]
        /// Applications beyond those of the environments.
        public var applications: [Application] = []
        /// Environments; their applications and versions come with them.
        public var environments: [Environment] = []
        /// How long things take.
        public var timings = BeanstalkTimings()
        /// What goes wrong.
        public var failures: [BeanstalkFailure] = []
        /// How many requests an account may make; nil is as many as it likes.
        public var throttling: AWSThrottling? = AWSThrottling()

        /// An account with these environments.
        public init(environments: [Environment] = []) { self.environments = environments }

        /// An application with versions.
        public struct Application: Sendable {
            /// Its name.
            public var name: String
            /// The labels of its versions, all of them processed.
            public var versions: [String]

            /// Makes an application.
            public init(_ name: String, versions: [String] = []) { (self.name, self.versions) = (name, versions) }
        }
    }
}

extension AWSWorld.Seed {
    /// What stands in front of instances.
    public enum Front: Hashable, Sendable {
        /// A load balancer of the environment's own; it knows weights.
        case application
        /// An application load balancer that several environments share, by its ARN.
        case shared(String)
        /// The load balancers of old.
        case classic
        /// A load balancer for connections.
        case network
        /// None: one instance with an address of its own.
        case singleInstance
    }

    /// What a tier is for.
    public enum Tier: Hashable, Sendable {
        /// Answers requests.
        case web
        /// Works off a queue; has no CNAME.
        case worker
    }

    /// An environment that is Ready.
    public struct Environment: Sendable {
        /// Its name.
        public var name: String
        /// Its application, which is made when it is not there.
        public var application: String
        /// The version that runs, which is made when it is not there.
        public var version: String
        /// How many instances it has, at least and at most.
        public var instances: Int
        /// How new versions come onto them.
        public var policy: DeploymentPolicy
        /// What stands in front of them.
        public var front: Front
        /// Whether health is enhanced.
        public var isEnhanced = true
        /// What it is for.
        public var tier = Tier.web
        /// The beginning of its CNAME; nil is its name.
        public var cnamePrefix: String?
        /// Options beyond those that follow from the rest.
        public var options: [BeanstalkOption: String] = [:]

        /// An environment with an application load balancer and enhanced health.
        public init(
            _ name: String,
            application: String = "shop",
            version: String = "v1",
            instances: Int = 2,
            policy: DeploymentPolicy = .allAtOnce,
            front: Front = .application
        ) {
            (self.name, self.application, self.version) = (name, application, version)
            (self.instances, self.policy, self.front) = (instances, policy, front)
        }
    }
}
