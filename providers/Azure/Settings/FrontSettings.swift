import SlipwayBase
public import SlipwayConfig

/// The `frontDoor:` or `trafficManager:` section of a target: what shares production between two places.
public struct FrontSettings: Hashable, Sendable {
    /// What shares it.
    public enum Kind: Hashable, Sendable {
        /// Two origins of one origin group of Front Door.
        case frontDoor(originGroup: String)
        /// Two endpoints of one profile of Traffic Manager.
        case trafficManager(TrafficManagerFront.EndpointType)
    }

    /// The keys of the sections, of which a target has one.
    public static let keys = ["frontDoor", "trafficManager"]

    /// What shares it.
    public var kind: Kind
    /// The profile.
    public var profile: String
    /// The origin or endpoint that serves.
    public var stable: String
    /// The origin or endpoint that takes a share.
    public var candidate: String
    /// The subscription of the profile; nil is the target's.
    public var subscription: String?
    /// The resource group of the profile; nil is the target's.
    public var resourceGroup: String?
    /// How long a change may take to be in force everywhere; nil is what the front is known for.
    public var propagation: Duration?

    /// Makes settings.
    public init(
        _ kind: Kind,
        profile: String,
        stable: String,
        candidate: String,
        subscription: String? = nil,
        resourceGroup: String? = nil,
        propagation: Duration? = nil
    ) {
        (self.kind, self.profile, self.stable, self.candidate) = (kind, profile, stable, candidate)
        (self.subscription, self.resourceGroup, self.propagation) = (subscription, resourceGroup, propagation)
    }

    /// Reads whichever of the two sections the target has; nil when it has none, or after a mistake was reported.
    public init?(reading reader: ConfigReader) {
        guard let (key, _) = reader.oneOf(Self.keys), let section = reader.mapping(key) else { return nil }
        defer { section.finish() }
        let profile = section.azureName("profile", required: true)
        let subscription = section.azureGUID("subscription")
        let group = section.azureResourceGroup("resourceGroup")
        let propagation = section.duration("propagation", in: .zero ... .seconds(7200))
        let isDoor = key == "frontDoor"
        let names = isDoor ? ("stableOrigin", "canaryOrigin") : ("stableEndpoint", "canaryEndpoint")
        let stable = section.azureName(names.0, required: true)
        let candidate = section.azureName(names.1, required: true)
        var kind: Kind?
        if isDoor {
            kind = section.azureName("originGroup", required: true).map { .frontDoor(originGroup: $0) }
        } else {
            kind = .trafficManager(
                section.choice("endpointType", of: TrafficManagerFront.EndpointType.self) ?? .azureEndpoints
            )
        }
        if let stable, let candidate, stable.lowercased() == candidate.lowercased() {
            section.findings.error(section.node, "must name two different ones with `\(names.0)` and `\(names.1)`")
            return nil
        }
        guard let profile, let stable, let candidate, let kind else { return nil }
        self.init(
            kind,
            profile: profile,
            stable: stable,
            candidate: candidate,
            subscription: subscription,
            resourceGroup: group,
            propagation: propagation
        )
    }

    /// The name of the approximation that a config accepts it by.
    public var approximation: String {
        switch kind {
        case .frontDoor: "frontDoorWeights"
        case .trafficManager: "trafficManagerWeights"
        }
    }

    /// The front itself, for a target of `scope`.
    public func front(_ client: ARMClient, in scope: AzureScope) -> any AzureFront {
        let place = FrontPlace(
            subscription: subscription ?? scope.subscription,
            resourceGroup: resourceGroup ?? scope.resourceGroup,
            profile: profile
        )
        switch kind {
        case .frontDoor(let group):
            return FrontDoorFront(
                client,
                at: place,
                originGroup: group,
                stable: stable,
                candidate: candidate,
                propagation: propagation ?? FrontDoorFront.propagation
            )
        case .trafficManager(let type):
            return TrafficManagerFront(
                client,
                at: place,
                stable: stable,
                candidate: candidate,
                type: type,
                propagation: propagation
            )
        }
    }
}
