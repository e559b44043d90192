import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Requests for credentials, which are not signed: the only door from here to the network beside STS.
struct CredentialCalls: Sendable {
    private let transport: any Transport
    private let time: any TimeSource

    init(_ transport: any Transport, time: any TimeSource) { (self.transport, self.time) = (transport, time) }

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

    /// `text` with everything but unreserved characters percent-encoded, for the query of a URL.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
