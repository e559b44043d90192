public import SlipwayModel

/// Replaces the live fleet replica by replica, with the platform's own rolling update.
public struct RollingStrategy: Strategy, Hashable {
    /// Replicas above the wanted number; nil leaves the platform's setting alone.
    public var maxSurge: Amount?
    /// Replicas below the wanted number; nil leaves the platform's setting alone.
    public var maxUnavailable: Amount?
    /// How long the replacement may take; nil is the platform's own patience.
    public var deadline: Duration?

    /// Makes a rolling strategy.
    public init(maxSurge: Amount? = nil, maxUnavailable: Amount? = nil, deadline: Duration? = nil) {
        (self.maxSurge, self.maxUnavailable, self.deadline) = (maxSurge, maxUnavailable, deadline)
    }

    /// `rolling`
    public var name: String { "rolling" }

    /// One step; its undo puts the former release back in the same way.
    ///
    /// A release that is in place and not settled is seen through; there is nothing to take back then.
    public func plan(
        from observation: Observation,
        to release: Release,
        accepting: Set<String>
    ) throws(PlanFailure) -> Plan {
        let batch = Batch(maxSurge: maxSurge, maxUnavailable: maxUnavailable)
        var features: [Feature] = batch == Batch() ? [.rolling] : [.batch]
        if let maxSurge, let maxUnavailable, !maxSurge.isZero, !maxUnavailable.isZero { features.append(.mixedBatch) }
        let fidelity = try observation.fidelity(for: features, of: name, accepting: accepting)
        let settling = Step(
            "settle",
            "Wait until every replica runs \(release.version)",
            .perform(action: .replacedInPlace(release: release, batch: Batch())),
            deadline: deadline ?? observation.patience
        )
        return try observation.plan(name, to: release, fidelity: fidelity, settling: [settling]) { live in
            [
                Step(
                    "replace",
                    "Replace \(live.version) by \(release.version)",
                    .perform(action: .replacedInPlace(release: release, batch: batch)),
                    undo: [.replacedInPlace(release: live, batch: batch)],
                    deadline: deadline ?? observation.patience
                )
            ]
        }
    }
}
