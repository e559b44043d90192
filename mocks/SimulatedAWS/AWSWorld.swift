import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP

/// The services of AWS that releases need, as a value: APIs that answer requests, and a cloud that acts as time passes.
///
/// Nothing in it waits, draws chance or touches the outside: the same requests at the same times give the same answers.
///
///     var world = AWSWorld(at: time.now)
///     world.seed(AWSWorld.Seed.Environment("shop-prod", application: "shop", version: "v1", instances: 4))
///     let answer = world.respond(to: request, at: time.now)
public struct AWSWorld: Sendable {
    /// The time up to which everything that was due has happened.
    public internal(set) var now: Timestamp
    /// Whether signatures are verified as the services do; without, keys are believed by their id alone.
    public var verifiesSignatures = true
    /// How far this world is ahead of its callers' clock, which signatures, temporary credentials and the header Date
    /// go by: a clock that runs faster than the callers' must not make their signatures old.
    public var callersBehind = Duration.zero
    /// How many requests an account may make; nil is as many as it likes.
    public var throttling: AWSThrottling?
    /// The keys that requests can be signed with, by id.
    public var keys: [String: AccessKey] = [:]
    /// S3.
    public var storage = SimulatedS3()
    /// Elastic Load Balancing; the target groups of environments are shown in it when somebody asks.
    public var balancing = SimulatedLoadBalancing()
    /// Route 53.
    public var dns = SimulatedRoute53()
    /// Where seeds go that do not say otherwise.
    public let home: Home

    var beanstalk: ElasticBeanstalk
    var tokens = SecurityTokens()
    var naming = Naming()
    var buckets = TokenBuckets()
    let signatures = SignatureCheck()

    /// An account and a region.
    public struct Home: Hashable, Sendable {
        /// The account, twelve digits.
        public var account: String
        /// The region, such as `us-east-1`.
        public var region: String
    }

    /// An account with what `seed` says.
    public init(at now: Timestamp, seed: Seed = Seed()) {
        self.now = now
        home = Home(account: seed.account, region: seed.region)
        beanstalk = ElasticBeanstalk(at: now)
        throttling = seed.throttling
        for key in seed.keys { keys[key.id] = key }
        timings = seed.timings
        failures = seed.failures
        for application in seed.applications { self.seed(application) }
        for environment in seed.environments { self.seed(environment) }
    }

    /// How long things take in Elastic Beanstalk; operations under way keep what they began with.
    public var timings: BeanstalkTimings {
        get { beanstalk.timings }
        set { beanstalk.timings = newValue }
    }

    /// What goes wrong in Elastic Beanstalk; the first that fits decides.
    public var failures: [BeanstalkFailure] {
        get { beanstalk.failures }
        set { beanstalk.failures = newValue }
    }

    /// The present time as callers have it.
    var callersNow: Timestamp { now + .milliseconds(-callersBehind.milliseconds) }

    /// When something will change by itself; nil when nothing will.
    public var nextChange: Timestamp? {
        [beanstalk.schedule.next, dns.nextChange(after: now)].compactMap { $0 }.min()
    }

    /// Lets everything happen that is due until `time`; a time in the past changes nothing.
    public mutating func advance(to time: Timestamp) {
        beanstalk.advance(to: time)
        now = max(now, time)
    }

    /// Lets things happen until nothing is due or `limit` has passed.
    public mutating func settle(within limit: Duration = .seconds(3000)) {
        let end = now + limit
        while let next = nextChange, next <= end { advance(to: next) }
    }

    /// Answers `request` as AWS would at `time`.
    public mutating func respond(to request: Request, at time: Timestamp) -> Response {
        advance(to: time)
        let requestID = naming.uuid()
        var response = answer(request, requestID: requestID)
        response.headers[.date] = callersNow.httpDateText
        response.headers[.amznRequestID] = requestID
        return response
    }
}
