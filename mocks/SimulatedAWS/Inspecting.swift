public import SlipwayBase

extension AWSWorld {
    /// An environment as it is, past every API.
    public struct EnvironmentState: Hashable, Sendable {
        /// One of its instances.
        public struct Instance: Hashable, Sendable {
            /// Its id.
            public var id: String
            /// The version on it, or on its way onto it.
            public var version: String
            /// `In Progress`, `Deployed` or `Failed`.
            public var deployment: String
            /// Whether it answers production requests.
            public var isServing: Bool
            /// Whether it belongs to a set that exists only during a change.
            public var isTemporary: Bool
        }

        /// Its id.
        public var id: String
        /// Its name.
        public var name: String
        /// Its application.
        public var application: String
        /// `Launching`, `Ready`, `Updating`, `Aborting`, `Terminating` or `Terminated`.
        public var status: String
        /// The version of the last deployment that went well.
        public var version: String?
        /// Its whole CNAME; nil for workers.
        public var cname: String?
        /// `Green`, `Yellow`, `Red` or `Grey`.
        public var colour: String
        /// Its instances.
        public var instances: [Instance]
        /// The target group of its default process; nil without a load balancer that has them.
        public var targetGroupARN: String?
        /// The options that were set, and not only left at their defaults.
        public var options: [BeanstalkOption: String]
    }

    /// Every environment, terminated ones that are not forgotten yet included, oldest first.
    public var environments: [EnvironmentState] { beanstalk.environments.map(state) }

    /// The environment of that name or id that is there, or the one that was there last; nil when there was none.
    public func environment(_ nameOrID: String) -> EnvironmentState? {
        let found = beanstalk.environments.filter { $0.name == nameOrID || $0.id == nameOrID }
        return (found.last { !$0.isGone } ?? found.last).map(state)
    }

    private func state(_ environment: Environment) -> EnvironmentState {
        EnvironmentState(
            id: environment.id,
            name: environment.name,
            application: environment.application,
            status: environment.status.rawValue,
            version: environment.versionLabel,
            cname: environment.cname,
            colour: environment.colour(at: now),
            instances: environment.instances.map { instance in
                EnvironmentState.Instance(
                    id: instance.id,
                    version: instance.label,
                    deployment: instance.deployment.rawValue,
                    isServing: instance.isServing(at: now),
                    isTemporary: instance.isTemporary
                )
            },
            targetGroupARN: environment.targetGroupARN,
            options: environment.options.values
        )
    }

    /// The versions of an application with their status, oldest first.
    public func versions(of application: String) -> [(label: String, status: String, bucket: String, key: String)] {
        beanstalk.applications.first { $0.key.name == application }?.value.versions
            .map { ($0.label, $0.status.rawValue, $0.bucket, $0.key) } ?? []
    }

    /// The names of an application's configuration templates.
    public func templates(of application: String) -> [String] {
        beanstalk.templates.first { $0.key.name == application }?.value.keys.sorted() ?? []
    }

    /// The events of an environment, oldest first: when, how grave, what.
    public func events(of environment: String) -> [(date: Timestamp, severity: String, message: String)] {
        beanstalk.events.filter { $0.environment == environment }.map { ($0.date, $0.severity.rawValue, $0.message) }
    }

    /// Makes an instance of an environment stop working, or work again.
    public mutating func setInstance(_ number: Int, of environment: String, works: Bool) {
        guard let index = beanstalk.environments.lastIndex(where: { $0.name == environment && !$0.isGone }),
            beanstalk.environments[index].instances.indices.contains(number)
        else { return }
        beanstalk.environments[index].instances[number].breaks = works ? nil : now
        beanstalk.tellHealth(of: index)
    }
}
