/// How faithfully a platform can do what a strategy asks.
public enum Fidelity: Codable, Hashable, Sendable {
    /// By a mechanism of its own that does just this.
    case exact
    /// Nearly: `name` is what the config accepts it by, `why` the reason, `differs` what will be different.
    case approximated(name: String, why: String, differs: String)
    /// Not at all: `why`, and what to use `instead`.
    case impossible(why: String, instead: String)
}

/// A thing a strategy may ask of a platform.
public enum Feature: String, Codable, Hashable, Sendable, CaseIterable {
    /// Replacing replicas in place.
    case rolling
    /// Bounds on how many are replaced at a time.
    case batch
    /// A second fleet and one switch of all production traffic.
    case blueGreen
    /// Sharing production traffic by weight.
    case weights
    /// Sending requests to the candidate by header.
    case headers
    /// A candidate fleet whose size is set apart from its weight.
    case candidateScale
}

/// What one target offers right now; a feature that is not listed is impossible.
public struct Capabilities: Codable, Hashable, Sendable {
    private var features: [String: Fidelity]

    /// Makes capabilities.
    public init(_ features: [Feature: Fidelity] = [:]) {
        self.features = Dictionary(uniqueKeysWithValues: features.map { ($0.key.rawValue, $0.value) })
    }

    /// How faithfully `feature` is offered.
    public subscript(_ feature: Feature) -> Fidelity {
        get {
            features[feature.rawValue] ?? .impossible(why: "this target does not offer it", instead: "another strategy")
        }
        set { features[feature.rawValue] = newValue }
    }
}

/// A feature a plan needs, and how faithfully the target offers it.
public struct FidelityNote: Codable, Hashable, Sendable {
    /// The feature.
    public var feature: Feature
    /// How faithfully.
    public var fidelity: Fidelity

    /// Makes a note.
    public init(_ feature: Feature, _ fidelity: Fidelity) { (self.feature, self.fidelity) = (feature, fidelity) }
}
