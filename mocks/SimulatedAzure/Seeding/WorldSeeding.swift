import SlipwayBase

extension AzureWorld {
    /// Adds a plan unless it is there.
    public mutating func seed(_ plan: Seed.Plan) {
        addGroup(plan.group)
        guard !web.plans.contains(where: { $0.name.names(plan.name) && $0.group.names(plan.group) }) else { return }
        web.plans.append(
            Plan(
                group: plan.group,
                name: plan.name,
                size: plan.size,
                tier: plan.tier,
                instances: plan.instances,
                isLinux: plan.isLinux,
                created: now
            )
        )
    }

    /// Adds a site whose slots all run already; one of that name that is there stays as it is.
    public mutating func seed(_ seed: Seed.Site) {
        addGroup(seed.group)
        guard !web.sites.contains(where: { $0.name.names(seed.name) && $0.group.names(seed.group) }) else { return }
        if !web.plans.contains(where: { $0.name.names(seed.plan) }) {
            self.seed(Seed.Plan(seed.plan, group: seed.group))
        }
        let isLinux = web.plans.first { $0.name.names(seed.plan) }?.isLinux ?? true
        var kind = isLinux ? "app,linux" : "app"
        switch seed.content {
        case .image, .containers: kind += ",container"
        case .bundle, .empty: break
        }
        var site = Site(group: seed.group, name: seed.name, plan: seed.plan, kind: kind, slots: [], created: now)
        (site.blockingDifferences, site.hasPlainHosts) = (seed.blockingDifferences, seed.hasPlainHosts)
        if !seed.stickySettings.isEmpty { (site.stickySettings, site.stickyStrings) = (seed.stickySettings, []) }
        web.sites.append(site)
        var production = Seed.Slot(SlipwaySimulatedAzure.Site.production, content: seed.content)
        production.settings = seed.settings
        production.hasAuthentication = seed.hasAuthentication
        for slot in [production] + seed.slots { add(slot, to: web.sites.count - 1) }
    }

    mutating func addGroup(_ name: String) {
        if !web.groups.contains(where: { $0.names(name) }) { web.groups.append(name) }
    }

    private mutating func add(_ seed: Seed.Slot, to site: Int) {
        let planted = web.failures
        web.failures = []
        defer { web.failures = planted }
        var config: JSON = ["siteAuthEnabled": .bool(seed.hasAuthentication)]
        if let other = seed.autoSwap { config["autoSwapSlotName"] = .string(other) }
        switch seed.content {
        case .image(let image): config["linuxFxVersion"] = .string("DOCKER|" + image)
        case .containers: config["linuxFxVersion"] = "sitecontainers"
        case .bundle, .empty: config["linuxFxVersion"] = web.sites[site].kind.contains("linux") ? "NODE|20-lts" : ""
        }
        web.addSlot(seed.name, to: site, config: config)
        let place = SlotPlace(site: site, slot: web.sites[site].slots.count - 1)
        var slot = web.sites[site].slots[place.slot]
        slot.settings = JSONObject(seed.settings.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        (slot.isStopped, slot.allowsBasic) = (seed.isStopped, seed.allowsBasic)
        switch seed.content {
        case .containers(let main, let image):
            slot.containers[main] = ["properties": ["image": .string(image), "isMain": true, "targetPort": "80"]]
        case .bundle(let name): slot.volume = Volume(of: name, naming: &web.naming, at: now)
        case .image, .empty: break
        }
        slot.worker = Worker(release: slot.release, began: now, ready: now)
        web.sites[site].slots[place.slot] = slot
    }
}

extension Volume {
    /// A disk onto which this was deployed.
    fileprivate init(of release: String, naming: inout Naming, at now: Timestamp) {
        self.release = release
        let deployment = Deployment(
            id: naming.uuid(),
            temporaryID: "temp-" + naming.letters(8),
            release: release,
            began: now,
            named: now,
            ends: now,
            fails: false,
            isDone: true
        )
        deployments = [deployment]
    }
}
