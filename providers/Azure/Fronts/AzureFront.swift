public import SlipwayModel

/// Something of Azure that stands before two places and shares production between them by weights.
///
/// A value without any state: `read` looks, `write` sends one request that changes one of the two sides and nothing
/// else. `FrontWork` brings a share about with it; `FrontedProvider` is a whole provider around it.
public protocol AzureFront: Sendable {
    /// How people know it, such as `Front Door edge/shop`.
    var words: String { get }
    /// How faithfully its weights are those of a canary, where nothing stands against them.
    var fidelity: Fidelity { get }

    /// Both sides as they are now, and what stands against sharing production between them.
    func read() async throws(AzureFailure) -> FrontReading

    /// Gives one side its place; gives the operation where that is not over at once.
    func write(_ setting: FrontSetting, to part: FrontPart) async throws(AzureFailure) -> ARMOperation?

    /// Looks once how a write stands; nil when it is over.
    func poll(_ operation: ARMOperation) async throws(AzureFailure) -> ARMOperation?

    /// The request that gives one side its place, for people.
    func outline(_ setting: FrontSetting, to part: FrontPart) -> String
}

/// One of the two sides of a front.
public enum FrontPart: String, Hashable, Sendable {
    /// What serves.
    case stable
    /// What takes a share.
    case candidate
}

/// The place of one side: its weight, and whether it takes part at all. Azure knows no weight of 0.
public struct FrontSetting: Hashable, Sendable {
    /// The weight, 1 to 1000.
    public var weight: Int
    /// Whether it takes part.
    public var isEnabled: Bool

    /// Makes a place.
    public init(weight: Int, isEnabled: Bool) { (self.weight, self.isEnabled) = (weight, isEnabled) }

    /// The weight that counts.
    public var share: Int { isEnabled ? weight : 0 }
}

/// One side of a front as it was found.
public struct FrontSide: Hashable, Sendable {
    /// The name of the origin or endpoint.
    public var name: String
    /// Its place.
    public var setting: FrontSetting
    /// Whether Azure is still at work on it.
    public var isChanging: Bool
    /// Whether the front's own probes say that it does not answer, so that nobody is led there.
    public var isSilent: Bool

    /// Makes a side.
    public init(_ name: String, _ setting: FrontSetting, isChanging: Bool = false, isSilent: Bool = false) {
        (self.name, self.setting, self.isChanging, self.isSilent) = (name, setting, isChanging, isSilent)
    }
}
