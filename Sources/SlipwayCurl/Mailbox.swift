import SlipwayBase
import SlipwayHTTP

/// What other threads tell the loop.
enum Command {
    case start(Transfer)
    case cancel(Transfer)
    case resume(Transfer)
    case stop
}

/// What waits for the loop: at most one start, one cancel and one resume for each of `requestsMax` requests.
struct Mailbox {
    private(set) var isClosed = false
    private var commands: [Command] = []
    private var isAsleep = false
    private var outstanding = 0
    private let requestsMax: Int

    init(requestsMax: Int) { self.requestsMax = requestsMax }

    /// What became of a command.
    enum Receipt {
        case taken
        /// Taken, and the loop sleeps: it must be woken before the lock is given back.
        case takenByASleeper
        case refused(HTTPFailure)
    }

    /// Puts a command in; only starts are counted and can be refused for lack of room.
    mutating func put(_ command: Command) -> Receipt {
        if isClosed { return .refused(.clientShutDown) }
        if case .start(let transfer) = command {
            guard outstanding < requestsMax else {
                let reason = "\(requestsMax) requests are under way already; wait for some of them to end"
                return .refused(HTTPFailure(.unsent, "\(transfer.plan.request.label): \(reason)"))
            }
            outstanding += 1
        }
        commands.append(command)
        guard isAsleep else { return .taken }
        isAsleep = false
        return .takenByASleeper
    }

    /// Everything that waits, oldest first; `ended` requests make room for new ones.
    mutating func take(ended: Int) -> [Command] {
        outstanding -= ended
        isAsleep = false
        defer { commands = [] }
        return commands
    }

    /// Whether the loop may sleep: only when nothing waits, and from then on the next command wakes it.
    mutating func fallAsleep() -> Bool {
        isAsleep = commands.isEmpty
        return isAsleep
    }

    /// The last commands; from now on every command is refused.
    mutating func close() -> [Command] {
        isClosed = true
        return take(ended: 0)
    }
}

extension HTTPFailure {
    static var clientShutDown: HTTPFailure {
        HTTPFailure(.unsent, "the HTTP client has been shut down; make a new one")
    }
}
