import Slipway

/// What the process says to its parent; the README and the article Operations list the same figures.
enum ExitReason: Int32, CaseIterable, Error {
    /// Done: the new release is live, or the command did what was asked.
    case done = 0
    /// The release failed and was taken back.
    case failed = 1
    /// Bad input: arguments, config, credentials, journal.
    case badInput = 2
    /// Refused before anything was touched, or another run holds the target.
    case refused = 3
    /// The release was aborted and taken back.
    case aborted = 4
    /// What is live cannot be told, or the journal cannot be written: a person must look.
    case unknown = 5
    /// Stopped by a person; `slipway resume` goes on.
    case interrupted = 130

    /// The more something needs a person, the worse it is.
    private var badness: Int {
        switch self {
        case .done: 0
        case .badInput: 1
        case .refused: 2
        case .interrupted: 3
        case .aborted: 4
        case .failed: 5
        case .unknown: 6
        }
    }

    /// The worst of several targets' ends; `done` of none.
    static func worst(of all: some Sequence<ExitReason>) -> ExitReason {
        all.max { $0.badness < $1.badness } ?? .done
    }

    /// How a run's end is told; for a command that asked for an abort or a rollback, that end is what was asked for.
    init(_ verdict: Verdict, asked: Verdict = .deployed) {
        switch verdict {
        case asked: self = .done
        // What is aborted may have been on its way back for another reason: it was taken back all the same.
        case .failed where asked == .aborted, .rolledBack where asked == .aborted: self = .done
        // The end came before what was asked for was heard.
        case .deployed, .rolledBack: self = .refused
        case .failed: self = .failed
        case .aborted: self = .aborted
        case .superseded: self = .refused
        case .unknown: self = .unknown
        }
    }

    /// How a run that did not come to its end is told.
    init(_ failure: RunFailure) {
        switch failure {
        case .input: self = .badInput
        case .observation, .plan, .claim(.held), .opening(.unfinished): self = .refused
        case .opening(.journal), .claim(.unusable): self = .badInput
        case .stopped(_, .interrupted), .unfollowed: self = .interrupted
        case .stopped(_, .journal): self = .unknown
        case .stopped, .unconfirmed: self = .refused
        }
    }
}

/// Ends a command early with a sentence.
struct CommandFailure: Error {
    var status: ExitReason
    var message: String

    init(_ status: ExitReason, _ message: String) { (self.status, self.message) = (status, message) }

    init(_ failure: RunFailure) { self.init(ExitReason(failure), failure.description) }
}
