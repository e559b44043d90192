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
    /// 429 with Retry-After; the server has not acted.
    case tooManyRequests
    /// 500; the server has acted all the same.
    case internalError
    /// 503; the server has not acted.
    case unavailable
    /// 409; the server has not acted.
    case conflict
    /// 410; the server has not acted.
    case gone
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
    var before: SimulatedTransport.Outcome? {
        switch self {
        case .noConnection: .failure(HTTPFailure(.unsent, "could not connect"))
        case .resetBefore: .failure(HTTPFailure(.unanswered, "connection reset by peer"))
        case .tooManyRequests: .response(Self.refusal(429, "TooManyRequests", [.retryAfter: "3"]))
        case .unavailable: .response(Self.refusal(503, "ServiceUnavailable"))
        case .conflict: .response(Self.refusal(409, "Conflict"))
        case .gone: .response(Self.refusal(410, "Expired"))
        case .crashBefore: .failure(HTTPFailure(.cancelled, "the process died"))
        default: nil
        }
    }

    /// What is answered in place of the true answer.
    func after(_ response: Response) -> SimulatedTransport.Outcome? {
        switch self {
        case .resetAfter: return .failure(HTTPFailure(.unanswered, "connection reset by peer"))
        case .timeOut: return .failure(HTTPFailure(.unanswered, "no answer in time"))
        case .internalError: return .response(Self.refusal(500, "InternalError"))
        case .crashAfter: return .failure(HTTPFailure(.cancelled, "the process died"))
        case .truncated:
            var cut = response
            cut.body = Array(response.body.prefix(response.body.count / 2))
            return .response(cut)
        case .wrongType:
            let page = Array("<html><body>Sign in</body></html>".utf8)
            return .response(Response(status: 200, headers: [.contentType: "text/html"], body: page))
        default: return nil
        }
    }

    private static func refusal(_ code: Int, _ reason: String, _ headers: HTTPFields = [:]) -> Response {
        let status: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": "planted fault",
            "reason": .string(reason), "code": JSON(code),
        ]
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: code, headers: headers, body: status.bytes)
    }
}

/// A crash of the process around one write of the journal.
public struct Crash: Hashable, Sendable, CustomStringConvertible {
    /// When in the write.
    public enum Moment: String, Hashable, Sendable, CaseIterable {
        /// Nothing was written.
        case before
        /// It was written, and the process never learned of it.
        case during
        /// It was written, and the process died at its next step.
        case after
    }

    /// The write, from 0.
    public var append: Int
    /// When in the write.
    public var moment: Moment

    /// Makes a crash.
    public init(append: Int, moment: Moment) { (self.append, self.moment) = (append, moment) }

    /// `crash during write 7`
    public var description: String { "crash \(moment.rawValue) write \(append)" }
}
