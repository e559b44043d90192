public import SlipwayBase
internal import SlipwayHTTP

/// What everything in this process shares that speaks with Azure: how fast it may ask, what repetitions may still
/// cost, and whose turn it is to write to a site or plan.
///
/// The composition root holds one and hands it to every target.
public final class AzureTraffic: Sendable {
    private struct State {
        var paces: [String: AzurePace] = [:]
        var budgets: [Origin: RetryBudget] = [:]
        var turns: [String: Turnstile] = [:]
        /// The plan of each site, as the sites' own answers told.
        var plans: [String: String] = [:]
    }

    private let time: any TimeSource
    private let state = Locked(State())

    /// Starts with full budgets.
    public init(time: any TimeSource) { self.time = time }

    /// What repetitions to `origin` may still cost.
    func budget(for origin: Origin) -> RetryBudget {
        state.withLock { state in
            let budget = state.budgets[origin] ?? RetryBudget(time: time)
            state.budgets[origin] = budget
            return budget
        }
    }

    /// How fast may be asked in `subscription`.
    func pace(of subscription: String) -> AzurePace {
        state.withLock { state in
            let pace = state.paces[subscription] ?? AzurePace(time: time)
            state.paces[subscription] = pace
            return pace
        }
    }

    /// The turns that a write to `place` needs, in the order in which everybody takes them, so that nobody waits for
    /// somebody who waits for him.
    func turns(for place: WrittenPlace) -> [Turnstile] {
        state.withLock { state in
            let keys = Set([place.resource] + [state.plans[place.resource]].compactMap(\.self))
            return keys.sorted().map { key in
                let turn = state.turns[key] ?? Turnstile()
                state.turns[key] = turn
                return turn
            }
        }
    }

    /// Remembers that the site `resource` runs on `plan`.
    func note(plan: String, of resource: String) { state.withLock { $0.plans[resource] = plan } }
}
