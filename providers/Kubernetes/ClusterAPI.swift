import SlipwayBase
import SlipwayHTTP
import SlipwayModel

/// Sends requests to one API server and reads the answers; the fence is looked at with every object read.
struct ClusterAPI: Sendable {
    let calls: KubernetesCalls
    let transport: any Transport

    /// The object, or nil when there is none.
    func read(_ resource: KubernetesCalls.Resource, _ name: String, fence: Int64? = nil) async throws(ProviderFailure)
        -> JSON?
    {
        let request = calls.get(resource, name)
        guard let object = try await send(request) else { return nil }
        try KubernetesReplies.check(object, is: resource.kind, for: request)
        if let fence { try Self.check(fence, on: object, request) }
        return object
    }

    /// The object; throws one sentence when there is none.
    func need(_ resource: KubernetesCalls.Resource, _ name: String, fence: Int64? = nil) async throws(ProviderFailure)
        -> JSON
    {
        guard let object = try await read(resource, name, fence: fence) else {
            throw ProviderFailure(
                .refused,
                "\(resource.kind) \(name) is not there in namespace \(calls.namespace); create it or correct its name."
            )
        }
        return object
    }

    func deployment(_ name: String, fence: Int64? = nil) async throws(ProviderFailure) -> DeploymentView? {
        try await read(.deployments, name, fence: fence).map(DeploymentView.init)
    }

    /// The items of a list; nil when the kind is unknown to the server.
    func list(_ request: Request) async throws(ProviderFailure) -> [JSON]? {
        guard let list = try await send(request) else { return nil }
        guard let items = list["items"]?.array ?? (list["items"]?.isNull == true ? [] : nil) else {
            throw ProviderFailure(
                .transient,
                "\(KubernetesReplies.what(request)) answered with something that is no list."
            )
        }
        return items
    }

    func endpoints(of service: String) async throws(ProviderFailure) -> Endpoints {
        let items = try await list(calls.endpointSlices(of: service))
        if let items { return Endpoints(["items": .array(items)]) }
        // Servers before 1.21 have EndpointSlices under their beta version only.
        let older = try await list(calls.endpointSlices(of: service, in: .betaEndpointSlices))
        return Endpoints(["items": .array(older ?? [])])
    }

    /// The answer's object, nil for 404.
    @discardableResult
    func send(_ request: Request) async throws(ProviderFailure) -> JSON? {
        let response: Response
        do throws(HTTPFailure) { response = try await transport.send(request) } catch {
            throw KubernetesReplies.failure(error, for: request)
        }
        return try KubernetesReplies.object(response, for: request)
    }

    /// A larger fence on an object means that another run has written it since: nothing more may be written.
    static func check(_ fence: Int64, on object: JSON, _ request: Request) throws(ProviderFailure) {
        guard fence > 0, Marks.fence(of: object) > fence else { return }
        throw ProviderFailure(
            .superseded,
            "\(KubernetesReplies.what(request)): another run has taken over since; nothing more was written."
        )
    }
}
