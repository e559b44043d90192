public import HTTPTypes
public import SlipwayBase

/// The APIs of Azure Resource Manager that are used, each with the one version that all its calls name.
public enum ARMAPI: String, Hashable, Sendable, CaseIterable {
    /// App Service.
    case web = "2023-12-01"
    /// AKS.
    case containerService = "2024-09-01"
    /// Front Door.
    case cdn = "2024-02-01"
    /// Traffic Manager.
    case trafficManager = "2022-04-01"
    /// Subscriptions.
    case subscriptions = "2022-12-01"
}

/// One call of Azure Resource Manager, before it is sent: no host, no credentials.
public struct ARMCall: Hashable, Sendable {
    /// What it is, for people, such as `POST slots/staging/slotsswap`.
    public var name: String
    /// The method.
    public var method: HTTPRequest.Method
    /// The path from `/subscriptions` on, already percent-encoded, without a query.
    public var path: String
    /// The API whose version it names.
    public var api: ARMAPI
    /// What the query holds beside the version.
    public var query: [(name: String, value: String)] {
        get { pairs.map { ($0.name, $0.value) } }
        set { pairs = newValue.map { Pair(name: $0.name, value: $0.value) } }
    }
    /// The body; nil for none.
    public var body: JSON?
    /// Whether sending it twice is as good as sending it once.
    public var isIdempotent: Bool
    private var pairs: [Pair] = []

    private struct Pair: Hashable, Sendable {
        var name: String
        var value: String
    }

    /// Makes a call; GET, PUT, PATCH and DELETE count as idempotent unless said otherwise.
    public init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ api: ARMAPI,
        name: String,
        body: JSON? = nil,
        isIdempotent: Bool? = nil
    ) {
        (self.method, self.path, self.api, self.name, self.body) = (method, path, api, name, body)
        self.isIdempotent = isIdempotent ?? [.get, .put, .patch, .delete].contains(method)
    }
}

/// What Azure Resource Manager answered to one call.
public struct ARMReply: Hashable, Sendable {
    /// The status, 200 to 299.
    public var status: Int
    /// The body; null when it is empty.
    public var body: JSON
    /// The operation that the call has begun and that is not over yet; nil when it is over.
    public var operation: ARMOperation?

    /// Makes a reply.
    public init(status: Int, body: JSON = .null, operation: ARMOperation? = nil) {
        (self.status, self.body, self.operation) = (status, body, operation)
    }
}
