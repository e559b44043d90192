import SlipwayBase
import SlipwayConfig

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
