import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation

/// Looks at the world after every call and writes down every promise that is broken.
final class Watchdog: Sendable {
    private struct State {
        var violations: [String] = []
        var seenVersion = -1
        var candidateShare = 0.0
        /// Writes whose object was not looked at since, by its path.
        var unread: [String: [UInt8]] = [:]
        var notBefore: [String: Timestamp] = [:]
        var perSecond: (second: Int64, count: Int) = (0, 0)
        var stolenAt: Int?
        var writes = 0
    }

    private let scenario: Scenario
    private let holder: String
    private let state = Locked(State())

    init(_ scenario: Scenario, holder: String) { (self.scenario, self.holder) = (scenario, holder) }

    var violations: [String] { state.withLock { $0.violations } }
    /// Writes that reached the cluster, the lock's own left out.
    var writes: Int { state.withLock { $0.writes } }

    func report(_ violation: String) {
        state.withLock { state in
            if state.violations.count < 5, !state.violations.contains(violation) { state.violations.append(violation) }
        }
    }

    func lockWasStolen(atCall index: Int) { state.withLock { $0.stolenAt = index } }

    /// Before the cluster sees a call: waits asked for, the rate, and repeated writes.
    func before(_ call: SimulatedTransport.Call) {
        let key = key(call.request)
        state.withLock { state in
            if let moment = state.notBefore.removeValue(forKey: key), call.time < moment {
                state.violations.append("\(key) came before its Retry-After had passed")
            }
            let second = call.time.milliseconds / 1000
            state.perSecond = state.perSecond.second == second ? (second, state.perSecond.count + 1) : (second, 1)
            if state.perSecond.count > 50 { state.violations.append("more than 50 requests in one second") }
            guard isOneTime(call.request) else {
                if call.request.method == .get { state.unread[path(call.request)] = nil }
                return
            }
            let body = bytes(call.request)
            if state.unread[object(call.request)] == body {
                state.violations.append("\(key) was sent again without a look")
            }
            state.unread[object(call.request)] = body
        }
    }

    /// After the cluster has answered, or was kept from it.
    func after(_ call: SimulatedTransport.Call, _ response: Response?, hadEffect: Bool, _ world: inout KubernetesWorld)
    {
        noteWaits(call, response)
        if let response, !hadEffect, [409, 410, 429].contains(response.status) { forget(call.request) }
        if hadEffect, let response, response.isSuccess, isWrite(call.request) {
            checkLock(call, world)
            state.withLock { $0.writes += 1 }
        }
        check(world)
    }

    /// A failure that says that nothing was sent allows the same write again.
    func forget(_ request: Request) {
        state.withLock { $0.unread[object(request)] = nil }
    }

    private func noteWaits(_ call: SimulatedTransport.Call, _ response: Response?) {
        guard let response, response.status == 429, let text = response.headers[.retryAfter], let seconds = Int(text)
        else { return }
        state.withLock { $0.notBefore[key(call.request)] = call.time + .seconds(seconds) }
    }

    private func check(_ world: KubernetesWorld) {
        guard
            state.withLock({ state in
                defer { state.seenVersion = world.resourceVersion }
                return state.seenVersion != world.resourceVersion
            })
        else { return }
        let traffic = world.traffic(for: scenario.front)
        if traffic.failed > 0.000_1 { report("\(Int(traffic.failed * 100))% of production requests fail") }
        if !traffic.isServed { report("nobody serves production") }
        checkReadiness(traffic, world)
    }

    /// A fleet gains traffic only when all of it is ready.
    private func checkReadiness(_ traffic: TrafficShares, _ world: KubernetesWorld) {
        guard let candidate = scenario.candidate else { return }
        let image = scenario.release.artifact.description
        // Where replicas are the weights, only ready ones are ever reached.
        if case .canary(_, _, .replicaRatio) = scenario.layout { return }
        let share = scenario.isSwitched ? traffic.share(of: image) : traffic.services[candidate] ?? 0
        let former = state.withLock { state in
            defer { state.candidateShare = share }
            return state.candidateShare
        }
        guard share > former + 0.01 else { return }
        let wanted =
            world.object(.deployment, candidate, namespace: Scenario.namespace)?[path: "spec", "replicas"]?.int ?? 0
        let ready = world.readyPods(of: candidate, namespace: Scenario.namespace)[image] ?? 0
        if ready < wanted || wanted == 0 {
            report("\(candidate) gained traffic with \(ready) of \(wanted) replicas ready")
        }
    }

    private func checkLock(_ call: SimulatedTransport.Call, _ world: KubernetesWorld) {
        guard let lease = world.object(.lease, "slipway-lab", namespace: Scenario.namespace) else {
            return report("\(key(call.request)) was written without a lock")
        }
        if let stolenAt = state.withLock({ $0.stolenAt }) {
            if call.index > stolenAt { report("\(key(call.request)) was written after the lock was lost") }
            return
        }
        if lease[path: "spec", "holderIdentity"]?.string != holder {
            report("\(key(call.request)) was written without the lock")
        }
        let renewed = lease[path: "spec", "renewTime"]?.string.flatMap { Timestamp(rfc3339: $0) }
        if let renewed, call.time > renewed + .seconds(30) {
            report("\(key(call.request)) was written after the lock had run out")
        }
    }

    private func isWrite(_ request: Request) -> Bool {
        request.method != .get && !request.target.contains("/leases")
            && !request.target.contains("selfsubjectaccessreviews")
    }

    private func isOneTime(_ request: Request) -> Bool { isWrite(request) && !request.isIdempotent }

    private func path(_ request: Request) -> String { String(request.target.prefix { $0 != "?" }) }

    /// The path of the object a request is about; a creation names it in its body.
    private func object(_ request: Request) -> String {
        guard request.method == .post else { return path(request) }
        let name = (try? JSON(parsing: bytes(request)))?[path: "metadata", "name"]?.string
        return path(request) + "/" + (name ?? "")
    }

    private func key(_ request: Request) -> String { "\(request.method.rawValue) \(path(request))" }

    private func bytes(_ request: Request) -> [UInt8] { if case .bytes(let bytes) = request.body { bytes } else { [] } }
}

extension Scenario {
    /// Whether the candidate's traffic shows by image, because one Service leads to either fleet.
    var isSwitched: Bool { if case .blueGreen = layout { true } else { false } }
}
