/// The path and the query of a request as a server of a REST protocol takes them apart; nothing is normalised.
struct RequestTarget: Hashable, Sendable {
    /// The path, decoded; begins with `/`.
    var path: String
    /// The fields of the query, decoded.
    var query: QueryParameters

    /// Nil when a `%` of the path is not followed by two digits, or what is encoded there is not UTF-8.
    init?(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.decode(parts.first ?? "/") else { return nil }
        self.path = path
        query = QueryParameters(form: Array((parts.count > 1 ? parts[1] : "").utf8))
    }

    /// In a path, `+` is a plus.
    private static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
