public import SlipwayBase

extension AzureWorld {
    /// A slot as it is, past every API.
    public struct SlotState: Hashable, Sendable {
        /// Its name; `production` for the site itself.
        public var name: String
        /// Its host name.
        public var host: String
        /// The host name of its Kudu.
        public var kuduHost: String
        /// What it is configured to run: an image, the name of a bundle's content, or `empty`.
        public var release: String
        /// What answers its visitors now; nil when nothing does.
        public var serving: String?
        /// Whether what it is configured to run answers.
        public var isReady: Bool
        /// Whether it is stopped.
        public var isStopped: Bool
        /// Its tags.
        public var tags: [String: String]
        /// What its application sees as settings.
        public var settings: [String: String]
        /// The settings that are its own.
        public var ownSettings: [String: String]
        /// Whose sticky settings are applied to it while a swap is prepared.
        public var preparedFor: String?
        /// The slot that is prepared to be swapped with it.
        public var targetSwapSlot: String?
        /// When the last swap switched its routing.
        public var swapped: Timestamp?
        /// The ids of its deployments, oldest first.
        public var deployments: [String]
        /// The files of its disk, by path.
        public var files: [String: [UInt8]]
        /// Everything that `config/web` says.
        public var config: JSON
    }

    /// A swap as it is, past every API.
    public struct SwapState: Hashable, Sendable {
        /// Its id.
        public var id: String
        /// The site.
        public var site: String
        /// The slot that was named in the path.
        public var source: String
        /// The slot that was named in the body.
        public var target: String
        /// When it was accepted.
        public var began: Timestamp
        /// When it was over; nil while it runs.
        public var ended: Timestamp?
        /// Whether it ended badly.
        public var hasFailed: Bool
        /// How often it was asked how it stands.
        public var polls: Int
        /// How often with an address although a newer one had been given out.
        public var outdatedPolls: Int
    }

    /// A slot; without a name production. Nil when there is none.
    public func slot(_ name: String? = nil, of site: String) -> SlotState? {
        guard let found = web.sites.first(where: { $0.name.names(site) }),
            let index = found.index(of: name ?? SlipwaySimulatedAzure.Site.production)
        else { return nil }
        return state(found.slots[index], found)
    }

    /// The names of a site's slots, production first.
    public func slots(of site: String) -> [String] {
        web.sites.first { $0.name.names(site) }?.slots.map(\.name) ?? []
    }

    /// The share that each rule of a site gives to its slot, in percent.
    public func rules(of site: String) -> [String: Double] {
        let rules = web.sites.first { $0.name.names(site) }?.rules ?? []
        return Dictionary(
            rules.map { ($0["name"]?.string ?? "", $0["reroutePercentage"]?.number ?? 0) },
            uniquingKeysWith: { $1 }
        )
    }

    /// The swaps that are remembered, oldest first.
    public var swaps: [SwapState] {
        web.operations.values.sorted { ($0.began, $0.id) < ($1.began, $1.id) }.map { operation in
            SwapState(
                id: operation.id,
                site: operation.site,
                source: operation.source,
                target: operation.target,
                began: operation.began,
                ended: operation.ended,
                hasFailed: operation.fault != nil,
                polls: operation.polls,
                outdatedPolls: operation.outdatedPolls
            )
        }
    }

    private func state(_ slot: Slot, _ site: SlipwaySimulatedAzure.Site) -> SlotState {
        func texts(_ values: JSONObject) -> [String: String] {
            Dictionary(values.members.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { $1 })
        }
        return SlotState(
            name: slot.name,
            host: slot.host,
            kuduHost: slot.kuduHost,
            release: slot.release,
            serving: web.serving(slot)?.release,
            isReady: !slot.isStopped && slot.worker.answers(at: now),
            isStopped: slot.isStopped,
            tags: texts(slot.tags),
            settings: texts(site.visibleSettings(of: slot)),
            ownSettings: texts(slot.settings),
            preparedFor: slot.preparedFor,
            targetSwapSlot: slot.targetSwapSlot,
            swapped: slot.swapStatus?.time,
            deployments: slot.volume.deployments.map(\.id),
            files: slot.volume.files.mapValues(\.bytes),
            config: slot.config
        )
    }
}

extension AzureWorld {
    /// The names of all sites, oldest first.
    public var sites: [String] { web.sites.map(\.name) }
}
