import CCurl
import SlipwayBase
import SlipwayHTTP

/// The one thread that touches libcurl; everything else talks to it through the mailbox.
///
/// Apart from `mailbox` and `statistics`, what it stores is confined to its thread.
final class EventLoop: @unchecked Sendable {
    let statistics = Locked(CurlClient.Statistics())
    /// libcurl itself.
    let curl: Curl
    private let mailbox: Locked<Mailbox>
    private let multi: MultiHandle
    private let waiter: any Waiter
    private var active: [EasyHandle: Transfer] = [:]
    private var spare: [EasyHandle] = []
    private var nextSweep = UInt64.max
    private var ended = 0

    init(_ settings: CurlClient.Settings) throws(HTTPFailure) {
        curl = try Library.functions()
        guard let multi = curl.pointee.multi_init() else { throw Self.exhausted("memory") }
        self.multi = multi
        mailbox = Locked(Mailbox(requestsMax: settings.requestsMax))
        guard let waiter = Self.waiter(curl, multi, settings.waiting) else {
            _ = curl.pointee.multi_cleanup(multi)
            throw Self.exhausted("file descriptors")
        }
        self.waiter = waiter
        ccurl_multi_set_long(curl, multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        // Without it libcurl opens a connection for every stream beyond the first hundred.
        ccurl_multi_set_long(curl, multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHostMax)
        ccurl_multi_set_long(curl, multi, CURLMOPT_MAX_CONCURRENT_STREAMS, settings.streamsPerConnectionMax)
        ccurl_multi_set_long(curl, multi, CURLMOPT_MAXCONNECTS, 256)
        let context = Unmanaged.passRetained(self)
        let failed = ccurl_start_thread(
            { context in
                let loop = Unmanaged<EventLoop>.fromOpaque(context!).takeRetainedValue()
                ccurl_name_thread("slipway-curl")
                loop.run()
                return nil
            },
            context.toOpaque()
        )
        guard failed == 0 else {
            context.release()
            waiter.close()
            _ = curl.pointee.multi_cleanup(multi)
            throw Self.exhausted("threads")
        }
    }

    /// Hands `command` to the loop; what comes back is why it did not take it. From any thread.
    @discardableResult
    func submit(_ command: Command) -> HTTPFailure? {
        mailbox.withLock { mailbox in
            switch mailbox.put(command) {
            case .taken: return nil
            case .takenByASleeper:
                // Inside the lock: the loop closes the mailbox before it frees what wake() uses.
                waiter.wake()
                return nil
            case .refused(let failure): return failure
            }
        }
    }

    private static func waiter(
        _ curl: Curl,
        _ multi: MultiHandle,
        _ waiting: CurlClient.Waiting
    ) -> (any Waiter)? {
        #if os(Linux)
        return waiting == .poll ? PollWaiter(curl, multi) : EpollWaiter(curl, multi)
        #else
        return PollWaiter(curl, multi)
        #endif
    }

    private static func exhausted(_ what: String) -> HTTPFailure {
        HTTPFailure(.unsent, "cannot start the HTTP client: this process has run out of \(what)")
    }

    // MARK: - On the loop's thread

    private func run() {
        while obey() {
            let mayWait = mailbox.withLock { $0.fallAsleep() }
            waiter.turn(milliseconds: mayWait ? untilSweep() : 0)
            reap()
            sweep()
        }
        let late = mailbox.withLock { $0.close() }
        for case .start(let transfer) in late { transfer.finish(.failure(.clientShutDown)) }
        for transfer in Array(active.values) { end(transfer, .failure(transfer.shutDownFailure)) }
        for easy in spare { curl.pointee.easy_cleanup(easy) }
        _ = curl.pointee.multi_cleanup(multi)
        waiter.close()
    }

    /// Does what the mailbox says; false to stop.
    private func obey() -> Bool {
        let commands = mailbox.withLock { [ended] in $0.take(ended: ended) }
        ended = 0
        for command in commands {
            switch command {
            case .start(let transfer): start(transfer)
            case .cancel(let transfer): end(transfer, .failure(transfer.cancelledFailure))
            case .resume(let transfer):
                transfer.goOn()
            case .stop:
                for case .start(let later) in commands { later.finish(.failure(.clientShutDown)) }
                return false
            }
        }
        return true
    }

    private func start(_ transfer: Transfer) {
        guard !transfer.isFinished else {
            ended += 1
            return
        }
        guard let easy = spare.popLast() ?? curl.pointee.easy_init() else {
            ended += 1
            return transfer.finish(.failure(Self.exhausted("memory")))
        }
        statistics.withLock { $0.requestsStarted += 1 }
        active[easy] = transfer
        let code = transfer.attach(easy)
        guard code == CURLE_OK else { return end(transfer, transfer.outcome(of: code)) }
        guard curl.pointee.multi_add_handle(multi, easy) == CURLM_OK else {
            return end(transfer, .failure(Self.exhausted("memory")))
        }
        nextSweep = min(nextSweep, transfer.deadline)
    }

    private func reap() {
        var left: Int32 = 0
        while let message = curl.pointee.multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let transfer = active[easy]
            else { continue }
            end(transfer, transfer.outcome(of: ccurl_message_result(message)))
        }
    }

    /// Ends what has run out of time; looks at every transfer only when the earliest deadline has come.
    private func sweep() {
        let now = ccurl_milliseconds()
        guard now >= nextSweep else { return }
        nextSweep = .max
        for transfer in Array(active.values) {
            if let failure = transfer.overdue(at: now) {
                end(transfer, .failure(failure))
            } else {
                nextSweep = min(nextSweep, transfer.deadline)
            }
        }
    }

    private func untilSweep() -> Int32 {
        let now = ccurl_milliseconds()
        return nextSweep > now ? Int32(clamping: min(nextSweep - now, 60_000)) : 0
    }

    private func end(_ transfer: Transfer, _ outcome: Outcome) {
        if let easy = transfer.easy {
            let isClean = transfer.dropHeldBack()
            _ = curl.pointee.multi_remove_handle(multi, easy)
            active[easy] = nil
            transfer.detach()
            ended += 1
            statistics.withLock { $0.requestsEnded += 1 }
            if isClean, spare.count < 64 {
                curl.pointee.easy_reset(easy)
                spare.append(easy)
            } else {
                curl.pointee.easy_cleanup(easy)
            }
        }
        transfer.finish(outcome)
    }
}
