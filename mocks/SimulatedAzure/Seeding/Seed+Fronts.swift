extension AzureWorld.Seed {
    /// Where a front leads requests.
    public enum Backend: Hashable, Sendable {
        /// Production of a site.
        case site(String)
        /// A host beyond this world; `shares` call it by its name.
        case host(String)
    }

    /// One of several that a front leads requests to.
    public struct Leg: Hashable, Sendable {
        /// Its name as an origin or endpoint.
        public var name: String
        /// Where it leads.
        public var backend: Backend
        /// Its weight, from 1 to 1000.
        public var weight: Int
        /// Whether it gets any requests.
        public var isEnabled: Bool

        /// A leg that is enabled.
        public init(_ name: String, _ backend: Backend, weight: Int = 50, isEnabled: Bool = true) {
            (self.name, self.backend, self.weight, self.isEnabled) = (name, backend, weight, isEnabled)
        }
    }

    /// A profile of Front Door with one group of origins.
    public struct FrontDoor: Hashable, Sendable {
        /// The name of the profile.
        public var profile: String
        /// Its resource group.
        public var group: String
        /// The name of the group of origins.
        public var originGroup: String
        /// The origins.
        public var origins: [Leg]
        /// How much slower than the fastest an origin may be; at 0 weights count for nothing.
        public var additionalLatencyMilliseconds = 1000
        /// Whether clients stay with their origin.
        public var hasAffinity = false

        /// A profile whose weights count.
        public init(_ profile: String, group: String = "shop-rg", originGroup: String, origins: [Leg]) {
            (self.profile, self.group, self.originGroup, self.origins) = (profile, group, originGroup, origins)
        }
    }

    /// A profile of Traffic Manager.
    public struct TrafficProfile: Hashable, Sendable {
        /// The name of the profile.
        public var profile: String
        /// Its resource group.
        public var group: String
        /// Its endpoints.
        public var endpoints: [Leg]
        /// Their kind, such as `azureEndpoints` or `externalEndpoints`.
        public var endpointType: String
        /// How it decides; weights count only for `Weighted`.
        public var method = "Weighted"
        /// How many seconds names may be believed.
        public var ttlSeconds = 60

        /// A profile that goes by weight.
        public init(
            _ profile: String,
            group: String = "shop-rg",
            endpointType: String = "azureEndpoints",
            endpoints: [Leg]
        ) {
            (self.profile, self.group, self.endpointType, self.endpoints) = (profile, group, endpointType, endpoints)
        }
    }
}
