public import SlipwayBase
public import SlipwayHTTP

/// Speaks with Azure Resource Manager.
///
/// Repeating, authenticating and the guard on origins are the transport's: see `AzureSession`.
public struct ARMClient: Sendable {
    /// The cloud it speaks with.
    public let cloud: AzureCloud
    private let transport: any Transport
    private let time: any TimeSource

    /// Calls `cloud` through `transport`.
    public init(_ cloud: AzureCloud, transport: any Transport, time: any TimeSource) {
        (self.cloud, self.transport, self.time) = (cloud, transport, time)
    }

    /// Sends `call` and gives what was answered.
    public func send(_ call: ARMCall) async throws(AzureFailure) -> ARMReply {
        throw AzureFailure(.invalid, call: call.name, summary: "not written yet")
    }

    /// Looks once how `operation` stands; an operation that failed is thrown as what it means.
    public func poll(_ operation: ARMOperation) async throws(AzureFailure) -> ARMProgress {
        throw AzureFailure(.invalid, call: operation.call, summary: "not written yet")
    }

    /// Every element of a list, page by page.
    public func list(_ call: ARMCall) async throws(AzureFailure) -> [JSON] {
        throw AzureFailure(.invalid, call: call.name, summary: "not written yet")
    }
}
