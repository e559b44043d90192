import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Requests for credentials, which are not signed: the only door from here to the network beside STS.
struct CredentialCalls: Sendable {
    private let transport: any Transport
    private let nearby: any Transport
    private let time: any TimeSource

    /// `nearby` is for this machine and its link, which no proxy can stand in for.
    init(_ transport: any Transport, nearby: any Transport, time: any TimeSource) {
        (self.transport, self.nearby, self.time) = (transport, nearby, time)
    }

    /// Addresses on this machine or its link that serve credentials, and therefore without TLS.
    static let plainHosts: Set<String> = [
        "169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23",
    ]

    /// Whether credentials may be asked for there.
    static func isAllowed(_ origin: Origin) -> Bool {
        origin.scheme == "https" || origin.isLoopback || plainHosts.contains(origin.host)
    }

    /// Sends `request` up to `attempts` times, a second apart, until an answer is neither lost nor a server's fault.
    func send(_ request: Request, attempts: Int) async throws(HTTPFailure) -> Response {
        guard Self.isAllowed(request.origin) else {
            let place = request.origin.description.printable(max: 200)
            throw HTTPFailure(.refused, "\(place) would send credentials unencrypted; use https")
        }
        let isNear = request.origin.isLoopback || Self.plainHosts.contains(request.origin.host)
        let transport = isNear ? nearby : transport
        var left = attempts
        while true {
            left -= 1
            do throws(HTTPFailure) {
                let response = try await transport.send(request)
                if left <= 0 || response.status < 500 && response.status != 429 { return response }
            } catch {
                if left <= 0 || error.reach != .unsent && error.reach != .unanswered { throw error }
            }
            do throws(CancellationError) {
                try await time.sleep(for: .seconds(1))
            } catch {
                throw HTTPFailure(.cancelled, "the run was interrupted")
            }
        }
    }

    /// Bounds for an endpoint that is near.
    static func bounds(_ duration: Duration) -> Request.Bounds {
        Request.Bounds(
            connect: duration,
            idle: duration,
            total: duration,
            responseBytesMax: Limits.credentialAnswerBytesMax
        )
    }
}
