internal import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP

/// How far the services' clock is from this machine's; share one among everything that signs.
public final class AWSClock: Sendable {
    private let offset = Locked<Duration>(.zero)
    private let time: any TimeSource

    /// Starts with this machine's own clock.
    public init(_ time: any TimeSource) { self.time = time }

    /// The present time as the services see it.
    public var now: Timestamp { time.now + offset.withLock { $0 } }

    /// Follows the clock of a server that says it is `date` now.
    public func follow(_ date: Timestamp) {
        let difference = date - time.now
        offset.withLock { $0 = difference }
    }
}

/// Signs each attempt with credentials that are good now; once more after a wrong clock, and once more after
/// credentials that have come to their end.
///
/// Those answers prove that the request had no effect, so repeating it is safe whatever it does. Put it inside
/// `AWSRetry`: a signature holds a time and must not be sent twice.
public struct AWSAuthenticate: Middleware {
    /// How far apart the clocks must be for a correction; a service accepts 15 minutes.
    public static let skewMin = Duration.seconds(300)

    private let credentials: CredentialCache<AWSCredentials>
    private let signer: any Signer<AWSCredentials>
    private let clock: AWSClock

    /// Signs with `signer` and what `credentials` holds, as of what `clock` says.
    public init(_ credentials: CredentialCache<AWSCredentials>, signer: any Signer<AWSCredentials>, clock: AWSClock) {
        (self.credentials, self.signer, self.clock) = (credentials, signer, clock)
    }

    /// Signs `request` and sends it.
    public func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        var held = try await current()
        var mayCorrect = true
        var mayRenew = true
        while true {
            let now = clock.now
            let response = try await next(signer.sign(request, with: held.lease.credential, at: now))
            guard !response.isSuccess else { return response }
            let body = AWSErrorBody(response)
            if mayCorrect, let date = Self.correction(of: now, by: response, body) {
                mayCorrect = false
                clock.follow(date)
            } else if mayRenew, Self.isSpent(held.lease.credential, body) {
                mayRenew = false
                let refused = held.lease.credential
                await credentials.invalidate(held.number)
                held = try await current()
                // The source has nothing newer, so the same refusal would come back.
                if held.lease.credential == refused { return response }
            } else {
                return response
            }
        }
    }

    /// The server's time, when the answer complains about a signature and its clock is far from `now`.
    private static func correction(of now: Timestamp, by response: Response, _ body: AWSErrorBody) -> Timestamp? {
        // An answer to HEAD has no body to complain in.
        let isMute = body.code.isEmpty && response.status == 403
        guard
            isMute || AWSErrorCode.isSkew(body.code, message: body.message) || AWSErrorCode.isSignature(body.code),
            let text = response.headers[.date], let date = Timestamp(httpDate: text)
        else { return nil }
        return abs((date - now).milliseconds) >= skewMin.milliseconds ? date : nil
    }

    /// Whether the answer says that these temporary credentials have come to their end.
    private static func isSpent(_ credentials: AWSCredentials, _ body: AWSErrorBody) -> Bool {
        guard credentials.sessionToken != nil else { return false }
        return AWSErrorCode.isExpiry(body.code) || AWSErrorCode.isUnknownKey(body.code)
    }

    private func current() async throws(HTTPFailure) -> CredentialCache<AWSCredentials>.Numbered {
        do throws(CredentialFailure) {
            return try await credentials.current()
        } catch {
            throw HTTPFailure(.unauthenticated, error.description)
        }
    }
}
