import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import Testing

/// The writes of the lock, held against the recorded ones; the Lease of the recordings is called deploy-cart.
@Suite("Lease requests are those that a real server accepted") struct LeaseRequestTests {
    private static let path = "/apis/coordination.k8s.io/v1/namespaces/shop/leases/deploy-cart"

    /// A server that holds `lease`, to a lock whose Lease it takes for deploy-cart.
    private struct Renamed: Transport {
        let state: RecordedState

        func send(_ request: Request) async throws(HTTPFailure) -> Response {
            var request = request
            request.target = request.target.replacingOccurrences("slipway-cart", "deploy-cart")
            if case .bytes(let bytes) = request.body {
                let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences("slipway-cart", "deploy-cart")
                request.body = .bytes(Array(text.utf8))
            }
            return try await state.send(request)
        }
    }

    private func write(_ lease: JSON?, at time: String, holder: String) async throws -> Request {
        let state = RecordedState(lease.map { [Self.path: $0] } ?? [:])
        let clock = VirtualTime(now: try #require(Timestamp(rfc3339: time)))
        let provider = KubernetesProvider(
            target: "cart",
            layout: .rolling(deployment: "cart"),
            namespace: "shop",
            origin: Recorded.origin,
            transport: Renamed(state: state),
            time: clock
        )
        _ = try await provider.lock(seconds: 15).acquire(holder: holder)
        return try #require(state.writes.first)
    }

    private func differences(_ request: Request, from name: String) throws -> [String] {
        RequestDifference.between(request, try Recorded.one(name).sent)
    }

    @Test(
        "given no Lease when the lock is taken then the creation counts from the seconds of its day, above any deleted Lease"
    )
    func creation() async throws {
        let request = try await write(nil, at: "2026-11-21T01:02:41.645Z", holder: "rig-a")
        #expect(
            try differences(request, from: "lease/create") == [
                "~ /spec/acquireTime = \"2026-11-21T01:02:41.645000Z\" instead of \"2026-11-21T01:02:41.645832Z\"",
                "~ /spec/leaseTransitions = 27997361 instead of 0",
                "~ /spec/renewTime = \"2026-11-21T01:02:41.645000Z\" instead of \"2026-11-21T01:02:41.645898Z\"",
            ]
        )
    }

    private let managed = [
        "apiVersion", "fieldsType", "fieldsV1/f:spec/f:acquireTime", "fieldsV1/f:spec/f:holderIdentity",
        "fieldsV1/f:spec/f:leaseDurationSeconds", "fieldsV1/f:spec/f:leaseTransitions", "fieldsV1/f:spec/f:renewTime",
        "manager", "operation", "time",
    ].map { "- /metadata/managedFields/0/\($0)" }

    @Test(
        "given a Lease of ours when it is taken again then the recorded renewal is sent, without the server's own bookkeeping"
    )
    func renewal() async throws {
        let request = try await write(
            try Recorded.object("lease/create"),
            at: "2026-11-21T01:02:41.675Z",
            holder: "rig-a"
        )
        let lines = try differences(request, from: "lease/renew")
        #expect(lines.filter { $0.contains("managedFields") }.map { String($0.split(separator: " = ")[0]) } == managed)
        #expect(
            lines.filter { !$0.contains("managedFields") } == [
                "~ /spec/leaseTransitions = 1 instead of 0",
                "~ /spec/renewTime = \"2026-11-21T01:02:41.675000Z\" instead of \"2026-11-21T01:02:41.675782Z\"",
            ]
        )
    }

    @Test("given a Lease that ran out when another takes it over then the recorded takeover is sent")
    func takeover() async throws {
        let request = try await write(try Recorded.object("lease/get"), at: "2026-11-21T01:03:41.717Z", holder: "rig-b")
        let lines = try differences(request, from: "lease/takeover").filter { !$0.contains("managedFields") }
        #expect(
            lines == [
                "~ /spec/acquireTime = \"2026-11-21T01:03:41.717000Z\" instead of \"2026-11-21T01:02:41.717881Z\"",
                "~ /spec/renewTime = \"2026-11-21T01:03:41.717000Z\" instead of \"2026-11-21T01:02:41.717940Z\"",
            ]
        )
    }
}

extension String {
    fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
