import SlipwayModel
import Testing

/// What can be wrong with a provider, each with the rule that it breaks.
enum Flaw: String, CaseIterable, CustomTestStringConvertible {
    case writesWhileObserving, seesThingsDifferently, isSilent, neverFinishes, givesUp, givesUpAndLeaks, wantsNoWait
    case actsAgain, failsWhenAskedAgain, onlyPretends, forgetsToUndo, leaksIntoThePlan, leaksIntoProgress

    var testDescription: String { rawValue }

    var rules: Set<String> {
        switch self {
        case .writesWhileObserving, .seesThingsDifferently: ["observe looks and never touches"]
        case .isSilent: ["every action is outlined for people"]
        case .neverFinishes, .givesUp: ["every action reaches its end state"]
        case .givesUpAndLeaks: ["every action reaches its end state", "no secret is given away"]
        case .wantsNoWait: ["a running action says when to ask again"]
        case .actsAgain, .failsWhenAskedAgain: ["an action whose end state holds does nothing"]
        case .onlyPretends: ["after the last step the new release is live"]
        case .forgetsToUndo: ["undo puts back what was before"]
        case .leaksIntoThePlan, .leaksIntoProgress: ["no secret is given away"]
        }
    }
}

extension LampProvider {
    /// What the flaw does instead of the action; nil where it does not show.
    func broken(_ call: Call) throws(ProviderFailure) -> Progress? {
        switch (flaw, call.action) {
        case (.neverFinishes, .live): return .running(token: nil, pollAfter: .seconds(1), status: Status())
        case (.givesUp, .live): throw ProviderFailure(.refused, "the switch is stuck")
        case (.givesUpAndLeaks, .live): throw ProviderFailure(.refused, "the switch does not take \(Self.key)")
        case (.forgetsToUndo, .unstaged): return .done(status: Status())
        case (.failsWhenAskedAgain, .live(let release)):
            let lit = street.now.rows[street.now.lit]?.release
            if lit == release, call.token == nil { throw ProviderFailure(.conflict, "it is switched already") }
            return nil
        default: return nil
        }
    }
}
