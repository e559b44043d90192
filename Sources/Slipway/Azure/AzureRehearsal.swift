internal import SlipwayAKS
internal import SlipwayAppService
internal import SlipwayAzure
internal import SlipwayBase
internal import SlipwayHTTP
internal import SlipwayKubernetes
internal import SlipwayModel
internal import SlipwaySigning
internal import SlipwaySimulatedAzure
internal import SlipwaySimulation

/// The Azure that a target of a config is rehearsed in: what the config names exists, with an older release.
struct AzureRehearsal {
    let release: Release
    let application: String
    let cluster: WorldFile.Cluster

    /// Azure with the site of `settings` at `now`.
    func world(of settings: AppServiceSettings, at now: Timestamp) -> AzureWorld {
        var seed = seed(settings.scope)
        let names = settings.layout.sites
        seed.sites = names.map { name in
            var site = AzureWorld.Seed.Site(name, content: live(settings), group: settings.scope.resourceGroup)
            // One that the release may create is not there yet, so that this is rehearsed as well.
            if case .slot(_, let slot) = settings.layout, !settings.createSlot {
                site.slots = [.init(slot, content: live(settings))]
            }
            return site
        }
        // Zips are deployed to Windows, where a swap can be previewed; images to Linux.
        let isLinux = if case .image = release.artifact { true } else { false }
        let instances = cluster.replicas ?? 4
        seed.plans = [.init(group: settings.scope.resourceGroup, instances: instances, isLinux: isLinux)]
        if let readyAfter = cluster.readyAfter { seed.timings.start = readyAfter }
        if let lock = settings.lock { seed.containers = [(lock.name, String(lock.origin.host.prefix { $0 != "." }))] }
        seed.failures = failures(settings)
        // As on the real one, what is replaced in place is not down, unless what comes in its place never answers.
        seed.timings.restartsOverlap = true
        var world = AzureWorld(at: now, seed: seed)
        if case .bundle(let version)? = seed.sites.first?.content { mark(version, in: &world) }
        return world
    }

    /// Says which version what was deployed is, as a former release would have.
    private func mark(_ version: String, in world: inout AzureWorld) {
        for site in world.sites {
            for name in world.slots(of: site) {
                guard let deployment = world.slot(name, of: site)?.deployments.last else { continue }
                let marker: JSON = [
                    "version": .string(version), "sha256": .string(SHA256.hexDigest(of: version.utf8)),
                    "deployment": .string(deployment),
                ]
                world.writeFile("site/slipway.json", marker.bytes, slot: name, of: site)
            }
        }
    }

    /// Azure with the cluster of `settings` at `now`.
    func world(of settings: AKSSettings, at now: Timestamp) throws(InputFailure) -> AzureWorld {
        var seed = seed(settings.scope)
        let namespace = settings.kubernetes.namespace ?? "default"
        let rehearsal = Rehearsal(
            of: settings.kubernetes.layout,
            container: settings.kubernetes.container,
            namespace: namespace,
            application: application,
            release: release,
            on: cluster,
            gatewayClass: "azure-alb-external"
        )
        var managed = AzureWorld.Seed.Cluster(
            settings.cluster,
            group: settings.scope.resourceGroup,
            kubernetes: try rehearsal.world(at: now)
        )
        managed.isPrivate = settings.usesPublicFQDN
        seed.clusters = [managed]
        return AzureWorld(at: now, seed: seed)
    }

    private func seed(_ scope: AzureScope) -> AzureWorld.Seed {
        var seed = AzureWorld.Seed()
        seed.home.subscription = scope.subscription
        if let tenant = scope.tenant { seed.home.tenant = tenant }
        let cloud = AzureCloud.known.first { $0.name == scope.cloud } ?? .global
        (seed.home.resourceManager, seed.home.login) = (cloud.resourceManager, cloud.login)
        seed.groups = [scope.resourceGroup]
        seed.isTerse = true
        return seed
    }

    /// A little older than the release.
    private func live(_ settings: AppServiceSettings) -> AzureWorld.Seed.Content {
        guard case .image(let image) = release.artifact else {
            return .bundle(cluster.liveVersion ?? Rehearsal.older(than: release))
        }
        let older = cluster.liveImage ?? Rehearsal.older(than: image)
        return settings.container.map { .containers(main: $0, image: older) } ?? .image(older)
    }

    /// Planted failures strike an image, or whatever is deployed to the slot where versions are zips.
    private func failures(_ settings: AppServiceSettings) -> [AppServiceFailure] {
        let slot: String? = if case .slot(_, let name) = settings.layout { name } else { nil }
        let version = cluster.versionFailures.first { $0.version == release.version }
        let byVersion = version.map { failure in
            guard case .image(let image) = release.artifact else {
                return AppServiceFailure(failure.kind.ofBundle, slot: slot)
            }
            return AppServiceFailure(failure.kind.ofImage, release: image)
        }
        guard case .image(let image) = release.artifact,
            let planted = cluster.failures.first(where: { $0.image.matches(image) })
        else { return byVersion.map { [$0] } ?? [] }
        return [AppServiceFailure(planted.behaviour.failure, release: image)]
    }
}

extension WorldFile.VersionFailure.Kind {
    /// What App Service makes of a zip like this.
    fileprivate var ofBundle: AppServiceFailure.Kind {
        switch self {
        case .rejected: .deployment
        case .crash: .crash
        case .hang: .neverHealthy
        case .unhealthy: .status(500)
        }
    }

    /// What App Service makes of an image like this.
    fileprivate var ofImage: AppServiceFailure.Kind {
        switch self {
        case .rejected: .imagePull
        case .crash, .hang, .unhealthy: ofBundle
        }
    }
}

extension PodBehaviour {
    /// What App Service makes of an image that behaves so in a pod.
    fileprivate var failure: AppServiceFailure.Kind {
        switch self {
        case .failToPull: .imagePull
        case .crash: .crash
        case .hang: .neverHealthy
        case .readyAfter(let delay): .slow(delay)
        }
    }
}
