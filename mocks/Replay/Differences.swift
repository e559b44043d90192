internal import SlipwayBase

/// Collects differences, each value short and printable; keys hold no secrets.
struct Differences {
    let countMax: Int
    var found: [CassetteMismatch.Difference] = []

    mutating func compare(_ field: String, _ sent: String?, _ recorded: String?) {
        guard found.count < countMax, sent != recorded else { return }
        found.append(.init(field: Self.shown(field) ?? "", sent: Self.shown(sent), recorded: Self.shown(recorded)))
    }

    mutating func compare(_ sent: RequestKey.Body, _ recorded: RequestKey.Body) {
        switch (sent, recorded) {
        case (.json(let sent), .json(let recorded)): compare("", sent, recorded)
        case (.form(let sent), .form(let recorded)): compare("body", sent, recorded)
        default: compare("body", Self.text(sent), Self.text(recorded))
        }
    }

    private mutating func compare(_ path: String, _ sent: JSON?, _ recorded: JSON?) {
        guard found.count < countMax, sent != recorded else { return }
        switch (sent, recorded) {
        case (.object(let left)?, .object(let right)?):
            for key in left.keys + right.keys.filter({ left[$0] == nil }) {
                compare(path.isEmpty ? key : "\(path).\(key)", left[key], right[key])
            }
        case (.array(let left)?, .array(let right)?):
            for index in 0..<max(left.count, right.count) {
                compare("\(path)[\(index)]", sent?[index], recorded?[index])
            }
        default: compare(path.isEmpty ? "body" : "body \(path)", sent?.text, recorded?.text)
        }
    }

    mutating func compare(_ place: String, _ sent: [RequestKey.Pair], _ recorded: [RequestKey.Pair]) {
        guard sent != recorded else { return }
        let (left, right) = (Dictionary(grouping: sent, by: \.name), Dictionary(grouping: recorded, by: \.name))
        for name in Set(left.keys).union(right.keys).sorted() {
            compare(
                "\(place) \(name)",
                left[name]?.map(\.value).joined(separator: ", "),
                right[name]?.map(\.value).joined(separator: ", ")
            )
        }
    }

    private static func text(_ body: RequestKey.Body) -> String? {
        switch body {
        case .none: nil
        case .form(let pairs): pairs.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        case .digest(let sha256, let count): "\(count) bytes with SHA-256 \(sha256)"
        case .json(let document): document.text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self) ?? "\(bytes.count) bytes that are not text"
        }
    }

    private static func shown(_ text: String?) -> String? { text?.printable(max: 100) }
}
