import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Builds requests to one API server, purely: no I/O, so that each can be compared with what a real server accepted.
struct KubernetesCalls: Hashable, Sendable {
    /// The name under which the API server records what we changed.
    static let fieldManager = "slipway"

    let origin: Origin
    /// The path of the server's URL, without a slash at its end.
    let basePath: String
    let namespace: String

    /// The same server, another namespace.
    func inside(_ namespace: String) -> KubernetesCalls {
        KubernetesCalls(origin: origin, basePath: basePath, namespace: namespace)
    }

    /// A kind of object as it stands in paths.
    struct Resource: Hashable, Sendable {
        let group: String
        let version: String
        let plural: String
        let kind: String

        static let deployments = Resource("apps", "v1", "deployments", "Deployment")
        static let pods = Resource("", "v1", "pods", "Pod")
        static let services = Resource("", "v1", "services", "Service")
        static let endpointSlices = Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice")
        static let betaEndpointSlices = Resource("discovery.k8s.io", "v1beta1", "endpointslices", "EndpointSlice")
        static let ingresses = Resource("networking.k8s.io", "v1", "ingresses", "Ingress")
        static let httpRoutes = Resource("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute")
        static let gateways = Resource("gateway.networking.k8s.io", "v1", "gateways", "Gateway")
        static let istioGateways = Resource("networking.istio.io", "v1", "gateways", "Gateway")
        static let virtualServices = Resource("networking.istio.io", "v1", "virtualservices", "VirtualService")
        static let autoscalers = Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler")
        static let olderAutoscalers = Resource(
            "autoscaling",
            "v1",
            "horizontalpodautoscalers",
            "HorizontalPodAutoscaler"
        )
        static let leases = Resource("coordination.k8s.io", "v1", "leases", "Lease")

        init(_ group: String, _ version: String, _ plural: String, _ kind: String) {
            (self.group, self.version, self.plural, self.kind) = (group, version, plural, kind)
        }

        var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
        var prefix: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }
    }

    func get(_ resource: Resource, _ name: String) -> Request { request(.get, path(resource, name)) }

    func list(_ resource: Resource, _ query: [(String, String)] = []) -> Request {
        request(.get, path(resource) + Self.query(query))
    }

    func pods(matching labels: [(String, String)]) -> Request {
        list(.pods, [("labelSelector", labels.map { "\($0)=\($1)" }.joined(separator: ",")), ("limit", "500")])
    }

    func endpointSlices(of service: String, in resource: Resource = .endpointSlices) -> Request {
        list(resource, [("labelSelector", "kubernetes.io/service-name=\(service)")])
    }

    func create(_ resource: Resource, _ object: JSON) -> Request {
        write(.post, path(resource), object, type: "application/json")
    }

    /// A full replacement, guarded by the resourceVersion inside `object`: sending it twice changes nothing more.
    func replace(_ resource: Resource, _ name: String, _ object: JSON) -> Request {
        write(.put, path(resource, name), object, type: "application/json", isIdempotent: true)
    }

    /// A strategic merge patch (built-in kinds only), guarded when `patch` names a resourceVersion.
    func patch(_ resource: Resource, _ name: String, strategic patch: JSON) -> Request {
        write(.patch, path(resource, name), patch, type: "application/strategic-merge-patch+json")
    }

    /// A merge patch, guarded when `patch` names a resourceVersion.
    func patch(_ resource: Resource, _ name: String, merge patch: JSON) -> Request {
        write(.patch, path(resource, name), patch, type: "application/merge-patch+json")
    }

    /// A JSON patch whose `test` operations guard it.
    func patch(_ resource: Resource, _ name: String, operations: [JSON]) -> Request {
        write(.patch, path(resource, name), .array(operations), type: "application/json-patch+json")
    }

    /// A deletion of exactly the object with `uid`; what it owns goes with it in the background.
    func delete(_ resource: Resource, _ name: String, uid: String) -> Request {
        let options: JSON = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
            "preconditions": ["uid": .string(uid)],
        ]
        let path = path(resource, name)
        return write(.delete, path, options, type: "application/json", isIdempotent: true, isManaged: false)
    }

    /// A watch of one object from `resourceVersion` on.
    func watch(_ resource: Resource, _ name: String, from resourceVersion: String, seconds: Int) -> Request {
        var request = list(
            resource,
            [
                ("watch", "true"), ("fieldSelector", "metadata.name=\(name)"), ("resourceVersion", resourceVersion),
                ("allowWatchBookmarks", "true"), ("timeoutSeconds", "\(seconds)"),
            ]
        )
        request.streamsResponse = true
        request.bounds.total = .seconds(seconds + 30)
        request.bounds.idle = .zero
        return request
    }

    /// Asks whether we may do `verb` on `resource`; creates nothing, so it may be repeated.
    func mayI(_ verb: String, _ resource: Resource) -> Request {
        let review: JSON = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": [
                "resourceAttributes": [
                    "namespace": .string(namespace), "group": .string(resource.group),
                    "resource": .string(resource.plural), "verb": .string(verb),
                ]
            ],
        ]
        return write(
            .post,
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            review,
            type: "application/json",
            isIdempotent: true,
            isManaged: false
        )
    }

    private func path(_ resource: Resource, _ name: String? = nil) -> String {
        let collection = "\(resource.prefix)/namespaces/\(namespace)/\(resource.plural)"
        return name.map { "\(collection)/\($0)" } ?? collection
    }

    private func request(_ method: HTTPRequest.Method, _ path: String) -> Request {
        Request(method, origin, basePath + path, headers: [.accept: "application/json"])
    }

    /// `isManaged` says that fields are set, which the server records under our name.
    private func write(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSON,
        type: String,
        isIdempotent: Bool = false,
        isManaged: Bool = true
    ) -> Request {
        let target = isManaged ? path + "?fieldManager=\(Self.fieldManager)" : path
        var request = request(method, target)
        request.headers[.contentType] = type
        request.body = .bytes(body.bytes)
        request.isIdempotent = isIdempotent
        return request
    }

    private static func query(_ items: [(String, String)]) -> String {
        guard !items.isEmpty else { return "" }
        return "?" + items.map { "\(escaped($0))=\(escaped($1))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
