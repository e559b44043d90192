import SlipwayBase

/// A Deployment as the API server sent it, read without losing anything.
struct DeploymentView: Hashable, Sendable {
    var json: JSON

    var name: String { json[path: "metadata", "name"]?.string ?? "" }
    var uid: String { json[path: "metadata", "uid"]?.string ?? "" }
    var resourceVersion: String { json[path: "metadata", "resourceVersion"]?.string ?? "" }
    var generation: Int { json[path: "metadata", "generation"]?.int ?? 0 }
    var observedGeneration: Int { json[path: "status", "observedGeneration"]?.int ?? 0 }
    var isBeingDeleted: Bool { json[path: "metadata", "deletionTimestamp"] != nil }
    var annotations: JSON { json[path: "metadata", "annotations"] ?? [:] }
    var replicas: Int { json[path: "spec", "replicas"]?.int ?? 1 }
    var isPaused: Bool { json[path: "spec", "paused"]?.bool ?? false }
    var template: JSON { json[path: "spec", "template"] ?? [:] }
    var rollingUpdate: JSON? { json[path: "spec", "strategy", "rollingUpdate"] }
    var isRecreate: Bool { json[path: "spec", "strategy", "type"]?.string == "Recreate" }
    var matchLabels: [(String, String)] { Self.pairs(json[path: "spec", "selector", "matchLabels"]) }
    var podLabels: JSON { template[path: "metadata", "labels"] ?? [:] }
    var containers: [JSON] { template[path: "spec", "containers"]?.array ?? [] }

    var statusReplicas: Int { json[path: "status", "replicas"]?.int ?? 0 }
    var updated: Int { json[path: "status", "updatedReplicas"]?.int ?? 0 }
    var ready: Int { json[path: "status", "readyReplicas"]?.int ?? 0 }
    var available: Int { json[path: "status", "availableReplicas"]?.int ?? 0 }

    /// What is missing until every replica runs the present template and is available; nil when nothing is.
    var unsettled: String? {
        guard isObserved else { return "its controller has not seen the last change" }
        var missing: [String] = []
        if updated < replicas { missing.append("\(updated) of \(replicas) replicas run the last change") }
        if available < replicas { missing.append("\(available) of \(replicas) replicas are available") }
        if statusReplicas > updated, updated >= replicas {
            missing.append("\(statusReplicas - updated) former replicas are still there")
        }
        return missing.isEmpty ? nil : missing.joined(separator: ", ")
    }

    func condition(_ type: String) -> JSON? {
        json[path: "status", "conditions"]?.array?.first { $0["type"]?.string == type }
    }

    /// The container that carries the release: the one named `preferred`, or the only one, as fleets need not name
    /// theirs alike.
    func carrier(_ preferred: String) -> String {
        let names = containers.compactMap { $0["name"]?.string }
        return names.count == 1 && names[0] != preferred ? names[0] : preferred
    }

    func image(of container: String) -> String? {
        containers.first { $0["name"]?.string == container }?["image"]?.string
    }

    /// Whether the controller has seen the last change: conditions say nothing before that.
    var isObserved: Bool { observedGeneration >= generation }

    /// Whether a Service with `selector` reaches pods with `labels`.
    static func selects(_ selector: JSON?, _ labels: JSON) -> Bool {
        let pairs = pairs(selector)
        return !pairs.isEmpty && pairs.allSatisfy { labels[$0.0]?.string == $0.1 }
    }

    static func pairs(_ labels: JSON?) -> [(String, String)] {
        (labels?.object?.members ?? []).compactMap { key, value in value.string.map { (key, $0) } }
    }
}

/// What we write on objects beside what was asked: our own annotations, never a whole object.
enum Marks {
    static let fence = "slipway.dev/fence"
    static let version = "slipway.dev/version"
    static let created = "slipway.dev/created"
    static let headers = "slipway.dev/headers"

    /// The fencing token on an object; 0 when nobody of us wrote it.
    static func fence(of object: JSON) -> Int64 {
        Int64(object[path: "metadata", "annotations"]?[fence]?.string ?? "") ?? 0
    }
}
