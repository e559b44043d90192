import HTTPTypes
import SlipwayBase
import SlipwaySimulation
import Testing

/// Bytes of protobuf, as Go writes them for Kubernetes.
enum Protobuf {
    static func message(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        let length =
            bytes.count < 0x80 ? [UInt8(bytes.count)] : [UInt8(bytes.count & 0x7F) | 0x80, UInt8(bytes.count >> 7)]
        return [number << 3 | 2] + length + bytes
    }

    static func text(_ number: UInt8, _ text: String) -> [UInt8] { message(number, Array(text.utf8)) }
    static func number(_ number: UInt8, _ value: UInt8) -> [UInt8] { [number << 3, value] }
    static func label(_ number: UInt8, _ key: String, _ value: String) -> [UInt8] {
        message(number, text(1, key) + text(2, value))
    }

    /// `k8s`, zero, and an envelope of the kind and the object.
    static func object(_ version: String, _ kind: String, _ object: [UInt8]) -> [UInt8] {
        [0x6B, 0x38, 0x73, 0x00] + message(1, text(1, version) + text(2, kind)) + message(2, object) + text(3, "")
    }
}

/// Bodies that are no JSON: YAML, which server-side apply takes, and the protobuf of `kubectl create`.
@Suite struct BodyTests {
    private static let manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: hello, labels: { app: hello, build: "007" } }
        spec:
          replicas: 2
          selector: { matchLabels: { app: hello } }
          template:
            metadata: { labels: { app: hello } }
            spec:
              containers:
                - name: web          # The only one.
                  image: example.test/hello:1
        """
    private static let protobuf = "application/vnd.kubernetes.protobuf"
    private static let deployments = "/apis/apps/v1/namespaces/default/deployments"

    @Test("given a manifest in YAML, when it is applied or created, then it is read as the same in JSON would be")
    func yaml() throws {
        var cluster = try Cluster()
        let bytes = Array(Self.manifest.utf8)
        let path = Self.deployments + "/hello?fieldManager=a"
        let applied = cluster.send(.patch, path, bytes: bytes, type: "application/apply-patch+yaml")
        #expect(applied.status == 201 && applied.body["spec"]?["replicas"] == 2)
        #expect(applied.body["metadata"]?["labels"] == ["app": "hello", "build": "007"])
        #expect(cluster.send(.delete, Self.deployments + "/hello").status == 200)
        let created = cluster.send(.post, Self.deployments, bytes: bytes, type: "application/yaml")
        #expect(created.status == 201 && created.body["spec"] == applied.body["spec"])
    }

    @Test(
        "given YAML that is broken or has tags or aliases without end, when it is applied, then 400 says why",
        arguments: [
            "kind: [", "a: 1\na: 2", "!!python/object:os.system x", "\u{0}",
            "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *c]", "kind: Deployment",
        ]
    )
    func broken(_ text: String) throws {
        var cluster = try Cluster()
        let path = Self.deployments + "/hello?fieldManager=a"
        let answer = cluster.send(.patch, path, bytes: Array(text.utf8), type: "application/apply-patch+yaml")
        #expect(answer.status == 400 && answer.body["reason"] == "BadRequest")
    }

    @Test(
        "given a Deployment in protobuf, when it is created, then all of it is understood, and what was not set is not"
    )
    func deployment() throws {
        var cluster = try Cluster()
        // The fields that Go always sends: an empty time, zeros, and a status of zeros.
        let metadata =
            Protobuf.text(1, "hello") + Protobuf.text(4, "") + Protobuf.number(7, 0) + Protobuf.message(8, [])
        let container =
            Protobuf.text(1, "web") + Protobuf.text(2, "example.test/hello:1") + Protobuf.text(3, "run")
            + Protobuf.text(3, "fast") + Protobuf.message(6, Protobuf.number(3, 80)) + Protobuf.message(8, [])
        let labels = Protobuf.message(1, Protobuf.label(11, "app", "hello"))
        let template = labels + Protobuf.message(2, Protobuf.message(2, container) + Protobuf.number(11, 0))
        let spec =
            Protobuf.number(1, 3) + Protobuf.message(2, Protobuf.label(1, "app", "hello"))
            + Protobuf.message(3, template) + Protobuf.message(4, Protobuf.text(1, "Recreate"))
        let status = Protobuf.number(1, 0) + Protobuf.number(2, 0)
        let bytes = Protobuf.object(
            "apps/v1",
            "Deployment",
            Protobuf.message(1, metadata) + Protobuf.message(2, spec) + Protobuf.message(3, status)
        )
        let made = cluster.send(.post, Self.deployments, bytes: bytes, type: Self.protobuf)
        #expect(made.status == 201 && made.body["spec"]?["replicas"] == 3, "\(made.text)")
        #expect(made.body["spec"]?["strategy"]?["type"] == "Recreate")
        let found = made.body["spec"]?["template"]?["spec"]?["containers"]?[0]
        #expect(found?["command"] == ["run", "fast"] && found?["ports"]?[0]?["containerPort"] == 80)
        cluster.wait(60)
        #expect(cluster.get(Self.deployments + "/hello").status("readyReplicas") == 3)
    }

    @Test(
        "given protobuf with a field that is not understood, or that is none, when it is created, then 415",
        arguments: [
            // A finalizer, which kubectl never sends.
            Protobuf.object("v1", "Namespace", Protobuf.message(1, Protobuf.text(1, "new") + Protobuf.text(14, "x"))),
            Protobuf.object("v1", "Namespace", [0x0A, 0x7F]), [], Array("{}".utf8),
            // Messages inside each other.
            Protobuf.object("v1", "Namespace", (0..<60).reduce([]) { inner, _ in Protobuf.message(5, inner) }),
        ]
    )
    func notUnderstood(_ bytes: [UInt8]) throws {
        var cluster = try Cluster()
        let answer = cluster.send(.post, "/api/v1/namespaces", bytes: bytes, type: Self.protobuf)
        #expect(answer.status == 415 && answer.body["reason"] == "UnsupportedMediaType")
    }

    @Test("given pods, when their logs are asked for, then the image and its state are told, or why there is no log")
    func logs() throws {
        var cluster = try Cluster.web()
        let name = cluster.get(Cluster.pods)["items"]?[0]?["metadata"]?["name"]?.string ?? ""
        let log = cluster.send(.get, "\(Cluster.pods)/\(name)/log")
        #expect(log.status == 200 && log.text.contains("example.test/web:1") && log.text.contains("ready since"))
        #expect(cluster.send(.get, "\(Cluster.pods)/\(name)/log?tailLines=1").text.hasPrefix("ready since"))
        cluster.world.podBehaviours = [(.exactly("example.test/web:2"), .failToPull(message: "no such image"))]
        cluster.setImage("example.test/web:2")
        cluster.wait(5)
        let pods = cluster.get(Cluster.pods)["items"]?.array ?? []
        let new = pods.first { $0["spec"]?["containers"]?[0]?["image"] == "example.test/web:2" }
        let path = "\(Cluster.pods)/\(new?["metadata"]?["name"]?.string ?? "")/log"
        let refused = cluster.send(.get, path)
        #expect(refused.status == 400 && refused.text.contains("is waiting to start: ImagePullBackOff"))
        #expect(cluster.send(.get, "\(Cluster.pods)/none/log").status == 404)
    }
}
