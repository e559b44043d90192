import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import SlipwaySimulation

/// Stands before a simulated subscription on the loopback, where everything has one host: leads each request to the
/// part that is meant, and notes what is called while a swap is made.
///
/// Azure Resource Manager and Entra are told by their paths. Everything else is for a site: `127.0.0.1` is production,
/// and `localhost` its slot.
final class SwapGate: Transport {
    /// A call that arrived while a swap was being made.
    struct Call: Sendable {
        /// The method, and the path from the site on; of a site itself, what was asked of it.
        var name: String
        var status: Int
        var time: Timestamp

        var isPoll: Bool { name.contains("/operationresults/") }
        var isSwap: Bool { name.hasSuffix("/slotsswap") }
    }

    private struct State {
        var calls: [Call] = []
        var isNoting = false
    }

    static let site = "shop"
    static let slot = "staging"

    let azure: SimulatedTransport<AzureWorld>
    private let state = Locked(State())

    init(_ azure: SimulatedTransport<AzureWorld>) { self.azure = azure }

    /// What was called while a swap was being made.
    var calls: [Call] { state.withLock { $0.calls } }

    /// Says whether a swap is being made.
    func note(_ isNoting: Bool) { state.withLock { $0.isNoting = isNoting } }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let outside = request.origin
        let time = azure.time.now
        let path = String(request.target.prefix { $0 != "?" })
        var request = request
        let isVisit =
            !["/subscriptions", "/metadata/", "/providers/"].contains { path.hasPrefix($0) }
            && !path.contains("/oauth2/") && !path.contains("/.well-known/")
        let hosts = hosts(at: outside.port)
        if isVisit, let host = hosts.first(where: { $0.loopback == outside.authority })?.host {
            request.origin = Origin(scheme: "https", host: host)
        }
        var response = try await azure.send(request)
        var body = String(decoding: response.body, as: UTF8.self)
        for (host, loopback) in hosts { body = body.replacing("\"\(host)\"", with: "\"\(loopback)\"") }
        response.body = Array(body.utf8)
        let name = isVisit ? "GET \(outside.host)" : "\(request.method.rawValue) \(Self.short(path))"
        let call = Call(name: name, status: response.status, time: time)
        state.withLock { state in
            if state.isNoting { state.calls.append(call) }
        }
        return response
    }

    private func hosts(at port: Int) -> [(host: String, loopback: String)] {
        let world = azure.world
        return [(Self.slot, "localhost"), (nil, "127.0.0.1")].compactMap { name, loopback in
            world.slot(name, of: Self.site).map { ($0.host, "\(loopback):\(port)") }
        }
    }

    private static func short(_ path: String) -> Substring {
        path.firstRange(of: "/sites/").map { path[path.index(after: $0.lowerBound)...] } ?? path[...]
    }
}
