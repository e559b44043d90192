import SlipwayBase
public import SlipwayConfig
public import SlipwayHTTP

/// The `elasticBeanstalk:` section of a target.
public struct ElasticBeanstalkSettings: Hashable, Sendable {
    /// Other addresses than AWS's own; nil where there is none.
    public struct Endpoints: Hashable, Sendable {
        /// Of Elastic Beanstalk.
        public var elasticBeanstalk: Origin?
        /// Of S3.
        public var s3: Origin?
        /// Of the Security Token Service.
        public var sts: Origin?
        /// Of Elastic Load Balancing.
        public var elasticLoadBalancing: Origin?
        /// Of Auto Scaling.
        public var autoScaling: Origin?
        /// Of Route 53.
        public var route53: Origin?

        /// AWS's own addresses.
        public init() {}
    }

    /// The region; nil is the one of the profile or the process environment.
    public var region: String?
    /// The application.
    public var application: String
    /// The account that the credentials must belong to; nil is any.
    public var accountID: String?
    /// The profile of the shared config files; nil is the usual one.
    public var profile: String?
    /// Other addresses than AWS's own.
    public var endpoints: Endpoints
    /// How long the lock holds without renewal, in seconds.
    public var lockSeconds: Int
    /// How long clients may go on using an old address after a change of names.
    public var dnsTail: Duration
    /// The worst health that counts as well.
    public var healthThreshold: HealthThreshold
    /// How the environments are named.
    public var layout: ElasticBeanstalkLayout

    /// The worst health that counts as well, in Elastic Beanstalk's words.
    public enum HealthThreshold: String, Hashable, Sendable, CaseIterable {
        /// Green: Ok and Info.
        case ok
        /// Yellow too: Warning.
        case warning
    }

    /// Makes settings of `layout` with what most targets have.
    public init(application: String, layout: ElasticBeanstalkLayout) {
        (self.application, self.layout) = (application, layout)
        (endpoints, lockSeconds, dnsTail, healthThreshold) = (Endpoints(), 120, .seconds(60), .ok)
    }

    /// Reads the section; nil after a mistake was reported. The caller finishes the reader.
    public init?(reading reader: ConfigReader) {
        let application = reader.applicationName("application", required: true)
        let region = reader.region("region")
        let accountID = reader.accountID("accountId")
        let profile = reader.string("profile")
        let endpoints = Endpoints(reading: reader)
        // A call that uploads a piece of a bundle must end within it.
        var lock = Duration.seconds(120)
        if let section = reader.mapping("lock") {
            lock = section.duration("duration", in: .seconds(10) ... .seconds(3600)) ?? lock
            section.finish()
        }
        let tail = reader.duration("dnsTail", in: .zero ... .seconds(86_400))
        let threshold = reader.choice("healthThreshold", of: HealthThreshold.self)
        guard let layout = ElasticBeanstalkLayout(reading: reader), let application else { return nil }
        self.init(application: application, layout: layout)
        (self.region, self.accountID, self.profile, self.endpoints) = (region, accountID, profile, endpoints)
        lockSeconds = Int(lock.components.seconds)
        dnsTail = tail ?? dnsTail
        healthThreshold = threshold ?? .ok
    }
}

extension ElasticBeanstalkSettings.Endpoints {
    init(reading reader: ConfigReader) {
        elasticBeanstalk = reader.endpoint("endpoint")
        guard let section = reader.mapping("endpoints") else { return }
        s3 = section.endpoint("s3")
        sts = section.endpoint("sts")
        elasticLoadBalancing = section.endpoint("elasticLoadBalancing")
        autoScaling = section.endpoint("autoScaling")
        route53 = section.endpoint("route53")
        section.finish()
    }
}
