import SlipwayAWS
import SlipwayBase
import SlipwayModel

extension Observer {
    /// One environment, replaced in place.
    func observePlain(_ seen: Seen) async throws(ProviderFailure) -> Observation {
        var capabilities = Capabilities(
            [.rolling: rolling(seen), .batch: .exact, .trial: trial(seen)],
            trialLimits: TrialLimits(percent: 1...99, seconds: 180...36_000, secondsStep: 60)
        )
        (capabilities[.batch], capabilities[.mixedBatch]) = batches(seen)
        for feature in [Feature.blueGreen, .weights, .headers, .candidateScale, .emptyFleet] {
            capabilities[feature] = .impossible(
                why: "the target names one environment",
                instead: "`rolling`, a canary of one weight and one pause, or a target with two environments "
                    + "(`blue:` and `green:`, or `stable:` and `canary:`)"
            )
        }
        if let trouble = trouble(seen) {
            for feature in [Feature.rolling, .batch, .mixedBatch, .trial] { capabilities[feature] = trouble }
        } else {
            try await validate(seen, &capabilities)
        }
        let state = seen.state
        return Observation(
            target: target,
            live: live(seen.environment),
            replicas: seen.count,
            isSettled: isSettled(seen),
            capabilities: capabilities,
            snapshot: Snapshot(stable: state, candidate: nil).json,
            fingerprint: digest([state.digested, .bool(isSettled(seen))]),
            summary: [summary(seen), "deployed by \(policy(seen.options))"],
            warnings: warnings(seen)
        )
    }

    /// What the environment's own policy does to production.
    private func rolling(_ seen: Seen) -> Fidelity {
        guard seen.options[.deploymentPolicy].lowercased() == "allatonce" else { return .exact }
        return .approximated(
            name: "allAtOnce",
            why: "\(seen.environment.name) has the deployment policy AllAtOnce",
            differs: "all instances are replaced at the same time and production is down meanwhile"
        )
    }

    private func batches(_ seen: Seen) -> (batch: Fidelity, mixed: Fidelity) {
        let mixed = Fidelity.approximated(
            name: "partialSurge",
            why: "Elastic Beanstalk has additional batches or missing ones, not both",
            differs: "one additional batch is started and none goes missing"
        )
        guard seen.options.isSingleInstance else { return (.exact, mixed) }
        // One instance is replaced whole: by a second one beside it, which only enhanced health can judge, or in place.
        guard seen.options.hasEnhancedHealth else {
            let down = Fidelity.approximated(
                name: "allAtOnce",
                why: "\(seen.environment.name) is a single instance with basic health",
                differs: "it is replaced in place and production is down meanwhile"
            )
            return (down, down)
        }
        return (.exact, .exact)
    }

    private func trial(_ seen: Seen) -> Fidelity {
        let name = seen.environment.name
        guard seen.environment.isWebTier else {
            return .impossible(why: "\(name) is a worker, which no requests reach", instead: "`rolling`")
        }
        guard !seen.options.isSingleInstance else {
            return .impossible(why: "\(name) is a single instance", instead: "`rolling`")
        }
        guard seen.options.hasApplicationLoadBalancer else {
            return .impossible(
                why: "\(name) has a \(seen.options[.loadBalancerType]) load balancer, and only an application load "
                    + "balancer splits traffic",
                instead: "`rolling`, or an environment with an application load balancer"
            )
        }
        return .exact
    }

    /// Asks whether the environment takes the options that a batch or a trial would set.
    private func validate(_ seen: Seen, _ capabilities: inout Capabilities) async throws(ProviderFailure) {
        let batch: [Setting] =
            seen.options.isSingleInstance
            ? [Setting(option: .deploymentPolicy, value: seen.options.hasEnhancedHealth ? "Immutable" : "AllAtOnce")]
            : [
                Setting(option: .deploymentPolicy, value: "Rolling"), Setting(option: .batchSizeType, value: "Fixed"),
                Setting(option: .batchSize, value: "1"),
            ]
        if let refusal = try await objection(batch, seen) {
            (capabilities[.batch], capabilities[.mixedBatch]) = (refusal, refusal)
        }
        if case .impossible = capabilities[.trial] { return }
        let trial = [
            Setting(option: .deploymentPolicy, value: "TrafficSplitting"),
            Setting(option: .newVersionPercent, value: "10"), Setting(option: .evaluationTime, value: "5"),
        ]
        if let refusal = try await objection(trial, seen) { capabilities[.trial] = refusal }
    }

    private func objection(_ wanted: [Setting], _ seen: Seen) async throws(ProviderFailure) -> Fidelity? {
        let reply = try await cloud.send(cloud.calls.validate(wanted, on: seen.environment))
        guard let first = ElasticBeanstalkReplies.objections(reply.result).first else { return nil }
        return .impossible(
            why: "\(seen.environment.name) does not take \(wanted[0].words): \(first)",
            instead: "a strategy without it, or a corrected environment"
        )
    }

    private func policy(_ options: Options) -> String {
        switch options[.deploymentPolicy].lowercased() {
        case "rolling", "rollingwithadditionalbatch":
            let percent = options[.batchSizeType].lowercased() == "percentage" ? "%" : ""
            return "\(options[.deploymentPolicy]), batches of \(options[.batchSize])\(percent)"
        case "trafficsplitting":
            return "TrafficSplitting, \(options[.newVersionPercent])% for \(options[.evaluationTime]) minutes"
        default: return options[.deploymentPolicy]
        }
    }
}
