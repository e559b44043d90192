import CCurl

/// A handle of libcurl's multi interface; only the loop's thread uses it, except to wake.
typealias MultiHandle = UnsafeMutableRawPointer
/// A handle of one transfer.
typealias EasyHandle = UnsafeMutableRawPointer

/// Waits for sockets and timers, and lets libcurl act on them.
protocol Waiter: AnyObject {
    /// Ends the wait under way, or the next one; from any thread.
    func wake()
    /// Waits at most `milliseconds`, then lets libcurl do whatever is due.
    func turn(milliseconds: Int32)
    /// Gives descriptors back; the last call.
    func close()
}

/// libcurl's own poll: available everywhere, walks every transfer at every turn.
final class PollWaiter: Waiter {
    private let curl: Curl
    private let multi: MultiHandle

    init(_ curl: Curl, _ multi: MultiHandle) { (self.curl, self.multi) = (curl, multi) }

    func wake() { _ = curl.pointee.multi_wakeup(multi) }

    func turn(milliseconds: Int32) {
        var running: Int32 = 0
        // Transfers that are new or resumed have a timer that is due, so the wait ends at once for them.
        _ = curl.pointee.multi_poll(multi, nil, 0, milliseconds, nil)
        _ = curl.pointee.multi_perform(multi, &running)
    }

    func close() {}
}

#if os(Linux)
/// epoll: the cost of a turn follows from what happened, not from how many transfers are open.
final class EpollWaiter: Waiter {
    private let curl: Curl
    private let multi: MultiHandle
    private let epoll: Int32
    private let alarm: Int32
    private let events = UnsafeMutablePointer<ccurl_event>.allocate(capacity: 64)
    private var deadline = UInt64.max

    /// Nil when the process has no descriptor left.
    init?(_ curl: Curl, _ multi: MultiHandle) {
        (self.curl, self.multi) = (curl, multi)
        epoll = ccurl_epoll_open()
        alarm = ccurl_event_open()
        guard epoll >= 0, alarm >= 0, ccurl_epoll_change(epoll, EPOLL_CTL_ADD, alarm, 1, 0) == 0 else {
            close()
            return nil
        }
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_pointer(curl, multi, CURLMOPT_SOCKETDATA, context)
        ccurl_multi_set_pointer(curl, multi, CURLMOPT_TIMERDATA, context)
        ccurl_multi_set_socket_fn(curl, multi) { _, descriptor, interest, context, known in
            guard let context else { return 0 }
            Unmanaged<EpollWaiter>.fromOpaque(context).takeUnretainedValue()
                .watch(descriptor, interest, isKnown: known != nil)
            return 0
        }
        ccurl_multi_set_timer_fn(curl, multi) { _, milliseconds, context in
            guard let context else { return 0 }
            Unmanaged<EpollWaiter>.fromOpaque(context).takeUnretainedValue()
                .deadline = milliseconds < 0 ? .max : ccurl_milliseconds() + UInt64(milliseconds)
            return 0
        }
    }

    deinit { events.deallocate() }

    func wake() { ccurl_event_raise(alarm) }

    func turn(milliseconds: Int32) {
        var running: Int32 = 0
        let now = ccurl_milliseconds()
        let untilTimer = deadline > now ? Int32(clamping: deadline - now) : 0
        let count = ccurl_epoll_wait(epoll, events, 64, min(milliseconds, untilTimer))
        for index in 0..<Int(max(count, 0)) {
            let event = events[index]
            if event.descriptor == alarm {
                ccurl_event_clear(alarm)
            } else {
                _ = curl.pointee.multi_socket_action(multi, event.descriptor, event.happened, &running)
            }
        }
        guard ccurl_milliseconds() >= deadline else { return }
        deadline = .max
        _ = curl.pointee.multi_socket_action(multi, CURL_SOCKET_BAD, 0, &running)
    }

    func close() {
        for descriptor in [epoll, alarm] where descriptor >= 0 { ccurl_close(descriptor) }
    }

    private func watch(_ descriptor: Int32, _ interest: Int32, isKnown: Bool) {
        if interest == CURL_POLL_REMOVE {
            _ = ccurl_epoll_change(epoll, EPOLL_CTL_DEL, descriptor, 0, 0)
            return
        }
        let reads: Int32 = interest & CURL_POLL_IN != 0 ? 1 : 0
        let writes: Int32 = interest & CURL_POLL_OUT != 0 ? 1 : 0
        let operation = isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD
        if ccurl_epoll_change(epoll, operation, descriptor, reads, writes) != 0 {
            // A descriptor can be reused before libcurl has reported the old one as gone.
            let other = isKnown ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
            _ = ccurl_epoll_change(epoll, other, descriptor, reads, writes)
        }
        if !isKnown { _ = curl.pointee.multi_assign(multi, descriptor, UnsafeMutableRawPointer(bitPattern: 1)) }
    }
}
#endif
