internal import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP

/// Speaks with Azure Resource Manager.
///
/// Repeating, authenticating and the guard on origins are the transport's: see `AzureSession`. Addresses that answers
/// point to are checked here before they are followed.
public struct ARMClient: Sendable {
    /// The cloud it speaks with.
    public let cloud: AzureCloud
    let transport: any Transport
    private let time: any TimeSource

    /// Calls `cloud` through `transport`.
    public init(_ cloud: AzureCloud, transport: any Transport, time: any TimeSource) {
        (self.cloud, self.transport, self.time) = (cloud, transport, time)
    }

    /// Sends `call` and gives what was answered.
    ///
    /// An address of an operation that lies elsewhere is an `unreadable` failure: the call may have had its effect, and
    /// nothing is sent there.
    public func send(_ call: ARMCall) async throws(AzureFailure) -> ARMReply {
        let response = try await answer(to: call.request(to: cloud.resourceManager), call: call.name)
        guard response.isSuccess else { throw AzureFailure(response, call: call.name) }
        var way = try begun(by: call, response)
        // The body of an answer that names an operation says nothing that is needed.
        guard let body = response.json ?? (way == nil ? nil : .null) else {
            throw AzureFailure.unreadable(response, call: call.name, because: "it is no JSON document")
        }
        if way == nil { way = try resource(call, response, body) }
        guard let way else { return ARMReply(status: response.status, body: body) }
        let standard: Duration = call.api == .web ? .seconds(15) : .seconds(30)
        let operation = ARMOperation(call: call.name, way: way, wait: wait(response, else: standard))
        return ARMReply(status: response.status, body: body, operation: operation)
    }

    /// Every element of a list, page by page, within `Limits.listPagesMax` and `Limits.listElementsMax`.
    ///
    /// A next page that lies elsewhere is refused, and nothing is sent there.
    public func list(_ call: ARMCall) async throws(AzureFailure) -> [JSON] {
        var request = call.request(to: cloud.resourceManager)
        var elements: [JSON] = []
        var seen: Set<String> = []
        for _ in 0..<Limits.listPagesMax {
            let response = try await answer(to: request, call: call.name)
            guard response.isSuccess else { throw AzureFailure(response, call: call.name) }
            guard let body = response.json, let page = body["value"]?.array else {
                throw AzureFailure.unreadable(response, call: call.name, because: "it has no list")
            }
            elements += page
            guard elements.count <= Limits.listElementsMax else { break }
            guard let link = body["nextLink"]?.string, !link.isEmpty else { return elements }
            let place = try place(of: link, call: call.name, kind: .invalid)
            guard seen.insert(place.target).inserted else { break }
            request = Request(.get, place.origin, place.target, headers: [.accept: "application/json"])
        }
        throw AzureFailure(
            .invalid,
            call: call.name,
            summary: "\(call.name): the list does not end after \(elements.count) elements"
        )
    }

    private func answer(to request: Request, call: String) async throws(AzureFailure) -> Response {
        do throws(HTTPFailure) { return try await transport.send(request) } catch {
            throw AzureFailure(error, call: call)
        }
    }

    /// How long `response` asks to wait before the next look; `standard` when it asks for nothing.
    func wait(_ response: Response, else standard: Duration) -> Duration {
        ARMOperation.wait(response.askedRetryAfter ?? response.retryAfter(at: time.now), else: standard)
    }
}

extension ARMClient {
    /// The operation that the headers of `response` name: Azure-AsyncOperation before Location.
    private func begun(by call: ARMCall, _ response: Response) throws(AzureFailure) -> ARMOperation.Way? {
        let isWrite = call.method != .get && call.method != .head
        if isWrite, response.status != 204, let link = response.headers[.asyncOperation] {
            let url = try address(link, call: call.name)
            return .asyncOperation(url: url, final: try final(of: call, response))
        }
        // With 201, Location is where the new resource lies.
        guard response.status == 202, let link = response.headers[.location] else { return nil }
        return .location(url: try address(link, call: call.name))
    }

    /// Where to read what a call made: the resource itself, or what a POST named in Location.
    private func final(of call: ARMCall, _ response: Response) throws(AzureFailure) -> String? {
        switch call.method {
        case .put, .patch: return call.request(to: cloud.resourceManager).url
        case .post:
            guard let link = response.headers[.location] else { return nil }
            return try address(link, call: call.name)
        default: return nil
        }
    }

    /// The operation that only the resource itself tells of; nil when it is over. Throws what has failed already.
    private func resource(
        _ call: ARMCall,
        _ response: Response,
        _ body: JSON
    ) throws(AzureFailure) -> ARMOperation.Way? {
        guard call.method == .put || call.method == .patch else { return nil }
        let state = ARMState(resource: body)
        guard !state.isFailure else { throw .ended(state, body, call: call.name, status: response.status) }
        guard state == .running || response.status == 202 else { return nil }
        return .provisioningState(url: call.request(to: cloud.resourceManager).url)
    }

    func address(_ link: String, call: String) throws(AzureFailure) -> String {
        let place = try place(of: link, call: call, kind: .unreadable)
        return place.origin.description + place.target
    }

    /// Where `link` leads, byte for byte; refuses every place but the resource manager itself.
    func place(
        of link: String,
        call: String,
        kind: AzureFailure.Kind
    ) throws(AzureFailure) -> (origin: Origin, target: String) {
        let reason: String
        if link.utf8.count > Limits.followedAddressBytesMax {
            reason = "the answer names an address of \(link.utf8.count) bytes; it is not followed"
        } else {
            do throws(HTTPFailure) {
                let origins: Set = [cloud.resourceManager]
                return try OriginGuard(origins).check(url: link, from: cloud.resourceManager)
            } catch {
                reason = error.reason
            }
        }
        throw AzureFailure(
            kind,
            call: call,
            summary: "\(call): \(reason)".printable(),
            mayHaveTakenEffect: kind == .unreadable
        )
    }
}

extension Response {
    /// The body as JSON: null when there is none, nil when it is something else.
    var json: JSON? { body.isEmpty ? .null : try? JSON(parsing: body) }
}

extension HTTPField.Name {
    /// Where an operation tells how it stands.
    static let asyncOperation = HTTPField.Name("Azure-AsyncOperation")!
}
