import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation

/// One recorded exchange with a real kube-apiserver.
struct Recording {
    var id: String
    var title: String
    var request: Request
    var status: Int
    var body: String

    /// The recordings of a version in the order in which they were made; nil when the folder is not there.
    static func all(version: String) throws -> [Recording]? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "../shared/data/kubernetes/\(version)").standardizedFileURL
        guard let index = try? Data(contentsOf: folder.appending(path: "index.json")) else { return nil }
        return try (JSON(parsing: index).array ?? []).compactMap { entry in
            guard let file = entry["file"]?.string else { return nil }
            return Recording(try JSON(parsing: try Data(contentsOf: folder.appending(path: file))))
        }
    }

    init(_ json: JSON) {
        id = json["id"]?.string ?? ""
        title = json["title"]?.string ?? ""
        let method = HTTPRequest.Method(rawValue: json["request"]?["method"]?.string ?? "GET") ?? .get
        request = Request(
            method,
            Origin(scheme: "https", host: "cluster.test"),
            json["request"]?["target"]?.string ?? "/"
        )
        for header in json["request"]?["headers"]?.array ?? [] {
            guard let name = HTTPField.Name(header[0]?.string ?? ""), ![.contentLength].contains(name),
                name.canonicalName != "host", name != .authorization
            else { continue }
            request.headers[name] = header[1]?.string
        }
        if let body = json["request"]?["body"]?.string { request.body = .bytes(Array(body.utf8)) }
        if id == "apply/yaml-body" { request.body = .bytes(Self.yamlBodyAsJSON.bytes) }
        status = json["response"]?["status"]?.int ?? 0
        body = json["response"]?["body"]?.string ?? ""
    }

    /// The simulation reads no YAML, and what follows needs the effect.
    private static let yamlBodyAsJSON: JSON = [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "ssa", "labels": ["app": "ssa"]],
        "spec": [
            "replicas": 2, "selector": ["matchLabels": ["app": "ssa"]],
            "template": [
                "metadata": ["labels": ["app": "ssa"]],
                "spec": ["containers": [["name": "web", "image": "example.test/web:2"]]],
            ],
        ],
    ]

    var isSnapshot: Bool { title.hasPrefix("snapshot:") }
    var isWatch: Bool { request.target.contains("watch=") }
    var isRead: Bool { request.method == .get }
}

/// What an answer looks like: every path to a value with the value's type; elements of lists are laid over each other.
struct Shape: Equatable {
    private(set) var paths: Set<String> = []

    /// The shape of an object, or of the lines of a watch, each under the type of its event.
    init(_ text: String) {
        if let json = try? JSON(parsing: text) {
            if json["type"] != nil, json["object"] != nil { addEvent(json) } else { add(json, "") }
            return
        }
        for line in text.split(separator: "\n") { if let event = try? JSON(parsing: String(line)) { addEvent(event) } }
    }

    private mutating func addEvent(_ event: JSON) { add(event["object"] ?? .null, event["type"]?.string ?? "?") }

    private mutating func add(_ value: JSON, _ path: String) {
        switch value {
        case .null: paths.insert(path + " null")
        case .bool: paths.insert(path + " bool")
        case .int, .double: paths.insert(path + " number")
        case .string: paths.insert(path + " text")
        case .array(let elements):
            paths.insert(path + " list")
            for element in elements { add(element, path + "[]") }
        case .object(let object):
            paths.insert(path + " object")
            for (key, value) in object.members where key != "managedFields" { add(value, path + "." + key) }
        }
    }
}

/// Sends recorded requests to a simulated cluster, in the simulated cluster's own versions and uids.
struct Replayer {
    var cluster: Cluster
    /// The bearer token sent along.
    var token: String?
    private var versions: [Int: Int] = [:]
    private var uids: [String: String] = [:]
    private var tokens: [String: String] = [:]

    init() throws {
        var seed = KubernetesWorld.Seed()
        seed.namespaces = ["shop"]
        seed.podBehaviours = [(.containing(":bad"), .failToPull(message: "not found"))]
        seed.settings.readyDelay = .milliseconds(600)
        cluster = try Cluster(seed)
    }

    mutating func send(_ recording: Recording) -> Cluster.Answer {
        var request = recording.request
        request.target = translated(target: request.target)
        if let token { request.headers[.authorization] = "Bearer \(token)" }
        if case .bytes(let bytes) = request.body, let body = try? JSON(parsing: bytes) {
            request.body = .bytes(translated(body).bytes)
        }
        let response = cluster.world.respond(to: request, at: cluster.now)
        let text = String(decoding: response.body, as: UTF8.self)
        return Cluster.Answer(status: response.status, body: (try? JSON(parsing: response.body)) ?? .null, text: text)
    }

    /// Changes something, so that there is a version to be older than.
    mutating func touch() {
        cluster.merge(
            "/apis/apps/v1/namespaces/shop/deployments/web",
            ["metadata": ["annotations": ["touched": "yes"]]]
        )
    }

    /// Remembers which version and uid of the simulation stands for which recorded one.
    mutating func learn(_ recording: Recording, _ answer: Cluster.Answer) {
        guard let recorded = try? JSON(parsing: recording.body) else { return }
        if let old = Int(recorded.resourceVersion), let new = Int(answer.body.resourceVersion) { versions[old] = new }
        if let old = recorded["metadata"]?["continue"]?.string, let new = answer.body["metadata"]?["continue"]?.string {
            tokens[old] = new
        }
        if let old = recorded["metadata"]?["uid"]?.string, let new = answer.body["metadata"]?["uid"]?.string {
            uids[old] = new
        }
    }

    /// Recorded text with this simulation's uids in it.
    func translated(_ text: String) -> String {
        uids.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }

    private func version(_ recorded: Int) -> Int {
        versions[recorded] ?? versions.filter { $0.key <= recorded }.max { $0.key < $1.key }?.value ?? recorded
    }

    private func translated(target recorded: String) -> String {
        let target = tokens.reduce(translated(recorded)) {
            $0.replacingOccurrences(of: "=" + $1.key, with: "=" + $1.value)
        }
        guard let range = target.range(of: "resourceVersion=") else { return target }
        let digits = target[range.upperBound...].prefix { $0.isNumber }
        guard let recorded = Int(digits), recorded < 1_000_000 else { return target }
        return target[..<range.upperBound] + String(version(recorded)) + target[digits.endIndex...]
    }

    private func translated(_ body: JSON) -> JSON {
        switch body {
        case .string(let text): return uids[text].map { .string($0) } ?? body
        case .array(let elements):
            return .array(
                elements.map { element in
                    var element = translated(element)
                    if element["path"] == "/metadata/resourceVersion",
                        let old = element["value"]?.string.flatMap(Int.init)
                    {
                        element["value"] = .string(String(version(old)))
                    }
                    return element
                }
            )
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { key, value in
                        guard key == "resourceVersion", let old = value.string.flatMap(Int.init) else {
                            return (key, translated(value))
                        }
                        return (key, .string(String(version(old))))
                    }
                )
            )
        default: return body
        }
    }
}
