import Foundation
import SlipwayBase

/// Our JSON next to Foundation's, on a list of pods of about a megabyte as an API server sends it.
enum JSONBench {
    private static let rounds = 7

    /// Reading and writing, in MB of text a second.
    static func rows() throws -> [Row] {
        let document = PodList.make(pods: 250)
        let bytes = document.bytes
        let data = Data(bytes)
        let dynamic = try JSONDecoder().decode(Dynamic.self, from: data)
        let object = try JSONSerialization.jsonObject(with: data)
        guard try JSON(parsing: bytes) == document else { throw BenchFailure("what was written was not read back") }
        let speeds = try measure([
            { _ = try JSON(parsing: bytes) },
            { _ = try JSONSerialization.jsonObject(with: data) },
            { _ = try JSONDecoder().decode(Dynamic.self, from: data) },
            { _ = document.bytes },
            { _ = try JSONSerialization.data(withJSONObject: object) },
            { _ = try JSONEncoder().encode(dynamic) },
        ]).map { Double(bytes.count) / 1e6 / $0 }
        let size = Row.text(Double(bytes.count) / 1e6, 2) + " MB"
        let aim = "ratio > 2"
        return [
            .compared(
                "JSON reading, \(size)",
                speeds[0],
                with: "JSONSerialization",
                speeds[1],
                unit: "MB/s",
                aim: aim
            ) { $0 > 2 },
            .compared("", speeds[0], with: "JSONDecoder, dynamic", speeds[2], unit: "MB/s", aim: aim) { $0 > 2 },
            .compared("JSON writing", speeds[3], with: "JSONSerialization", speeds[4], unit: "MB/s", aim: aim) {
                $0 > 2
            },
            .compared("", speeds[3], with: "JSONEncoder, dynamic", speeds[5], unit: "MB/s", aim: aim) { $0 > 2 },
        ]
    }

    /// Median processor seconds of each, taken in turns.
    private static func measure(_ bodies: [() throws -> Void]) throws -> [Double] {
        var seconds = [[Double]](repeating: [], count: bodies.count)
        for round in 0...rounds {
            for (index, body) in bodies.enumerated() {
                let start = Usage.ours.cpuSeconds
                try body()
                if round > 0 { seconds[index].append(Usage.ours.cpuSeconds - start) }
            }
        }
        return seconds.map(\.median)
    }

    /// Any JSON value by way of Codable, as it is usually written.
    private enum Dynamic: Codable {
        case null
        case bool(Bool)
        case int(Int64)
        case double(Double)
        case string(String)
        case array([Dynamic])
        case object([String: Dynamic])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(String.self) {
                self = .string(value)
            } else if let value = try? container.decode([String: Dynamic].self) {
                self = .object(value)
            } else if let value = try? container.decode([Dynamic].self) {
                self = .array(value)
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .int(value)
            } else {
                self = .double(try container.decode(Double.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .bool(let value): try container.encode(value)
            case .int(let value): try container.encode(value)
            case .double(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            case .array(let value): try container.encode(value)
            case .object(let value): try container.encode(value)
            }
        }
    }
}
