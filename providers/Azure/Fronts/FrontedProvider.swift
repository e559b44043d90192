public import SlipwayBase
public import SlipwayModel
import SlipwaySigning

/// A provider of two fleets between which something outside of it shares production; it is told how, each time.
public protocol FrontedFleets: Sendable {
    /// Looks, never touches; `share` is what the candidate takes of production, in percent.
    func observe(share: Int) async throws(ProviderFailure) -> Observation

    /// Moves `call`, which is never about routing, forward and returns at once.
    func advance(_ call: Call, share: Int) async throws(ProviderFailure) -> Progress

    /// What the fleet that is to gain production (the candidate when `isCandidate`) lacks for it; nil when nothing.
    func missing(_ call: Call, forCandidate isCandidate: Bool) async throws(ProviderFailure) -> Progress?

    /// The calls that `action` will make, for people. Pure.
    func outline(_ action: Action, in context: PlanContext) -> [String]
}

/// A canary whose weights are those of a front before two fleets: the front does the routing, the fleets the rest.
///
/// Approximated, because a front is not in force at once.
public struct FrontedProvider: Provider {
    /// Where the front's memory stands in the snapshot, beside what the fleets remember.
    private static let memory = "azureFront"
    /// How long Azure may take for the writes themselves.
    private static let writing = Duration.seconds(900)

    private let target: String
    private let fleets: any FrontedFleets
    private let front: any AzureFront
    private let time: any TimeSource
    private let operations = FrontOperations()

    /// Puts `front` before `fleets`.
    public init(target: String, _ fleets: any FrontedFleets, behind front: any AzureFront, time: any TimeSource) {
        (self.target, self.fleets, self.front, self.time) = (target, fleets, front, time)
    }

    /// Reads the front and the fleets once; writes nothing.
    public func observe() async throws(ProviderFailure) -> Observation {
        let reading = try await read()
        var observation = try await fleets.observe(share: reading.percent)
        observation.capabilities = capabilities(observation.capabilities, reading)
        observation.routingPatience = max(observation.routingPatience, reading.propagation + Self.writing)
        observation.isSettled = observation.isSettled && !reading.isChanging
        observation.snapshot[Self.memory] = reading.remembered
        observation.summary.append(summary(reading))
        observation.warnings += reading.warnings
        if reading.isChanging { observation.warnings.append("\(front.words) is being changed.") }
        let digested = JSON.array([.string(observation.fingerprint), reading.remembered])
        observation.fingerprint = SHA256.hexDigest(of: digested.canonical.bytes)
        return observation
    }

    /// Brings `call` forward by at most one write.
    public func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        switch call.action {
        case .routed(let percent, _):
            return try await work(call).route(percent) { (isCandidate) async throws(ProviderFailure) in
                try await fleets.missing(call, forCandidate: isCandidate)
            }
        case .matched(let headers, _):
            guard headers.isEmpty else {
                throw ProviderFailure(.refused, "\(target): \(front.words) cannot route by header.")
            }
            return .done(status: Status())
        case .ramped: throw ProviderFailure(.refused, "\(target): \(front.words) raises no shares by itself.")
        case .live: throw ProviderFailure(.refused, "\(target): \(front.words) shares production for a canary only.")
        case .unstaged:
            if let former = call.context.snapshot[Self.memory], let progress = try await work(call).restore(former) {
                return progress
            }
            return try await fleets.advance(call, share: 0)
        case .staged, .replacedInPlace, .replacedAfterTrial, .retired:
            return try await fleets.advance(call, share: try await read().percent)
        }
    }

    /// The calls that `action` will make.
    public func outline(_ action: Action, in context: PlanContext) -> [String] {
        switch action {
        case .routed(let percent, _):
            let places = [
                front.outline(setting(100 - percent, .stable, context), to: .stable),
                front.outline(setting(percent, .candidate, context), to: .candidate),
            ]
            return places + ["wait until everybody is led by it"]
        case .matched(let headers, _): return headers.isEmpty ? [] : ["impossible: \(front.words) knows no headers"]
        case .ramped: return ["impossible: \(front.words) raises no shares by itself"]
        case .unstaged: return ["\(front.words): as it was before"] + fleets.outline(action, in: context)
        default: return fleets.outline(action, in: context)
        }
    }

    private func work(_ call: Call) -> FrontWork { FrontWork(front, call, operations: operations, time: time) }

    private func read() async throws(ProviderFailure) -> FrontReading {
        do throws(AzureFailure) { return try await front.read() } catch { throw ProviderFailure(error) }
    }

    private func capabilities(_ offered: Capabilities, _ reading: FrontReading) -> Capabilities {
        var capabilities = offered
        if case .exact = offered[.weights] { capabilities[.weights] = reading.trouble ?? front.fidelity }
        capabilities[.headers] = .impossible(
            why: "\(front.words) knows no routing by header that is ours",
            instead: "steps without `setHeaderRoute`, or an HTTPRoute in the cluster"
        )
        return capabilities
    }

    private func setting(_ share: Int, _ part: FrontPart, _ context: PlanContext) -> FrontSetting {
        guard !(1...99).contains(share) else { return FrontSetting(weight: share, isEnabled: true) }
        let former = context.snapshot[Self.memory]?[part.rawValue]?["weight"]?.int ?? 100
        return FrontSetting(weight: former, isEnabled: share > 0)
    }

    private func summary(_ reading: FrontReading) -> String {
        let sides = [reading.stable, reading.candidate].map { side in
            side.setting.isEnabled ? "\(side.name) \(side.setting.weight)" : "\(side.name) takes no part"
        }
        return "\(front.words): \(sides.joined(separator: ", "))"
    }
}

extension FrontedProvider: ChangeSource {
    /// What the fleets can tell; a front tells nothing by itself.
    public func changes(for call: Call) -> AsyncStream<Void> {
        if case .routed = call.action { return AsyncStream { $0.finish() } }
        guard let source = fleets as? any ChangeSource else { return AsyncStream { $0.finish() } }
        return source.changes(for: call)
    }
}
