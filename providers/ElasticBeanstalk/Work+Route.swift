import SlipwayAWS
import SlipwayBase
import SlipwayModel

extension ElasticBeanstalkLayout.Weights {
    /// What shares production, as it is now.
    func read(_ stable: Environment, _ candidate: Environment?, _ cloud: Cloud) async throws(ProviderFailure)
        -> any Front
    {
        switch self {
        case .listenerRule(let arn): try await RuleFront.read(arn, stable, candidate, cloud)
        case .route53(let zone, let name):
            try await RecordFront.read(zone: zone, name: name, stable, candidate, cloud)
        }
    }
}

extension Work {
    /// The candidate takes `percent` of production.
    func route(_ percent: Int, _ release: Release) async throws(ProviderFailure) -> Progress {
        guard case .canary(_, _, let weights) = settings.layout else {
            throw ProviderFailure(.refused, "\(call.context.target) has nothing that shares production.")
        }
        let (stable, candidate) = try await fleets()
        guard let candidate else {
            // What is gone takes nothing; the way back goes on.
            if percent == 0 { return .done(status: Status(weight: 0)) }
            throw ProviderFailure(.conflict, "\(snapshot.candidate.name) is not there any more.")
        }
        let front = try await weights.read(stable, candidate, cloud)
        let present = front.shares.percent
        if front.shares.isExactly(percent) { return try await spread(front, percent) }
        if case .impossible(let why, _) = front.trouble {
            throw ProviderFailure(.conflict, "\(front.words): \(why); somebody changed it.")
        }
        let gains = percent > present
        let status = Status(weight: present)
        if gains {
            guard candidate.isReady else { return try await watch(candidate, status) }
            guard candidate.label == label(call.context.new) else {
                throw ProviderFailure(
                    .conflict,
                    "\(candidate.words) does not run \(label(call.context.new)) any more; someone changed it."
                )
            }
            let progress = try await settle(candidate, on: call.context.new)
            guard case .done = progress else { return progress }
        }
        switch try await front.missing(forCandidate: gains) {
        case .time(let note)?:
            let name = gains ? candidate.name : stable.name
            return running(memory, Pace.look, status, note: "\(name): \(note)")
        case .place?: return try await write(front, percent: 0, status)
        case nil: return try await write(front, percent: percent, status)
        }
    }

    /// The candidate's share of production right now.
    func weight() async throws(ProviderFailure) -> Int {
        guard case .canary(_, _, let weights) = settings.layout else { return 0 }
        let (stable, candidate) = try await fleets()
        guard let candidate else { return 0 }
        return try await weights.read(stable, candidate, cloud).shares.percent
    }

    /// Nil when what shares production is as it was before the plan; otherwise the next step toward that.
    func clearRoute() async throws(ProviderFailure) -> Progress? {
        guard case .canary(_, _, let weights) = settings.layout else { return nil }
        let (stable, candidate) = try await fleets()
        let front = try await weights.read(stable, candidate, cloud)
        guard front.shares.percent == 0 else {
            throw ProviderFailure(
                .conflict,
                "\(snapshot.candidate.name) still takes production traffic; it is not taken down."
            )
        }
        if let progress = try await pending(front) { return progress }
        guard front.remembered != snapshot.front else { return nil }
        if let progress = heldUp() { return progress }
        var memory = memory
        do throws(AWSFailure) { memory.change = try await front.restore(snapshot.front) } catch {
            throw ProviderFailure(error)
        }
        return running(memory, Pace.soon, Status(weight: 0), note: "put \(front.words) back")
    }

    private func fleets() async throws(ProviderFailure) -> (Environment, Environment?) {
        let found = try await cloud.environments([snapshot.stable.name, snapshot.candidate.name])
        guard let stable = found[0] else {
            throw ProviderFailure(.refused, "Environment \(snapshot.stable.name) is not there any more.")
        }
        return (stable, found[1])
    }

    private func write(_ front: any Front, percent: Int, _ status: Status) async throws(ProviderFailure) -> Progress {
        if let progress = heldUp() { return progress }
        var memory = memory
        do throws(AWSFailure) { memory.change = try await front.set(percent: percent) } catch {
            throw ProviderFailure(error)
        }
        return running(memory, Pace.soon, status, note: "asked \(front.words) for \(percent)%")
    }

    /// `done` once a change of records has reached every name server.
    private func spread(_ front: any Front, _ percent: Int) async throws(ProviderFailure) -> Progress {
        try await pending(front) ?? .done(status: Status(weight: percent))
    }

    private func pending(_ front: any Front) async throws(ProviderFailure) -> Progress? {
        guard let change = memory.change, try await !front.isEverywhere(change) else { return nil }
        return running(memory, Pace.look, note: "waiting until every name server has \(front.words)")
    }
}
