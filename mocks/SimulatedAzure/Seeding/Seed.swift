import SlipwayBase
import SlipwayHTTP

extension AzureWorld {
    /// What a subscription holds when a test begins.
    ///
    ///     AzureWorld.Seed(sites: [.init("shop", image: "registry.example.com/shop:1", slots: ["staging"])])
    public struct Seed: Sendable {
        /// The subscription, unless it is said otherwise.
        public static let subscription = "11111111-1111-1111-1111-111111111111"
        /// The tenant, unless it is said otherwise.
        public static let tenant = "22222222-2222-2222-2222-222222222222"
        /// The application that may have tokens, unless it is said otherwise.
        public static let client = "44444444-4444-4444-4444-444444444444"

        /// Where everything is.
        public var home = Home(
            tenant: Seed.tenant,
            subscription: Seed.subscription,
            location: "West Europe",
            resourceManager: Origin(scheme: "https", host: "management.azure.com"),
            login: Origin(scheme: "https", host: "login.microsoftonline.com")
        )
        /// Who may have tokens; the first is the identity of machines as well.
        public var clients = [AzureClient()]
        /// The names of the resource groups.
        public var groups = ["shop-rg"]
        /// Plans.
        public var plans = [Plan()]
        /// Sites with their slots.
        public var sites: [Site] = []
        /// Managed clusters.
        public var clusters: [Cluster] = []
        /// Profiles of Front Door.
        public var frontDoors: [FrontDoor] = []
        /// Profiles of Traffic Manager.
        public var trafficProfiles: [TrafficProfile] = []
        /// Containers of blob storage with the accounts that they are in, such as `("locks", "shopstate")`.
        public var containers: [(name: String, account: String)] = []
        /// How long things take.
        public var timings = AppServiceTimings()
        /// What goes wrong in App Service.
        public var failures: [AppServiceFailure] = []
        /// How many requests a subscription may make; nil is as many as it likes.
        public var throttling: ARMThrottling? = ARMThrottling()
        /// Whether answers about sites leave out what no client looks at: for labs that run many releases.
        public var isTerse = false

        /// A subscription with these sites.
        public init(sites: [Site] = []) { self.sites = sites }

        /// A plan.
        public struct Plan: Sendable {
            /// Its name.
            public var name: String
            /// Its resource group.
            public var group: String
            /// `Free`, `Shared`, `Basic`, `Standard`, `PremiumV3` and so on; decides about slots.
            public var tier: String
            /// The size, such as `S1`.
            public var size: String
            /// How many machines it has.
            public var instances: Int
            /// Whether they run Linux.
            public var isLinux: Bool

            /// A plan of two machines.
            public init(
                _ name: String = "shop-plan",
                group: String = "shop-rg",
                tier: String = "Standard",
                size: String = "S1",
                instances: Int = 2,
                isLinux: Bool = true
            ) {
                (self.name, self.group, self.tier, self.size) = (name, group, tier, size)
                (self.instances, self.isLinux) = (instances, isLinux)
            }
        }

        /// A site that runs.
        public struct Site: Sendable {
            /// Its name.
            public var name: String
            /// Its resource group.
            public var group: String
            /// Its plan.
            public var plan: String
            /// What production runs.
            public var content: Content
            /// Its slots.
            public var slots: [Slot]
            /// Production's settings.
            public var settings: [String: String] = [:]
            /// The names of settings that stay with their slot.
            public var stickySettings: [String] = []
            /// What `slotsdiffs` calls an error.
            public var blockingDifferences: [String] = []
            /// Whether production wants visitors to sign in.
            public var hasAuthentication = false
            /// Whether host names are as they were before Azure made them unique: `SITE-SLOT.azurewebsites.net`.
            public var hasPlainHosts = false

            /// A site whose slots run what production runs, or else `content` of theirs.
            public init(
                _ name: String,
                content: Content,
                slots: [Slot] = [],
                group: String = "shop-rg",
                plan: String = "shop-plan"
            ) {
                (self.name, self.content, self.slots) = (name, content, slots)
                (self.group, self.plan) = (group, plan)
            }

            /// A site of one container, whose slots of these names run the same image.
            public init(_ name: String, image: String, slots: [String] = []) {
                self.init(name, content: .image(image), slots: slots.map { Slot($0, content: .image(image)) })
            }
        }

        /// A slot beside production.
        public struct Slot: Sendable {
            /// Its name.
            public var name: String
            /// What it runs.
            public var content: Content
            /// Its settings.
            public var settings: [String: String] = [:]
            /// Whether it is stopped.
            public var isStopped = false
            /// Whether it wants visitors to sign in.
            public var hasAuthentication = false
            /// Whether its Kudu takes publishing credentials.
            public var allowsBasic = false
            /// The slot into which it is swapped by itself after a deployment; nil for none.
            public var autoSwap: String?

            /// A slot that runs.
            public init(_ name: String, content: Content = .empty) { (self.name, self.content) = (name, content) }
        }

        /// What a slot runs.
        public enum Content: Hashable, Sendable {
            /// One image, as `linuxFxVersion` has it after `DOCKER|`.
            case image(String)
            /// Several containers, of which the named one is the main one.
            case containers(main: String, image: String)
            /// A bundle that was deployed, by the name that `AzureWorld.shares(of:)` calls it.
            case bundle(String)
            /// Nothing that was deployed.
            case empty
        }
    }
}
