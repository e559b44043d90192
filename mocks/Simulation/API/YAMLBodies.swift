public import SlipwayBase
public import SlipwayConfig

extension ConfigNode {
    /// The value as JSON, as manifests are sent.
    public var json: JSON {
        switch content {
        case .mapping(let entries): .object(JSONObject(entries.map { ($0.key, $0.value.json) }))
        case .sequence(let elements): .array(elements.map(\.json))
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: .null
            case .bool(let value): .bool(value)
            case .int(let value): .int(value)
            case .double(let value): .double(value)
            case .text: .string(scalar.source)
            }
        }
    }
}

extension JSON {
    /// Reads a manifest in JSON or YAML: server-side apply takes both.
    init(manifest bytes: [UInt8]) throws(Refusal) {
        if let json = try? JSON(parsing: bytes) {
            self = json
            return
        }
        do throws(InputFailure) { self = try ConfigNode.parse(bytes: bytes, file: "the body").json } catch {
            throw .badRequest("error decoding YAML: \(error.description)")
        }
    }
}
