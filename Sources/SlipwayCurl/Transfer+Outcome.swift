import CCurl
import SlipwayBase
import SlipwayHTTP

// How a transfer ends, and when it has taken too long.
extension Transfer {
    /// What `code` means for this transfer.
    func outcome(of code: CURLcode) -> Outcome {
        if let fault { return .failure(fault) }
        guard code == CURLE_OK else {
            let fault = CurlFault(code: Int(code.rawValue))
            let words = errorText[0] != 0 ? UnsafePointer(errorText) : loop.curl.pointee.easy_strerror(code)
            let detail = words.map { String(cString: $0) } ?? ""
            return .failure(failure(fault.reach(hasBegun: hasBegun), fault.sentence + Self.safe(detail)))
        }
        guard status > 0 else { return .failure(failure(.unanswered, "the connection ended without an answer")) }
        return .success(Response(status: status, headers: head.fields, body: body))
    }

    /// When this transfer has to be looked at again, on the loop's clock.
    var deadline: UInt64 {
        guard let quiet = quietMax else { return totalDeadline }
        return min(totalDeadline, lastActivity &+ UInt64(max(quiet.milliseconds, 1)))
    }

    /// How long nothing may happen; while it connects, the connect bound counts where it is the longer one.
    private var quietMax: Duration? {
        let bounds = plan.request.bounds
        guard bounds.idle > .zero else { return nil }
        return hasBegun ? bounds.idle : max(bounds.idle, bounds.connect)
    }

    /// Why the transfer has to end at `now`; nil when it may go on. A reader that is slow on purpose is not idleness.
    func overdue(at now: UInt64) -> HTTPFailure? {
        guard now >= deadline else { return nil }
        let bounds = plan.request.bounds
        let reach: HTTPFailure.Reach = hasBegun ? .unanswered : .unsent
        if now >= totalDeadline { return failure(reach, "not answered in full within \(bounds.total.text)") }
        if state.withLock({ $0.isPaused }) {
            touch()
            return nil
        }
        let reason = hasBegun ? "not a byte came or went" : "no connection was ready"
        return failure(reach, "\(reason) for \((quietMax ?? .zero).text)")
    }

    var cancelledFailure: HTTPFailure {
        failure(.cancelled, hasBegun ? "cancelled under way" : "cancelled before it was sent")
    }

    var shutDownFailure: HTTPFailure {
        failure(hasBegun ? .unanswered : .unsent, "the HTTP client was shut down before an answer came")
    }

    /// libcurl's own words in brackets, unless they may quote a proxy URL with its password.
    private static func safe(_ detail: String) -> String {
        guard !detail.contains("@"), !detail.lowercased().contains("unsupported proxy") else { return "" }
        return " (\(detail.printable(max: 300)))"
    }
}
