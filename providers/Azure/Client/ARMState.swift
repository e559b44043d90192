internal import SlipwayBase

/// How a resource or an operation says that it stands: `status` of an operation, `provisioningState` of a resource.
enum ARMState: Hashable {
    case running, succeeded, failed, canceled

    /// Everything that is not one of the three ends is on its way.
    init(_ text: String) {
        switch text.lowercased() {
        case "succeeded": self = .succeeded
        case "failed": self = .failed
        case "canceled", "cancelled": self = .canceled
        default: self = .running
        }
    }

    /// What a resource says of itself; one that says nothing is ready.
    init(resource: JSON) {
        self = resource[path: "properties", "provisioningState"]?.string.map { ARMState($0) } ?? .succeeded
    }

    /// Whether it ended without success.
    var isFailure: Bool { self == .failed || self == .canceled }
}

extension AzureFailure {
    /// An operation that ended without success, told by the body that says so.
    ///
    /// What it did before it failed is not known, so the resource must be looked at.
    static func ended(_ state: ARMState, _ body: JSON, call: String, status: Int) -> Self {
        let error = body["error"]?.object == nil ? body[path: "properties", "error"] ?? body : body
        var failure = AzureFailure(AzureErrorBody(error), status: 400, call: call)
        failure.status = status
        failure.mayHaveTakenEffect = true
        if failure.code.isEmpty, AzureErrorBody(error).message.isEmpty {
            let word = state == .canceled ? "was canceled" : "failed"
            failure.summary = "\(call): the operation \(word), and Azure gave no reason".printable()
        }
        return failure
    }
}
