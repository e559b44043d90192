public import SlipwayBase

extension ConfigNode {
    /// The value as JSON: names as they stand, texts unchanged, and scalars by their kinds.
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
