import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation

/// Stands before a simulated cluster and takes the time from the watch event that says a fleet is wholly up to the
/// next write that arrives.
final class ReadinessProbe: Transport {
    private struct State {
        var latencies: [Duration] = []
        /// When the event left the cluster; nil when none is waited on.
        var ready: ContinuousClock.Instant?
        /// Only after a write to a Deployment is its readiness waited for.
        var waits = false
    }

    private let cluster: SimulatedCluster
    private let state = Locked(State())

    init(_ cluster: SimulatedCluster) { self.cluster = cluster }

    /// What was seen so far.
    var latencies: [Duration] { state.withLock { $0.latencies } }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        if request.method != .get, !request.target.contains("/leases") { noteWrite(request.target) }
        var response = try await cluster.send(request)
        guard request.target.contains("/deployments"), let stream = response.stream else { return response }
        response.stream = BodyStream { [self] () async throws(HTTPFailure) -> [UInt8]? in
            var pieces = stream.makeAsyncIterator()
            guard let piece = try await pieces.next() else { return nil }
            let now = ContinuousClock.now
            if piece.split(separator: 0x0A).contains(where: { Self.isWhollyUp(Array($0)) }) { noteReady(at: now) }
            return piece
        }
        return response
    }

    private func noteWrite(_ target: String) {
        let now = ContinuousClock.now
        state.withLock { state in
            if let ready = state.ready { state.latencies.append(now - ready) }
            (state.ready, state.waits) = (nil, target.contains("/deployments"))
        }
    }

    private func noteReady(at now: ContinuousClock.Instant) {
        state.withLock { state in
            if state.waits, state.ready == nil { state.ready = now }
        }
    }

    private static func isWhollyUp(_ line: [UInt8]) -> Bool {
        guard let object = (try? JSON(parsing: line))?["object"], let status = object["status"],
            let wanted = object[path: "spec", "replicas"]?.int, wanted > 0
        else { return false }
        let isSeen = (status["observedGeneration"]?.int ?? 0) >= (object[path: "metadata", "generation"]?.int ?? 0)
        return isSeen && ["replicas", "updatedReplicas", "availableReplicas"].allSatisfy { status[$0]?.int == wanted }
    }
}
