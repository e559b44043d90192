import SlipwayAWS
import SlipwayBase
import SlipwayModel

extension Observer {
    /// An environment that serves, and one that takes a share.
    func observeCanary(
        _ stable: Seen,
        _ name: String,
        _ candidate: Seen?,
        _ weights: ElasticBeanstalkLayout.Weights
    ) async throws(ProviderFailure) -> Observation {
        let front = try await weights.read(stable.environment, candidate?.environment, cloud)
        var capabilities = Capabilities([.candidateScale: .exact])
        capabilities[.weights] = sharing(weights, front, stable, candidate)
        capabilities[.headers] = .impossible(
            why: "requests are shared by weight alone here",
            instead: "weights without `setHeaderRoute`"
        )
        for feature in [Feature.rolling, .batch, .mixedBatch, .blueGreen, .trial, .emptyFleet] {
            capabilities[feature] = .impossible(
                why: "the target names a stable and a canary environment",
                instead: "`strategy: { canary: … }`, or name `environment:` or `blue:` and `green:`"
            )
        }
        let state = candidate?.state ?? Snapshot.State(name: name)
        let settled = [stable, candidate].compactMap { $0 }.map(isSettled)
        return Observation(
            target: target,
            live: live(stable.environment),
            replicas: stable.count,
            isSettled: isSettled(stable),
            capabilities: capabilities,
            snapshot: Snapshot(stable: stable.state, candidate: state, front: front.remembered).json,
            fingerprint: digest(
                [stable.state.digested, state.digested, front.remembered] + settled.map { .bool($0) }
            ),
            summary: [
                summary(stable), candidate.map(summary) ?? "\(name): to be made like \(stable.environment.name)",
                "\(front.shares.percent)% of production goes to \(name)",
            ],
            warnings: warnings(stable)
        )
    }

    private func sharing(
        _ weights: ElasticBeanstalkLayout.Weights,
        _ front: any Front,
        _ stable: Seen,
        _ candidate: Seen?
    ) -> Fidelity {
        for seen in [stable, candidate].compactMap({ $0 }) {
            guard seen.environment.isWebTier else {
                return .impossible(
                    why: "\(seen.environment.name) is a worker, which no requests reach",
                    instead: "`rolling` with `environment:`"
                )
            }
            if let trouble = trouble(seen) { return trouble }
        }
        if let trouble = front.trouble { return trouble }
        if front.shares.percent > 0 {
            return .impossible(
                why: "the canary environment already takes \(front.shares.percent)% of production",
                instead: "the former release first: finish or abort it, or give everything to the stable environment"
            )
        }
        switch weights {
        case .listenerRule:
            guard candidate == nil, !stable.options.isSharingLoadBalancer else { return .exact }
            return .impossible(
                why: "\(stable.environment.name) has a load balancer of its own, so that an environment made like it "
                    + "is out of the rule's reach",
                instead: "two environments on one shared load balancer"
            )
        case .route53:
            return .approximated(
                name: "dnsWeights",
                why: "production is shared by weighted records in DNS",
                differs: "resolvers keep an answer for its time to live, so weights hold for clients and not requests"
            )
        }
    }
}
