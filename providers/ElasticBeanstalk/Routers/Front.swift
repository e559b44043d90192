import SlipwayAWS
import SlipwayBase
import SlipwayModel

/// What shares production between two environments, as it was found.
protocol Front: Sendable {
    /// The weights of the two environments; nil for one that has no place in it.
    var shares: Shares { get }
    /// What has to be known to put everything back, and what of it a plan depends on.
    var remembered: JSON { get }
    /// Why traffic cannot be shared by it; nil when it can.
    var trouble: Fidelity? { get }
    /// How people know it.
    var words: String { get }

    /// Gives the candidate `percent` of production; the number of the change, where it has to be waited for.
    func set(percent: Int) async throws(AWSFailure) -> String?

    /// What is missing before an environment may gain traffic; nil when nothing is.
    func missing(forCandidate isCandidate: Bool) async throws(ProviderFailure) -> Missing?

    /// Puts back what `remembered` said before the plan; only asked for when it differs.
    func restore(_ remembered: JSON) async throws(AWSFailure) -> String?

    /// Whether a change has reached everybody.
    func isEverywhere(_ change: String) async throws(ProviderFailure) -> Bool
}

/// What an environment lacks.
enum Missing: Hashable, Sendable {
    /// It has to be waited for.
    case time(String)
    /// The candidate has to get a place with weight 0 first, so that it is looked after at all.
    case place
}

/// Weights of two environments.
struct Shares: Hashable, Sendable {
    var stable: Int?
    var candidate: Int?

    /// The candidate's share in whole percent, at least 1 when it has any.
    var percent: Int {
        let (mine, others) = (candidate ?? 0, stable ?? 0)
        guard mine > 0 else { return 0 }
        return max(1, (mine * 100 + (mine + others) / 2) / (mine + others))
    }

    /// Whether the candidate has just this share.
    func isExactly(_ percent: Int) -> Bool {
        let (mine, others) = (candidate ?? 0, stable ?? 0)
        guard mine + others > 0 else { return false }
        return mine * 100 == percent * (mine + others)
    }
}
