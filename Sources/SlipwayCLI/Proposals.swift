import Slipway
import SlipwayConfig
import SlipwayModel

/// Plans of several targets, made side by side.
enum Proposals {
    /// A plan a target; throws the worst failure, with everything that failed, when one cannot be made.
    static func make(_ config: Configuration, _ toolkit: Toolkit, parallel: Int) async throws(CommandFailure)
        -> [Proposal]
    {
        let results = await sideBySide(config.targets, atMost: parallel) { target -> Result<Proposal, RunFailure> in
            do throws(RunFailure) { return .success(try await toolkit.plan(target, of: config)) } catch {
                return .failure(error)
            }
        }
        var failures: [RunFailure] = []
        for result in results { if case .failure(let failure) = result { failures.append(failure) } }
        if !failures.isEmpty {
            throw CommandFailure(
                .worst(of: failures.map { ExitReason($0) }),
                failures.map(\.description).joined(separator: "\n")
            )
        }
        return results.compactMap { try? $0.get() }
    }
}

extension Proposals {
    /// Plans of a file with their targets connected; only those for `chosen` targets, all when it is empty.
    static func connect(
        _ plans: [Plan],
        _ config: Configuration,
        _ toolkit: Toolkit,
        chosen: [String]
    ) async throws -> [Proposal] {
        if let missing = chosen.first(where: { name in !plans.contains { $0.target == name } }) {
            throw InputFailure("the plan file has no plan for \(missing.printable(max: 80)).")
        }
        var proposals: [Proposal] = []
        for plan in plans where chosen.isEmpty || chosen.contains(plan.target) {
            let session = try await toolkit.connect(try config.target(plan.target), of: config)
            proposals.append(Proposal(plan: plan, session: session))
        }
        return proposals
    }
}
