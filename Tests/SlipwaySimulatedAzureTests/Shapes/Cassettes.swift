import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// One recorded exchange with the real Azure.
struct RecordedExchange {
    var method: HTTPRequest.Method
    var url: String
    var body: String?
    var status: Int
    var headers: [String: String]
    var answer: String

    /// The exchanges of a recording in their order; nil when it is not beside the package.
    static func all(in name: String) -> [RecordedExchange]? {
        let file = azureData("azure-cli-2025-02/\(name)")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        return RecordedYAML(text)["interactions"]?.list.map(RecordedExchange.init)
    }

    private init(_ node: RecordedYAML) {
        let (request, response) = (node["request"], node["response"])
        method = HTTPRequest.Method(request?["method"]?.string ?? "GET") ?? .get
        url = request?["uri"]?.string ?? ""
        body = request?["body"]?.string
        status = Int(response?["status"]?["code"]?.string ?? "") ?? 0
        answer = response?["body"]?["string"]?.string ?? ""
        headers = [:]
        for (key, value) in response?["headers"]?.members ?? [] {
            headers[key.lowercased()] = value.list.first?.string ?? ""
        }
    }
}

/// What lies beside the checkout; it need not be there.
func azureData(_ path: String) -> URL {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    return root.appending(path: "../shared/data/azure").appending(path: path).standardizedFileURL
}

/// Where two documents differ in their keys and in the types of their values; null counts as any type.
func differences(of ours: JSON, from theirs: JSON, at path: String = "") -> [String] {
    switch (ours, theirs) {
    case (.null, _), (_, .null): return []
    case (.object(let left), .object(let right)):
        let missing = right.keys.filter { left[$0] == nil }.map { "\(path).\($0) is missing" }
        let extra = left.keys.filter { right[$0] == nil }.map { "\(path).\($0) is too much" }
        let inner = right.members.flatMap { key, value in
            left[key].map { differences(of: $0, from: value, at: "\(path).\(key)") } ?? []
        }
        return missing + extra + inner
    case (.array(let left), .array(let right)):
        guard let one = left.first, let other = right.first else { return [] }
        return differences(of: one, from: other, at: path + "[]")
    case (.string, .string), (.bool, .bool), (.int, .int), (.double, .double): return []
    default: return ["\(path) is \(kind(of: ours)), not \(kind(of: theirs))"]
    }
}

private func kind(of value: JSON) -> String {
    switch value {
    case .null: "null"
    case .bool: "a truth value"
    case .int: "an integer"
    case .double: "a fraction"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
}
