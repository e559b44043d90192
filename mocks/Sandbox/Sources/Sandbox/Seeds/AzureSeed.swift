import SlipwayBase
import SlipwayConfig
import SlipwaySimulatedAzure

/// What the Azure subscription holds at the beginning.
struct AzureSeed: Sendable {
    var content = AzureWorld.Seed()
    /// What its clusters hold.
    var clusters: [ClusterSeed] = []
    /// The resource groups of those that are not in the one of everything else, by cluster.
    private var clusterGroups: [String: String] = [:]
    /// Who signs the certificates of its hosts, PEM: what kubeconfigs tell clients to believe.
    var authority = ""

    init() {
        content.throttling = nil
        content.timings.restartsOverlap = true
    }

    func world(at now: Timestamp) throws(InputFailure) -> AzureWorld {
        var content = content
        for cluster in clusters {
            var managed = AzureWorld.Seed.Cluster(cluster.name, kubernetes: try cluster.world(at: now))
            managed.group = clusterGroups[cluster.name] ?? managed.group
            managed.authority = Array(authority.utf8)
            content.clusters.append(managed)
        }
        return AzureWorld(at: now, seed: content)
    }
}

extension AzureSeed {
    private enum Failing: String, CaseIterable { case imagePull, crash, neverHealthy, degrades, deployment }

    init(reading reader: ConfigReader) {
        self.init()
        content.home.tenant = reader.string("tenant") ?? content.home.tenant
        content.home.subscription = reader.string("subscription") ?? content.home.subscription
        content.home.location = reader.string("location") ?? content.home.location
        content.groups = reader.strings("resourceGroups") ?? content.groups
        let plans: [AzureWorld.Seed.Plan] = reader.each("plans") { plan in
            plan.string("name", required: true).map {
                AzureWorld.Seed.Plan(
                    $0,
                    group: plan.string("resourceGroup") ?? "shop-rg",
                    tier: plan.string("tier") ?? "Standard",
                    size: plan.string("size") ?? "S1",
                    instances: plan.int("instances", in: 1...100) ?? 2
                )
            }
        }
        if !plans.isEmpty { content.plans = plans }
        content.sites = reader.each("sites", Self.site)
        content.failures = reader.each("failures", Self.failure)
        clusters = reader.each("clusters") { cluster in
            let group = cluster.string("resourceGroup")
            let seed = ClusterSeed(reading: cluster)
            if let group, let seed { clusterGroups[seed.name] = group }
            return seed
        }
        content.timings.restartsOverlap = reader.bool("restartsOverlap") ?? true
        if let speed = reader.int("speed", in: 1...1000) { content.timings = content.timings.divided(by: speed) }
    }

    private static func site(_ reader: ConfigReader) -> AzureWorld.Seed.Site? {
        guard let name = reader.string("name", required: true), let image = reader.string("image", required: true)
        else { return nil }
        var site = AzureWorld.Seed.Site(name, image: image, slots: reader.strings("slots") ?? [])
        site.group = reader.string("resourceGroup") ?? site.group
        site.plan = reader.string("plan") ?? site.plan
        site.settings = reader.texts("settings") ?? [:]
        site.stickySettings = reader.strings("stickySettings") ?? []
        site.hasPlainHosts = !(reader.bool("uniqueHosts") ?? false)
        return site
    }

    private static func failure(_ reader: ConfigReader) -> AppServiceFailure? {
        guard let kind = reader.choice("kind", of: Failing.self, required: true) else { return nil }
        let what: AppServiceFailure.Kind =
            switch kind {
            case .imagePull: .imagePull
            case .crash: .crash
            case .neverHealthy: .neverHealthy
            case .degrades: .degrades(after: reader.duration("after") ?? .seconds(60))
            case .deployment: .deployment
            }
        return AppServiceFailure(
            what,
            release: reader.string("release"),
            slot: reader.string("slot"),
            times: reader.int("times", in: 1...1_000_000)
        )
    }
}

extension AppServiceTimings {
    /// The same, so many times faster; nothing takes less than a tenth of a second.
    fileprivate func divided(by speed: Int) -> AppServiceTimings {
        var timings = self
        let fields: [WritableKeyPath<AppServiceTimings, Duration>] = [
            \.start, \.swapPreparation, \.swapWarmUp, \.swapFinish, \.deploymentNaming, \.deploymentBuild,
            \.frontDoorUpdate, \.frontDoorPropagation, \.trafficManagerTail,
        ]
        for field in fields { timings[keyPath: field] = max(self[keyPath: field] / speed, .milliseconds(100)) }
        return timings
    }
}
