internal import SlipwayBase

/// What one service of one account and region may still cost in repetitions: a broken service is not hammered.
///
/// Numbers of the AWS SDKs' standard mode: 500 tokens; a repetition costs 14, after throttling 5. A success gives the
/// last cost back, a success at the first attempt gives 1; nothing comes back with time.
public final class AWSRetryQuota: Sendable {
    /// The tokens at the start, and the most there are.
    public static let tokensMax = 500
    /// What a repetition after throttling costs.
    public static let throttlingCost = 5
    /// What any other repetition costs.
    public static let failureCost = 14

    private let tokens = Locked(AWSRetryQuota.tokensMax)

    /// Starts full.
    public init() {}

    /// The tokens that are left.
    public var remaining: Int { tokens.withLock { $0 } }

    /// Takes `cost` tokens; false when there are not as many, and then nothing must be repeated.
    public func withdraw(_ cost: Int) -> Bool {
        tokens.withLock { tokens in
            guard tokens >= cost else { return false }
            tokens -= cost
            return true
        }
    }

    /// Gives tokens back after a success: the last `cost`, or one when nothing was repeated (nil).
    public func refund(_ cost: Int?) {
        tokens.withLock { $0 = min($0 + (cost ?? 1), Self.tokensMax) }
    }
}

/// The quotas of everything this process talks to; the composition root holds one and hands it to every target.
public final class AWSRetryQuotas: Sendable {
    private struct Place: Hashable {
        var service: String
        var region: String
        var account: String
    }

    private let quotas = Locked<[Place: AWSRetryQuota]>([:])

    /// Starts with none.
    public init() {}

    /// The one quota of `service` in `region` for `account`: an account number, or whatever else tells accounts apart.
    public func quota(service: String, region: String, account: String) -> AWSRetryQuota {
        quotas.withLock { quotas in
            let place = Place(service: service, region: region, account: account)
            let quota = quotas[place] ?? AWSRetryQuota()
            quotas[place] = quota
            return quota
        }
    }
}
