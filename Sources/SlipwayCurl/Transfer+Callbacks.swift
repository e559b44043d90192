import CCurl
import SlipwayBase
import SlipwayHTTP

// What libcurl calls on the loop's thread while it works on a transfer. Each returns at once.
extension Transfer {
    /// Lets the request begin; false forbids libcurl to send it a second time.
    func onRequest() -> Bool {
        touch()
        if hasBegun, !plan.request.isIdempotent {
            // libcurl repeats a request by itself when a reused connection dies without an answer.
            fault = failure(.unanswered, "the connection broke off before an answer came; look before repeating it")
            return false
        }
        hasBegun = true
        return true
    }

    /// Takes one line of the header; false ends the transfer.
    func onHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        touch()
        switch head.take(line) {
        case .more: return true
        case .tooLong:
            let limit = "the response's header is larger than \(Limits.headerBytesMax >> 10) KiB"
            fault = failure(.unanswered, "\(limit); the server is broken or hostile")
            return false
        case .end:
            onHeadEnd()
            return true
        }
    }

    private func onHeadEnd() {
        var code = 0
        ccurl_get_long(loop.curl, easy, CURLINFO_RESPONSE_CODE, &code)
        guard code >= 200 else { return }
        head.finish()
        status = code
        countConnections()
        if plan.decompresses { head.forgetEncoding() }
        guard plan.request.streamsResponse else { return }
        let waiter = state.withLock { state in
            state.hasHead = true
            defer { state.answerWaiter = nil }
            return state.answerWaiter
        }
        waiter?.resume(returning: .success(Response(status: status, headers: head.fields)))
    }

    /// Takes a part of the body; the number of bytes taken, or libcurl's word for "wait".
    func onBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        touch()
        if isDiscarding { return bytes.count }
        guard !plan.request.streamsResponse else { return onStreamedBody(bytes) }
        let limit = plan.request.bounds.responseBytesMax
        guard body.count + bytes.count <= limit else {
            fault = failure(.unanswered, "the response is larger than the \(limit) bytes that are accepted")
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func onStreamedBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        let (isTaken, waiter) = state.withLock { state in
            if let waiter = state.pieceWaiter {
                state.pieceWaiter = nil
                return (true, waiter as CheckedContinuation<Result<[UInt8]?, HTTPFailure>, Never>?)
            }
            if state.bytesQueued > 0, state.bytesQueued + bytes.count > plan.settings.streamHighWaterBytes {
                state.isPaused = true
                return (false, nil)
            }
            state.pieces.append([UInt8](bytes))
            state.bytesQueued += bytes.count
            return (true, nil)
        }
        waiter?.resume(returning: .success([UInt8](bytes)))
        isHeldBack = !isTaken
        return isTaken ? bytes.count : Int(CURL_WRITEFUNC_PAUSE)
    }

    /// Lets a paused transfer go on.
    func goOn() {
        touch()
        isHeldBack = false
        if let easy { _ = loop.curl.pointee.easy_pause(easy, CURLPAUSE_CONT) }
    }

    /// Takes back what libcurl holds for a paused transfer that is about to end; whether there was nothing.
    ///
    /// libcurl 7.88 does not free those bytes when other streams still use the connection.
    func dropHeldBack() -> Bool {
        guard isHeldBack, let easy else { return true }
        isDiscarding = true
        _ = loop.curl.pointee.easy_pause(easy, CURLPAUSE_CONT)
        return false
    }

    /// Gives the next part of the request's body.
    func onUpload(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        touch()
        guard let count = plan.upload?.read(at: bytesSent, into: buffer) else {
            fault = failure(
                hasBegun ? .unanswered : .unsent,
                "the file that is being sent became shorter or unreadable"
            )
            return Int(CURL_READFUNC_ABORT)
        }
        bytesSent += count
        return count
    }

    /// Goes back in the request's body, because libcurl sends it on another connection.
    func onRewind(to offset: Int) { bytesSent = offset }

    func touch() { lastActivity = ccurl_milliseconds() }

    /// Counts the connections opened for this transfer, each once.
    func countConnections() {
        var opened = 0
        ccurl_get_long(loop.curl, easy, CURLINFO_NUM_CONNECTS, &opened)
        guard opened > connectionsCounted else { return }
        loop.statistics.withLock { $0.connectionsOpened += opened - connectionsCounted }
        connectionsCounted = opened
    }

    func failure(_ reach: HTTPFailure.Reach, _ reason: String) -> HTTPFailure {
        HTTPFailure(reach, "\(plan.request.label): \(reason)")
    }
}

/// The C side of the callbacks: each finds its transfer and forwards.
enum Callbacks {
    static let header: ccurl_data_fn = { bytes, size, count, context in
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return transfer(context).onHeader(line) ? size * count : 0
    }
    static let body: ccurl_data_fn = { bytes, size, count, context in
        transfer(context).onBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    static let upload: ccurl_data_fn = { bytes, size, count, context in
        transfer(context).onUpload(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }
    static let rewind: ccurl_seek_fn = { context, offset, origin in
        guard origin == 0 else { return CURL_SEEKFUNC_CANTSEEK }
        transfer(context).onRewind(to: Int(offset))
        return CURL_SEEKFUNC_OK
    }
    static let request: ccurl_prereq_fn = { context, _, _, _, _ in
        transfer(context).onRequest() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }

    private static func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    }
}
