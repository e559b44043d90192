/// The path of a request to Azure Resource Manager, taken apart.
///
/// Names of types and resources are compared without case, as Azure does.
struct ARMAddress: Hashable, Sendable {
    /// The subscription; nil for paths above it.
    var subscription: String?
    /// The resource group.
    var group: String?
    /// The namespace, such as `microsoft.web`, in lower case; empty without one.
    var namespace = ""
    /// What follows the namespace, or the whole rest without one, as it came.
    var names: [String]
    /// The same in lower case.
    var parts: [String]
    /// The whole path as it came.
    var path: String

    init(_ path: String) {
        self.path = path
        var rest = path.split(separator: "/").map(String.init)[...]
        func take(_ word: String) -> String? {
            guard rest.count > 1, rest.first?.lowercased() == word else { return nil }
            defer { rest = rest.dropFirst(2) }
            return rest[rest.startIndex + 1]
        }
        subscription = take("subscriptions")
        if subscription != nil { group = take("resourcegroups") }
        if let namespace = take("providers") { self.namespace = namespace.lowercased() }
        names = Array(rest)
        parts = rest.map { $0.lowercased() }
    }

    /// The types and actions of the path, such as `sites/slots/slotsswap`.
    var typePath: String { stride(from: 0, to: parts.count, by: 2).map { names[$0] }.joined(separator: "/") }
}
