public import SlipwayBase
public import SlipwayModel

/// What one look at a front showed.
public struct FrontReading: Hashable, Sendable {
    /// The side that serves.
    public var stable: FrontSide
    /// The side that takes a share.
    public var candidate: FrontSide
    /// Why production cannot be shared by it; nil when it can.
    public var trouble: Fidelity?
    /// How long after a change somebody may still be led by what was before.
    public var propagation: Duration
    /// What to know before going on.
    public var warnings: [String]

    /// Makes a reading.
    public init(
        stable: FrontSide,
        candidate: FrontSide,
        trouble: Fidelity? = nil,
        propagation: Duration,
        warnings: [String] = []
    ) {
        (self.stable, self.candidate, self.trouble) = (stable, candidate, trouble)
        (self.propagation, self.warnings) = (propagation, warnings)
    }

    /// The candidate's share in whole percent, at least 1 when it has any.
    public var percent: Int {
        let (mine, others) = (candidate.setting.share, stable.setting.share)
        guard mine > 0 else { return 0 }
        return max(1, (mine * 100 + (mine + others) / 2) / (mine + others))
    }

    /// Whether the candidate has just this share.
    public func isExactly(_ percent: Int) -> Bool {
        let (mine, others) = (candidate.setting.share, stable.setting.share)
        return mine + others > 0 && mine * 100 == percent * (mine + others)
    }

    /// Whether Azure is still at work on a side.
    public var isChanging: Bool { stable.isChanging || candidate.isChanging }

    /// What has to be known to put everything back, and what of it a plan depends on.
    public var remembered: JSON {
        .object(
            JSONObject(
                [(FrontPart.stable, stable), (.candidate, candidate)].map { part, side in
                    let place: JSON = [
                        "weight": JSON(side.setting.weight), "enabled": .bool(side.setting.isEnabled),
                    ]
                    return (part.rawValue, place)
                }
            )
        )
    }
}

/// One write to a front.
public struct FrontChange: Hashable, Sendable {
    /// The side that is written.
    public var part: FrontPart
    /// The place it gets.
    public var setting: FrontSetting

    /// Makes a change.
    public init(_ part: FrontPart, _ setting: FrontSetting) { (self.part, self.setting) = (part, setting) }
}

extension FrontReading {
    /// The next write on the way to `percent` for the candidate; nil when it has just that.
    ///
    /// There are two at most. Whichever comes first leaves the candidate with no more than the greater of the share it
    /// has and the one it is to have, and production with somebody who serves.
    public func next(toward percent: Int) -> FrontChange? {
        guard !isExactly(percent) else { return nil }
        return next(stable: wanted(stable, 100 - percent), candidate: wanted(candidate, percent))
    }

    /// The next write on the way to what was `remembered`; nil when all is as it was.
    public func next(restoring remembered: JSON) -> FrontChange? {
        next(
            stable: Self.setting(remembered[FrontPart.stable.rawValue]) ?? stable.setting,
            candidate: Self.setting(remembered[FrontPart.candidate.rawValue]) ?? candidate.setting
        )
    }

    private func next(stable: FrontSetting, candidate: FrontSetting) -> FrontChange? {
        var changes: [FrontChange] = []
        if stable != self.stable.setting { changes.append(FrontChange(.stable, stable)) }
        if candidate != self.candidate.setting { changes.append(FrontChange(.candidate, candidate)) }
        return stable.share >= self.stable.setting.share ? changes.first : changes.last
    }

    /// Who takes nothing or everything keeps the weight it has: one write fewer on the way back.
    private func wanted(_ side: FrontSide, _ share: Int) -> FrontSetting {
        let present = min(max(side.setting.weight, 1), 1000)
        switch share {
        case ...0: return FrontSetting(weight: present, isEnabled: false)
        case 100...: return FrontSetting(weight: present, isEnabled: true)
        default: return FrontSetting(weight: share, isEnabled: true)
        }
    }

    private static func setting(_ json: JSON?) -> FrontSetting? {
        guard let weight = json?["weight"]?.int, let isEnabled = json?["enabled"]?.bool else { return nil }
        return FrontSetting(weight: weight, isEnabled: isEnabled)
    }
}
