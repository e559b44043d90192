internal import SlipwayBase

extension AWSReply {
    /// Where the next page begins; nil on the last one.
    public var nextToken: String? {
        let token = result.text("NextToken") ?? result.text("NextMarker")
        return token?.isEmpty == true ? nil : token
    }
}

extension XMLNode {
    /// The text of the child `name`; an answer without it cannot be read.
    public func required(_ name: String, of call: String) throws(AWSFailure) -> String {
        guard let text = text(name), !text.isEmpty else { throw Self.unreadable(call, "it has no \(name)") }
        return text
    }

    /// The child `name` as a whole number; nil when it is absent or empty.
    public func number(_ name: String, of call: String) throws(AWSFailure) -> Int? {
        guard let text = text(name), !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw Self.unreadable(call, "its \(name) is no number: \(text.printable(max: 50))")
        }
        return number
    }

    /// Whether the child `name` says `true`.
    public func flag(_ name: String) -> Bool { text(name)?.lowercased() == "true" }

    /// The texts of the members of the list `name`.
    public func texts(_ name: String) -> [String] { members(name).map(\.text) }

    private static func unreadable(_ call: String, _ reason: String) -> AWSFailure {
        AWSFailure(
            .unreadable,
            call: call,
            summary: "\(call): the answer cannot be read: \(reason)",
            mayHaveTakenEffect: true
        )
    }
}
