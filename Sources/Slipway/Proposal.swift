public import SlipwayBase
public import SlipwayConfig
public import SlipwayEngine
public import SlipwayModel

/// A plan, and the connection it can be carried out on.
public struct Proposal: Sendable {
    /// The plan.
    public var plan: Plan
    /// What to know before going on.
    public var warnings: [String]
    /// What stands where now.
    public var summary: [String]
    /// The connected target.
    public var session: Session

    /// Makes a proposal.
    public init(plan: Plan, warnings: [String] = [], summary: [String] = [], session: Session) {
        (self.plan, self.warnings, self.summary, self.session) = (plan, warnings, summary, session)
    }
}

/// Why there is no plan, or why a run did not come to its end.
public enum RunFailure: Error, Sendable, CustomStringConvertible {
    /// The config or what it names cannot be used.
    case input(InputFailure)
    /// The target could not be looked at; nothing was touched.
    case observation(ProviderFailure)
    /// The target cannot do what the strategy asks for.
    case plan(PlanFailure)
    /// Another process of this machine works on the target.
    case claim(ClaimFailure)
    /// Another run of the target is unfinished, or the journal cannot be used.
    case opening(OpenFailure)
    /// Nothing seems to be left to do, and that could not be made sure of; nothing was touched.
    case unconfirmed(EngineFailure)
    /// This run stopped before its end.
    case stopped(RunID, EngineFailure)
    /// Watching a run of another process was given up; it goes on.
    case unfollowed(RunID)

    /// One sentence, or one line a diagnostic.
    public var description: String {
        switch self {
        case .input(let failure): failure.description
        case .observation(let failure): failure.summary
        case .plan(let failure): failure.summary
        case .claim(let failure): failure.description
        case .opening(let failure): failure.description
        case .unconfirmed(let failure): failure.description
        case .stopped(_, let failure): failure.description
        case .unfollowed(let run): "no longer watched; another process goes on with \(run)"
        }
    }
}

extension Toolkit {
    /// Looks at `target` and plans how to get it to the release of `configuration`. Touches nothing.
    public func plan(
        _ target: TargetConfiguration,
        of configuration: Configuration
    ) async throws(RunFailure) -> Proposal {
        let session: Session
        let pinned: PinnedRelease
        do throws(InputFailure) {
            session = try await connect(target, of: configuration)
            pinned = try session.connection.pin(target.release)
        } catch { throw .input(error) }
        var proposal = try await plan(session, to: pinned.release)
        proposal.warnings += pinned.warnings
        return proposal
    }

    /// Looks at a connected target and plans how to get it to `release`. Touches nothing.
    public func plan(_ session: Session, to release: Release) async throws(RunFailure) -> Proposal {
        let provider = session.connection.provider
        let seen: Observation
        do throws(ProviderFailure) { seen = try await provider.observe() } catch {
            var failure = error
            let prefix = "\(session.target.name): "
            if !failure.summary.hasPrefix(prefix) { failure.summary = prefix + failure.summary }
            throw .observation(failure)
        }
        do throws(PlanFailure) {
            let plan = try session.target.strategy.plan(from: seen, to: release, accepting: session.target.accept)
            return Proposal(
                plan: plan.outlined(by: provider),
                warnings: session.connection.warnings + seen.warnings + seen.cautions(for: plan),
                summary: seen.summary,
                session: session
            )
        } catch {
            throw .plan(error)
        }
    }
}
