import HTTPTypes
public import SlipwayBase

/// Sends a request again when that cannot do harm: an idempotent one after a failure that may pass, any request when
/// it is proven that it had no effect (`unsent`, 429).
///
/// Put it outside `Authenticate`, so that each attempt is signed anew. When attempts, time or budget are used up, the
/// last answer or failure is returned as it is.
public struct Retry: Middleware {
    /// How often, and how long to wait in between.
    public struct Policy: Hashable, Sendable {
        /// Attempts in all, the first one included.
        public var attemptsMax: Int
        /// The waits where the server names none.
        public var backoff: Backoff
        /// The longest Retry-After that is waited for; a longer one ends the attempts.
        public var retryAfterMax: Duration
        /// The statuses beside 429 after which an idempotent request is sent again.
        public var statuses: Set<Int>

        /// Makes a policy.
        public init(
            attemptsMax: Int = 5,
            backoff: Backoff = Backoff(),
            retryAfterMax: Duration = .seconds(60),
            statuses: Set<Int> = [408, 502, 503, 504]
        ) {
            (self.attemptsMax, self.backoff, self.retryAfterMax) = (attemptsMax, backoff, retryAfterMax)
            self.statuses = statuses
        }
    }

    private let policy: Policy
    private let budget: RetryBudget
    private let time: any TimeSource
    private let random: any RandomSource

    /// Repeats within `policy`, and only while `budget` has tokens.
    public init(_ policy: Policy = Policy(), budget: RetryBudget, time: any TimeSource, random: any RandomSource) {
        (self.policy, self.budget, self.time, self.random) = (policy, budget, time, random)
    }

    /// Sends `request` until there is an answer to return.
    public func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        var attempt = 1
        while true {
            let outcome = await outcome(of: request, next)
            guard attempt < policy.attemptsMax, mayRepeat(request, after: outcome),
                let wait = wait(before: attempt, after: outcome), budget.withdraw()
            else { return try outcome.get() }
            do throws(CancellationError) {
                try await time.sleep(for: wait)
            } catch {
                throw HTTPFailure(
                    .cancelled,
                    "cancelled while waiting to repeat \(request.method.rawValue) \(request.origin)"
                )
            }
            attempt += 1
        }
    }

    private func mayRepeat(_ request: Request, after outcome: Result<Response, HTTPFailure>) -> Bool {
        switch outcome {
        case .success(let response):
            response.status == 429 || request.isIdempotent && policy.statuses.contains(response.status)
        case .failure(let failure):
            switch failure.reach {
            case .unsent: true
            case .unanswered: request.isIdempotent
            case .unauthenticated, .refused, .cancelled: false
            }
        }
    }

    /// How long to wait before the attempt after number `attempt`; nil when the server asks for too long.
    private func wait(before attempt: Int, after outcome: Result<Response, HTTPFailure>) -> Duration? {
        let wait = policy.backoff.wait(attempt: attempt, random: random)
        guard case .success(let response) = outcome, let named = response.retryAfter(at: time.now) else { return wait }
        guard named <= policy.retryAfterMax else { return nil }
        // The jitter comes on top: clients that were turned away together must not come back together.
        return named + min(wait, policy.backoff.base)
    }
}

extension Response {
    /// What Retry-After asks for, in seconds or as a date; nil without a readable one, zero for the past.
    public func retryAfter(at now: Timestamp) -> Duration? {
        guard let text = headers[.retryAfter] else { return nil }
        if text.allSatisfy({ $0.isASCII && $0.isNumber }), !text.isEmpty {
            return .seconds(min(Int64(text) ?? Limits.durationSecondsMax, Limits.durationSecondsMax))
        }
        return Timestamp(httpDate: text).map { max($0 - now, .zero) }
    }

    /// What Retry-After asks for, a date read by the server's own clock; nil for a date without one.
    public var askedRetryAfter: Duration? {
        if let now = headers[.date].flatMap({ Timestamp(httpDate: $0) }) { return retryAfter(at: now) }
        // Without a clock to read it by, only a number of seconds means something.
        guard headers[.retryAfter]?.allSatisfy(\.isNumber) == true else { return nil }
        return retryAfter(at: Timestamp(milliseconds: 0))
    }
}
