import SlipwayBase

extension AWSWorld {
    private var place: Place { Place(account: home.account, region: home.region) }

    /// Adds an application and its versions unless they are there.
    public mutating func seed(_ application: Seed.Application) {
        let key = PlacedName(place: place, name: application.name)
        if beanstalk.applications[key] == nil {
            beanstalk.applications[key] = Application(name: application.name, created: now, updated: now)
        }
        for label in application.versions { seedVersion(label, of: key) }
    }

    private mutating func seedVersion(_ label: String, of key: PlacedName) {
        guard beanstalk.applications[key]?.versions.contains(where: { $0.label == label }) == false else { return }
        let version = Version(
            label: label,
            bucket: ElasticBeanstalk.bucket(key.place),
            key: "\(key.name)/\(label).zip",
            created: now,
            updated: now,
            status: .processed,
            requestID: naming.uuid()
        )
        beanstalk.applications[key]?.versions.append(version)
    }

    /// Adds an environment that is Ready, with its application and version.
    ///
    /// An environment of that name that is there already stays as it is.
    public mutating func seed(_ seed: Seed.Environment) {
        guard !beanstalk.environments.contains(where: { $0.name == seed.name && $0.place == place && !$0.isGone })
        else {
            return
        }
        self.seed(Seed.Application(seed.application, versions: [seed.version]))
        let host = "\(home.region).elasticbeanstalk.com"
        var environment = Environment(
            place: place,
            id: "e-" + beanstalk.naming.letters(10),
            name: seed.name,
            application: seed.application,
            tier: seed.tier == .web ? .web : .worker,
            cname: seed.tier == .web ? "\(seed.cnamePrefix ?? seed.name).\(host)" : nil,
            endpoint: "",
            versionLabel: seed.version,
            options: OptionSet().setting(seed.settings),
            status: .ready,
            created: now,
            updated: now,
            suffix: beanstalk.naming.letters(12)
        )
        environment.endpoint = beanstalk.endpoint(of: environment)
        let count = environment.options.isSingleInstance ? 1 : seed.instances
        environment.instances = (0..<count).map { number in
            Instance(
                id: beanstalk.naming.instance(),
                zone: home.region + ["a", "b", "c"][number % 3],
                launched: now,
                label: seed.version,
                deploymentID: 1,
                deployment: .deployed,
                deployed: now,
                isRegistered: true
            )
        }
        beanstalk.environments.append(environment)
    }
}

extension AWSWorld.Seed.Environment {
    /// The options that follow from what was asked for.
    fileprivate var settings: [BeanstalkOption: String] {
        var settings: [BeanstalkOption: String] = [
            .policy: policy.rawValue, .sizeMin: String(instances), .sizeMax: String(instances),
            .systemType: isEnhanced ? "enhanced" : "basic", .environmentType: "LoadBalanced",
        ]
        switch front {
        case .application: settings[.loadBalancerType] = "application"
        case .classic: settings[.loadBalancerType] = "classic"
        case .network: settings[.loadBalancerType] = "network"
        case .shared(let arn):
            settings[.loadBalancerType] = "application"
            settings[.isShared] = "true"
            settings[.sharedLoadBalancer] = arn
        case .singleInstance:
            settings[.environmentType] = "SingleInstance"
            (settings[.sizeMin], settings[.sizeMax]) = ("1", "1")
        }
        return settings.merging(options) { $1 }
    }
}
