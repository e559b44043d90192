internal import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP

/// Sends a request again as the AWS SDKs' standard mode does, and never when that could do harm.
///
/// What had no effect (throttling, nothing sent) is always repeated; what may have had one (5xx, no answer) only when
/// the request is idempotent. Put it outside `AWSAuthenticate`, so that each attempt is signed anew. When attempts or
/// tokens are used up, the last answer or failure is returned as it is.
///
/// Source of the numbers: the AWS SDKs' standard retry mode, in its form with separate scales for throttling.
public struct AWSRetry: Middleware {
    /// Attempts in all, the first one included.
    public static let attemptsMax = 3

    private let quota: AWSRetryQuota
    private let time: any TimeSource
    private let random: any RandomSource

    /// Repeats while `quota` has tokens.
    public init(quota: AWSRetryQuota, time: any TimeSource, random: any RandomSource) {
        (self.quota, self.time, self.random) = (quota, time, random)
    }

    /// Sends `request` until there is an answer to return.
    public func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        var attempt = 1
        var cost: Int?
        while true {
            let outcome = await outcome(of: request, next)
            guard let setback = Setback(outcome) else {
                if case .success(let response) = outcome, response.isSuccess { quota.refund(cost) }
                return try outcome.get()
            }
            guard attempt < Self.attemptsMax, setback.isHarmless || request.isIdempotent,
                let wait = wait(after: setback, attempt: attempt), quota.withdraw(setback.cost)
            else { return try outcome.get() }
            cost = setback.cost
            do throws(CancellationError) {
                try await time.sleep(for: wait)
            } catch {
                let label = "\(request.method.rawValue) \(request.origin)"
                throw HTTPFailure(.cancelled, "cancelled while waiting to repeat \(label)")
            }
            attempt += 1
        }
    }

    /// How long to wait before the attempt after number `attempt`; nil when the service asks for too long.
    private func wait(after setback: Setback, attempt: Int) -> Duration? {
        let scale = setback.isThrottling ? 1.0 : 0.05
        let bound = min(scale * Double(1 << (attempt - 1)), 20)
        let share = Double(random.next() >> 11) / Double(1 << 53)
        let wait = Duration.microseconds(Int64(share * bound * 1_000_000))
        switch setback.asked {
        case nil: return wait
        // The SDKs follow this header up to five seconds beyond their own wait.
        case .own(let asked): return max(wait, min(asked, wait + .seconds(5)))
        case .standard(let asked): return asked <= .seconds(20) ? max(wait, asked) : nil
        }
    }
}

/// Why an attempt may be followed by another.
private struct Setback {
    var isThrottling = false
    var isHarmless: Bool
    var asked: AskedWait?

    var cost: Int { isThrottling ? AWSRetryQuota.throttlingCost : AWSRetryQuota.failureCost }

    /// Nil for what another attempt does not change.
    init?(_ outcome: Result<Response, HTTPFailure>) {
        switch outcome {
        case .failure(let failure):
            guard failure.reach == .unsent || failure.reach == .unanswered else { return nil }
            isHarmless = failure.reach == .unsent
        case .success(let response):
            guard !response.isSuccess else { return nil }
            let code = AWSErrorBody(response).code
            isThrottling = response.status == 429 || AWSErrorCode.isThrottling(code)
            isHarmless = isThrottling || AWSErrorCode.isUntaken(code)
            asked = response.askedWait
            let mayPass = [500, 502, 503, 504].contains(response.status) || AWSErrorCode.isTimeout(code)
            guard isHarmless || mayPass else { return nil }
        }
    }
}
