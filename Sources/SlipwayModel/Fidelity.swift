internal import SlipwayBase

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
    /// Both bounds at once: some replicas above and some below the wanted number.
    case mixedBatch
    /// A second fleet and one switch of all production traffic.
    case blueGreen
    /// Sharing production traffic by weight.
    case weights
    /// Sending requests to the candidate by header.
    case headers
    /// A candidate fleet whose size is set apart from its weight.
    case candidateScale
    /// One share of production for one stretch of time, after which the platform itself promotes or takes back.
    case trial
    /// A share of production that the platform itself raises, in equal steps at equal intervals.
    case ramp
    /// A fleet that keeps its definition and has no replicas.
    case emptyFleet
}

/// What a platform's own trial can be.
public struct TrialLimits: Codable, Hashable, Sendable {
    /// Shares of production in percent.
    public var percent: ClosedRange<Int>
    /// Seconds it may last.
    public var seconds: ClosedRange<Int>
    /// Seconds that its length must be a multiple of.
    public var secondsStep: Int

    /// Makes limits.
    public init(percent: ClosedRange<Int>, seconds: ClosedRange<Int>, secondsStep: Int = 1) {
        (self.percent, self.seconds, self.secondsStep) = (percent, seconds, secondsStep)
    }

    /// What is wrong with `trial`, as a half sentence that says what would be right; nil when nothing is.
    public func objection(to trial: Trial) -> String? {
        guard percent.contains(trial.percent) else {
            return "a share of \(trial.percent)% is not from \(percent.lowerBound)% to \(percent.upperBound)%"
        }
        let length = trial.duration.components
        let isWhole = length.attoseconds == 0 && Int(length.seconds) % secondsStep == 0
        guard isWhole, seconds.contains(Int(clamping: length.seconds)) else {
            let bounds = [seconds.lowerBound, seconds.upperBound].map { Duration.seconds($0).text }
            let step = secondsStep > 1 ? " in steps of \(Duration.seconds(secondsStep).text)" : ""
            return "it lasts \(trial.duration.text), and can last from \(bounds[0]) to \(bounds[1])\(step)"
        }
        return nil
    }
}

/// How a canary's candidate becomes the live fleet.
public enum Promotion: String, Codable, Hashable, Sendable {
    /// It takes everything while the stable fleet is replaced, then hands back and goes.
    case replacement
    /// Its share is taken away, and then one switch puts it in the stable fleet's place, which stays where it was.
    case switchover
}

/// What one target offers right now; a feature that is not listed is impossible.
public struct Capabilities: Codable, Hashable, Sendable {
    private var features: [String: Fidelity]
    /// What a trial can be, where there is one; nil is no limit.
    public var trialLimits: TrialLimits?
    /// How a canary's candidate becomes the live fleet.
    public var promotion: Promotion

    /// Makes capabilities.
    public init(
        _ features: [Feature: Fidelity] = [:],
        trialLimits: TrialLimits? = nil,
        promotion: Promotion = .replacement
    ) {
        self.features = Dictionary(uniqueKeysWithValues: features.map { ($0.key.rawValue, $0.value) })
        (self.trialLimits, self.promotion) = (trialLimits, promotion)
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
