import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation

/// What may go wrong with one call.
public enum FaultKind: String, Hashable, Sendable, CaseIterable {
    /// No connection: nothing reaches the server.
    case noConnection
    /// The connection breaks before the server acts.
    case resetBefore
    /// The connection breaks after the server has acted.
    case resetAfter
    /// No answer in time; the server has acted.
    case timeOut
    /// 504; the server has acted all the same.
    case gatewayTimeout
    /// 429 with Retry-After; the server has not acted.
    case tooManyRequests
    /// Too many requests, said in the platform's own way without a time to wait; the server has not acted.
    case throttled
    /// 500; the server has acted all the same.
    case internalError
    /// 503; the server has not acted.
    case unavailable
    /// 409; the server has not acted.
    case conflict
    /// 410; the server has not acted.
    case gone
    /// What the call is about is busy; the server has not acted.
    case busy
    /// The answer's body ends in the middle.
    case truncated
    /// The answer is a web page.
    case wrongType
    /// The process dies before the call leaves.
    case crashBefore
    /// The process dies after the server has acted.
    case crashAfter
    /// The process sleeps past the end of its lock, and another run takes it.
    case lockStolen
}

/// A fault, and when it strikes.
public struct Fault: Hashable, Sendable, CustomStringConvertible {
    /// What goes wrong.
    public var kind: FaultKind
    /// The call it strikes, from 0.
    public var call: Int
    /// Whether every later call is struck too, until the process has ended once.
    public var isForEver: Bool

    /// Makes a fault.
    public init(_ kind: FaultKind, call: Int, isForEver: Bool = false) {
        (self.kind, self.call, self.isForEver) = (kind, call, isForEver)
    }

    /// `resetAfter at call 12, for ever`
    public var description: String { "\(kind.rawValue) at call \(call)" + (isForEver ? ", for ever" : "") }

    func strikes(_ index: Int) -> Bool { isForEver ? index >= call : index == call }
}

extension FaultKind {
    /// What is answered in place of the server, which then never sees the call.
    func before(_ request: Request, on platform: some LabPlatform) -> SimulatedOutcome? {
        switch self {
        case .noConnection: return .failure(HTTPFailure(.unsent, "could not connect"))
        case .resetBefore: return .failure(HTTPFailure(.unanswered, "connection reset by peer"))
        case .crashBefore: return .failure(HTTPFailure(.cancelled, "the process died"))
        default:
            guard self != .internalError, self != .gatewayTimeout, let refusal else { return nil }
            return platform.refusal(refusal, of: request).map { .response($0) }
        }
    }

    /// What is answered in place of the true answer.
    func after(_ response: Response, to request: Request, on platform: some LabPlatform) -> SimulatedOutcome? {
        switch self {
        case .resetAfter: return .failure(HTTPFailure(.unanswered, "connection reset by peer"))
        case .timeOut: return .failure(HTTPFailure(.unanswered, "no answer in time"))
        case .internalError, .gatewayTimeout:
            return refusal.flatMap { platform.refusal($0, of: request) }.map { .response($0) }
        case .crashAfter: return .failure(HTTPFailure(.cancelled, "the process died"))
        case .truncated: return .response(response.truncated)
        case .wrongType: return platform.foreignAnswer(to: request).map { .response($0) }
        default: return nil
        }
    }

    /// Whether it can befall `request` at all.
    func canStrike(_ request: Request, on platform: some LabPlatform) -> Bool {
        guard let refusal else { return true }
        return platform.refusal(refusal, of: request) != nil
    }

    /// Whether the caller can tell that nothing has happened.
    var provesNoEffect: Bool {
        switch self {
        case .noConnection, .tooManyRequests, .throttled, .conflict, .gone, .busy: true
        default: false
        }
    }

    private var refusal: LabRefusal? {
        switch self {
        case .tooManyRequests: .tooManyRequests(retryAfterSeconds: 3)
        case .throttled: .throttled
        case .internalError: .internalError
        case .gatewayTimeout: .gatewayTimeout
        case .unavailable: .unavailable
        case .conflict: .conflict
        case .gone: .gone
        case .busy: .busy
        default: nil
        }
    }
}
