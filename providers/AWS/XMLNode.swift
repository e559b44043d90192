/// One element of an XML answer: its name without prefix, its text, its children in order.
public struct XMLNode: Hashable, Sendable {
    /// The local name.
    public var name: String
    /// The text directly inside, trimmed when there are children.
    public var text: String
    /// The elements directly inside.
    public var children: [XMLNode]

    /// Makes an element.
    public init(_ name: String, text: String = "", children: [XMLNode] = []) {
        (self.name, self.text, self.children) = (name, text, children)
    }

    /// The first child of that name.
    public subscript(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// The text of the child of that name; nil when it is absent.
    public func text(_ name: String) -> String? { self[name]?.text }

    /// The children of the child of that name: `<Name><member>…</member><member>…</member></Name>`.
    public func members(_ name: String) -> [XMLNode] { self[name]?.children ?? [] }
}
