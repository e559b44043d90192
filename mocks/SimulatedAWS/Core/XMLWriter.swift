/// Writes XML answers piece by piece, escaping what needs it.
struct XMLWriter: Sendable {
    /// What is written so far.
    private(set) var bytes: [UInt8] = []

    /// `<name>text</name>`; nil writes nothing.
    mutating func text(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        open(name)
        escape(value)
        close(name)
    }

    /// `<name>12</name>`; nil writes nothing.
    mutating func number(_ name: StaticString, _ value: Int?) { text(name, value.map { String($0) }) }

    /// `<name>true</name>`.
    mutating func flag(_ name: StaticString, _ value: Bool) { text(name, value ? "true" : "false") }

    /// An element with elements inside; `attributes` are written as they are.
    mutating func element(_ name: StaticString, _ attributes: String = "", _ content: (inout XMLWriter) -> Void) {
        open(name, attributes)
        content(&self)
        close(name)
    }

    /// `<name><member>…</member>…</name>` with one member for each value.
    mutating func list<Value>(
        _ name: StaticString,
        of values: [Value],
        each member: StaticString = "member",
        _ content: (inout XMLWriter, Value) -> Void
    ) {
        open(name)
        for value in values {
            open(member)
            content(&self, value)
            close(member)
        }
        close(name)
    }

    /// A list of scalars.
    mutating func list(_ name: StaticString, _ values: [String]) { list(name, of: values) { $0.escape($1) } }

    /// Text by itself.
    mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): add("&amp;")
            case UInt8(ascii: "<"): add("&lt;")
            case UInt8(ascii: ">"): add("&gt;")
            case UInt8(ascii: "\""): add("&quot;")
            case UInt8(ascii: "\r"): add("&#xD;")
            // XML 1.0 has no way to write the other control characters.
            case 0..<0x09, 0x0B, 0x0C, 0x0E..<0x20: add("?")
            default: bytes.append(byte)
            }
        }
    }

    /// An element whose name is made up at run time.
    mutating func named(_ name: String, _ attributes: String = "", _ content: (inout XMLWriter) -> Void) {
        bytes.append(contentsOf: "<\(name)\(attributes.isEmpty ? "" : " ")\(attributes)>".utf8)
        content(&self)
        bytes.append(contentsOf: "</\(name)>".utf8)
    }

    private mutating func open(_ name: StaticString, _ attributes: String = "") {
        bytes.append(UInt8(ascii: "<"))
        add(name)
        if !attributes.isEmpty { bytes.append(contentsOf: (" " + attributes).utf8) }
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func close(_ name: StaticString) {
        add("</")
        add(name)
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func add(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
