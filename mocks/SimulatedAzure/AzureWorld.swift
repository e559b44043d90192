import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP
import SlipwaySimulation

/// The services of Azure that releases need, as a value: APIs that answer requests, and a cloud that acts as time
/// passes.
///
/// Nothing in it waits, draws chance or touches the outside: the same requests at the same times give the same answers.
///
///     let shop = AzureWorld.Seed.Site("shop", image: "shop:1", slots: ["staging"])
///     var world = AzureWorld(at: time.now, seed: AzureWorld.Seed(sites: [shop]))
///     let answer = world.respond(to: request, at: time.now)
public struct AzureWorld: Sendable {
    /// The time up to which everything that was due has happened.
    public internal(set) var now: Timestamp
    /// Where everything is.
    public let home: Home
    /// How many requests a subscription may make; nil is as many as it likes.
    public var throttling: ARMThrottling?
    /// What nobody may do, such as `Microsoft.Web/sites/slots/slotsswap/action`; compared without case.
    public var denied: Set<String> = []

    /// What what runs in App Service shows to have tokens.
    public var identityHeader: Secret<String> = Secret("simulated-identity-header")

    var entra: Entra
    var web: AppService
    var blobs = Blobs()
    var clusters: [Cluster] = []
    var fronts = Fronts()
    var naming = Naming()
    var reads = TokenBucket()
    var writes = TokenBucket()

    /// A subscription and what it hangs on.
    public struct Home: Hashable, Sendable {
        /// The tenant, a GUID.
        public var tenant: String
        /// The subscription, a GUID.
        public var subscription: String
        /// The region as people read it, such as `West Europe`.
        public var location: String
        /// Where Azure Resource Manager answers.
        public var resourceManager: Origin
        /// Where Entra answers.
        public var login: Origin

        /// The region in the form of host names, such as `westeurope`.
        var region: String { location.lowercased().filter { $0 != " " } }
    }

    /// A subscription with what `seed` says.
    public init(at now: Timestamp, seed: Seed = Seed()) {
        self.now = now
        home = seed.home
        throttling = seed.throttling
        entra = Entra(tenant: seed.home.tenant, clients: seed.clients)
        web = AppService(at: now, home: seed.home)
        web.timings = seed.timings
        web.failures = seed.failures
        web.isTerse = seed.isTerse
        web.groups = seed.groups
        for plan in seed.plans { self.seed(plan) }
        for site in seed.sites { self.seed(site) }
        for cluster in seed.clusters { self.seed(cluster) }
        for door in seed.frontDoors { self.seed(door) }
        for profile in seed.trafficProfiles { self.seed(profile) }
        for container in seed.containers { addContainer(container.name, account: container.account) }
    }

    /// When something will change by itself; nil when nothing will.
    public var nextChange: Timestamp? {
        ([web.schedule.next, fronts.nextChange(after: now)] + clusters.map(\.kubernetes.nextChange)).compactMap { $0 }
            .min()
    }

    /// Lets everything happen that is due until `time`; a time in the past changes nothing.
    public mutating func advance(to time: Timestamp) {
        web.advance(to: time)
        for index in clusters.indices { clusters[index].kubernetes.advance(to: time) }
        now = max(now, time)
    }

    /// Lets things happen until nothing is due or `limit` has passed.
    public mutating func settle(within limit: Duration = .seconds(3000)) {
        let end = now + limit
        while let next = nextChange, next <= end { advance(to: next) }
    }

    /// Answers `request` as Azure would at `time`.
    public mutating func respond(to request: Request, at time: Timestamp) -> Response {
        advance(to: time)
        var response = answer(request)
        if response.headers[.date] == nil { response.headers[.date] = now.httpDate }
        return response
    }
}
