import CCurl
import SlipwayBase
import SlipwayHTTP

/// How a transfer ended.
typealias Outcome = Result<Response, HTTPFailure>

/// One request under way.
///
/// `state` is shared; everything else that changes belongs to the loop's thread alone.
final class Transfer: @unchecked Sendable {
    /// What the caller's task and the loop share.
    struct State {
        var pieces: [[UInt8]] = []
        var firstPiece = 0
        var bytesQueued = 0
        var isPaused = false
        var isCancelAsked = false
        var hasHead = false
        var outcome: Outcome?
        var answerWaiter: CheckedContinuation<Outcome, Never>?
        var pieceWaiter: CheckedContinuation<Result<[UInt8]?, HTTPFailure>, Never>?
    }

    let plan: RequestPlan
    let loop: EventLoop
    let state = Locked(State())

    var easy: EasyHandle?
    var headerList: UnsafeMutablePointer<curl_slist>?
    var detourList: UnsafeMutablePointer<curl_slist>?
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    var head = HeadReader()
    var status = 0
    var body: [UInt8] = []
    var bytesSent = 0
    /// Whether libcurl has begun to write this request to a connection: the proof for "unsent".
    var hasBegun = false
    /// What went wrong on our side of a callback; it explains the error that libcurl reports afterwards.
    var fault: HTTPFailure?
    /// Whether libcurl was told to wait and holds bytes back.
    var isHeldBack = false
    /// Whether nobody wants the body any more.
    var isDiscarding = false
    var connectionsCounted = 0
    let totalDeadline: UInt64
    var lastActivity: UInt64

    init(_ plan: RequestPlan, _ loop: EventLoop) {
        (self.plan, self.loop) = (plan, loop)
        errorText[0] = 0
        lastActivity = ccurl_milliseconds()
        let total = plan.request.bounds.total
        totalDeadline = total > .zero ? lastActivity &+ UInt64(max(total.milliseconds, 1)) : .max
    }

    deinit {
        loop.curl.pointee.slist_free_all(headerList)
        loop.curl.pointee.slist_free_all(detourList)
        errorText.deallocate()
    }

    var isFinished: Bool { state.withLock { $0.outcome != nil } }

    // MARK: - On the caller's side

    /// Starts, and waits for the whole response, or for the head of a streamed one.
    func answer() async throws(HTTPFailure) -> Response {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                // The cancellation may have come first: look and register in one critical section.
                let known = state.withLock { state -> Outcome? in
                    if state.outcome == nil { state.answerWaiter = waiter }
                    return state.outcome
                }
                if let known { return waiter.resume(returning: known) }
                if let refusal = loop.submit(.start(self)) { finish(.failure(refusal)) }
            }
        } onCancel: {
            cancel()
        }
        return try outcome.get()
    }

    /// The next piece of a streamed body; nil at its end.
    func nextPiece() async throws(HTTPFailure) -> [UInt8]? {
        let piece = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let (known, resumes) = state.withLock {
                    $0.takePiece(orWait: waiter, plan.settings.streamHighWaterBytes)
                }
                if resumes { loop.submit(.resume(self)) }
                if let known { waiter.resume(returning: known) }
            }
        } onCancel: {
            cancel()
        }
        return try piece.get()
    }

    /// Gives the transfer up, at whatever point it is.
    func cancel() {
        let isNews = state.withLock { state in
            defer { state.isCancelAsked = true }
            return state.outcome == nil && !state.isCancelAsked
        }
        if isNews { loop.submit(.cancel(self)) }
    }

    /// Keeps the first outcome and tells whoever waits; from any thread.
    func finish(_ outcome: Outcome) {
        let (answer, piece) = state.withLock { state in
            guard state.outcome == nil else { return (state.answerWaiter, state.pieceWaiter) }
            state.outcome = outcome
            defer { (state.answerWaiter, state.pieceWaiter) = (nil, nil) }
            return (state.answerWaiter, state.pieceWaiter)
        }
        answer?.resume(returning: outcome)
        piece?.resume(returning: outcome.map { _ in nil })
    }
}

extension Transfer.State {
    /// The next piece or the end, or nil after registering `waiter`; and whether a paused transfer may go on.
    mutating func takePiece(
        orWait waiter: CheckedContinuation<Result<[UInt8]?, HTTPFailure>, Never>,
        _ highWater: Int
    ) -> (Result<[UInt8]?, HTTPFailure>?, resumes: Bool) {
        if firstPiece < pieces.count {
            let piece = pieces[firstPiece]
            pieces[firstPiece] = []
            firstPiece += 1
            bytesQueued -= piece.count
            if firstPiece == pieces.count {
                pieces.removeAll(keepingCapacity: true)
                firstPiece = 0
            }
            return (.success(piece), goOn(below: highWater / 2))
        }
        if let outcome { return (outcome.map { _ in nil }, false) }
        guard pieceWaiter == nil else {
            return (.failure(HTTPFailure(.refused, "this response body is being read by another task already")), false)
        }
        pieceWaiter = waiter
        return (nil, goOn(below: .max))
    }

    private mutating func goOn(below limit: Int) -> Bool {
        guard isPaused, bytesQueued <= limit else { return false }
        isPaused = false
        return true
    }
}
