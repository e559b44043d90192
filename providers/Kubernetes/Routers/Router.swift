import SlipwayBase
import SlipwayHTTP
import SlipwayModel

/// What a router sees before it decides: the objects of its `reads` in order, and who we are.
struct Seen: Sendable {
    var objects: [JSON?]
    var endpoints: Endpoints?
    let roles: Roles
    let snapshot: Snapshot
    let fence: Int64
    let calls: KubernetesCalls
    /// What the candidate takes of production where something outside of the cluster shares it, in percent.
    var share: Int?
}

/// The one next thing to do on the way to an end state.
enum Move: Sendable {
    /// Send this write, then look again.
    case write(Request)
    /// Nothing to do but wait for the platform.
    case wait(String)
    /// The end state holds.
    case settled
    /// It cannot be had.
    case refuse(ProviderFailure)
}

/// Shares production traffic between the stable and the candidate fleet. Pure: it decides over what was read.
///
/// It touches only what is ours: the backend references of the two fleets, and what it added itself.
protocol Router: Sendable {
    /// The objects it decides over.
    var reads: [(resource: KubernetesCalls.Resource, name: String)] { get }
    /// A Service whose endpoints it looks at too.
    var endpointsOf: String? { get }
    /// Whether a fleet must be ready before a weight is given to it; false where the weight is the number of replicas.
    var weighsReadyFleetsOnly: Bool { get }
    /// The object as people name it, such as `HTTPRoute shop`.
    var words: String { get }

    /// The candidate's share in percent; throws when the objects cannot carry weights as they are.
    func weight(_ seen: Seen) throws(ProviderFailure) -> Int
    /// The next thing to do so that the candidate takes `percent`.
    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move
    /// The next thing to do so that exactly `headers` lead to the candidate.
    func next(matching headers: [HeaderMatch], _ seen: Seen) throws(ProviderFailure) -> Move
    /// The next thing to do so that nothing we added remains.
    func next(clearing seen: Seen) throws(ProviderFailure) -> Move
    /// Why the front cannot carry a release as it stands, in the platform's words; nil when nothing is known against
    /// it.
    func trouble(_ seen: Seen) -> String?

    /// Why requests cannot be routed by header; nil when they can.
    func headerTrouble(_ seen: Seen) -> Fidelity?

    /// What `next(clearing:)` needs to know about the time before the plan.
    func remember(_ seen: Seen) -> JSON
}

extension Router {
    var endpointsOf: String? { nil }
    var weighsReadyFleetsOnly: Bool { true }
    func next(matching headers: [HeaderMatch], _ seen: Seen) throws(ProviderFailure) -> Move {
        guard headers.isEmpty else {
            throw ProviderFailure(
                .refused,
                "\(words) cannot route by header; use an HTTPRoute, a VirtualService or an Ingress."
            )
        }
        return .settled
    }
    func next(clearing seen: Seen) throws(ProviderFailure) -> Move { .settled }
    func remember(_ seen: Seen) -> JSON { [:] }

    func trouble(_ seen: Seen) -> String? { nil }

    func headerTrouble(_ seen: Seen) -> Fidelity? { nil }
}

extension Seen {
    func object(_ index: Int, _ words: String) throws(ProviderFailure) -> JSON {
        guard objects.indices.contains(index), let object = objects[index] else {
            throw ProviderFailure(
                .refused,
                "\(words) is not there in namespace \(calls.namespace); create it or correct its name."
            )
        }
        return object
    }

    /// The annotations of a write: the fence, and whatever else is given.
    func marks(_ more: [(String, JSON)] = []) -> JSON {
        .object(JSONObject([(Marks.fence, .string("\(fence)"))] + more))
    }

    /// JSON patch operations that guard a write with the object's resourceVersion and stamp it with the fence.
    func guarded(_ object: JSON, _ operations: [JSON], annotations more: [(String, JSON)] = []) -> [JSON] {
        let version = object[path: "metadata", "resourceVersion"] ?? ""
        var all: [JSON] = [["op": "test", "path": "/metadata/resourceVersion", "value": version]]
        if object[path: "metadata", "annotations"] == nil {
            all.append(["op": "add", "path": "/metadata/annotations", "value": marks(more)])
        } else {
            for (key, value) in marks(more).object?.members ?? [] {
                let escaped = key.split(separator: "/").joined(separator: "~1")
                all.append(["op": "add", "path": .string("/metadata/annotations/\(escaped)"), "value": value])
            }
        }
        return all + operations
    }
}

extension JSON {
    /// The resourceVersion of an object.
    var resourceVersion: String { self[path: "metadata", "resourceVersion"]?.string ?? "" }
}
