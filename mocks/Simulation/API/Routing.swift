import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A request that names a known kind and may be done.
struct Call {
    var request: Request
    var target: APITarget
    var kind: ResourceKind
    /// The form the answer is wanted in.
    var form: Form

    enum Form: Sendable { case whole, metadataOnly, table }

    var key: ObjectKey { ObjectKey(target.namespace ?? "", target.name ?? "") }
    /// How much of each object a table holds beside its cells.
    var included: Table.Included { target["includeObject"].flatMap(Table.Included.init) ?? .metadata }
    var isDryRun: Bool { target["dryRun"] == "All" }
    var bytes: [UInt8] { if case .bytes(let bytes) = request.body { bytes } else { [] } }

    /// Who is noted as the writer: `fieldManager`, or the first word of the user agent.
    var manager: String {
        if let name = target["fieldManager"], !name.isEmpty { return name }
        let agent = request.headers[.userAgent] ?? "unknown"
        return String(agent.prefix { $0 != "/" })
    }
}

extension KubernetesWorld {
    /// Authenticates, authorises and hands a request to what answers it.
    mutating func answer(_ request: Request) throws(Refusal) -> Response {
        switch try admitted(request) {
        case .answered(let response): return response
        case .call(let call): return try perform(call)
        }
    }

    /// What a request that may be done comes to.
    enum Admission {
        /// It was answered without touching any object.
        case answered(Response)
        case call(Call)
    }

    /// Checks everything that does not depend on the object named.
    func admitted(_ request: Request) throws(Refusal) -> Admission {
        let target = APITarget(request.target)
        let user = try authenticated(request)
        guard target.isResource else { return .answered(try answerPath(target, request, user: user)) }
        if user != Self.anonymous, let review = try answerReview(target, request) { return .answered(review) }
        let verb = verb(of: request, target)
        guard user != Self.anonymous,
            rights.permits(
                verb,
                target.resourceWithSubresource,
                group: target.group,
                namespace: target.namespace ?? ""
            )
        else { throw forbidden(target, verb: verb, user: user) }
        guard let kind = ResourceKind.served(group: target.group, version: target.version, plural: target.resource),
            !missingKinds.contains(kind)
        else { throw .unknownPath }
        return .call(Call(request: request, target: target, kind: kind, form: try form(of: request)))
    }

    private mutating func perform(_ call: Call) throws(Refusal) -> Response {
        guard call.target.subresource == nil else { return try answerSubresource(call) }
        switch (call.request.method, call.target.name) {
        case (.get, nil): return call.target.isSet("watch") ? try watch(call) : try list(call)
        case (.get, _): return try get(call)
        case (.post, nil): return try create(call)
        case (.put, .some): return try replace(call)
        case (.patch, .some): return try patch(call)
        case (.delete, .some): return try delete(call)
        default: throw .methodNotAllowed
        }
    }

    private static let anonymous = "system:anonymous"

    private func authenticated(_ request: Request) throws(Refusal) -> String {
        guard let token = rights.token else { return rights.user }
        guard let given = request.headers[.authorization] else { return Self.anonymous }
        guard given == "Bearer \(token)" else { throw Refusal(401, "Unauthorized", "Unauthorized") }
        return rights.user
    }

    private func verb(of request: Request, _ target: APITarget) -> String {
        switch request.method {
        case .get, .head: target.name != nil ? "get" : target.isSet("watch") ? "watch" : "list"
        case .post: "create"
        case .put: "update"
        case .patch: "patch"
        case .delete: target.name == nil ? "deletecollection" : "delete"
        default: request.method.rawValue.lowercased()
        }
    }

    private func forbidden(_ target: APITarget, verb: String, user: String) -> Refusal {
        let qualified = target.group.isEmpty ? target.resource : "\(target.resource).\(target.group)"
        let named = target.name.map { "\(qualified) \"\($0)\"" } ?? qualified
        let place = target.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
        var details: JSON = [:]
        if let name = target.name { details["name"] = .string(name) }
        if !target.group.isEmpty { details["group"] = .string(target.group) }
        details["kind"] = .string(target.resource)
        return Refusal(
            403,
            "Forbidden",
            """
            \(named) is forbidden: User \"\(user)\" cannot \(verb) resource \"\(target.resourceWithSubresource)\" in \
            API group \"\(target.group)\" \(place)
            """,
            details: details
        )
    }

    private func form(of request: Request) throws(Refusal) -> Call.Form {
        guard let accept = request.headers[.accept], !accept.isEmpty else { return .whole }
        for part in accept.split(separator: ",") {
            let pieces = part.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let type = pieces.first, ["application/json", "application/*", "*/*"].contains(type) else { continue }
            guard let wanted = pieces.first(where: { $0.hasPrefix("as=") }) else { return .whole }
            if wanted.hasPrefix("as=PartialObjectMetadata") { return .metadataOnly }
            if wanted == "as=Table", pieces.contains("v=v1"), pieces.contains("g=meta.k8s.io") { return .table }
        }
        throw Refusal(
            406,
            "NotAcceptable",
            """
            406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, \
            application/vnd.kubernetes.protobuf, application/json;stream=watch, \
            application/vnd.kubernetes.protobuf;stream=watch
            """,
            details: [:]
        )
    }

    func reply(_ status: Int, _ object: JSON) -> Response {
        var bytes = object.bytes
        bytes.append(0x0A)
        return Response(status: status, headers: .json, body: bytes)
    }
}
