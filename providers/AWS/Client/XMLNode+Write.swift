extension XMLNode {
    /// The document with this element as its root, in UTF-8; text is escaped, names are written as they are.
    public func document(namespace: String? = nil) -> [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(to: &text, attribute: namespace.map { " xmlns=\"\(Self.escaped($0))\"" } ?? "")
        return Array(text.utf8)
    }

    /// `text` as it stands between tags or in quotes; what XML 1.0 cannot hold becomes U+FFFD.
    public static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            // A parser turns a bare carriage return into a line feed.
            case "\r": result += "&#13;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private func write(to result: inout String, attribute: String = "") {
        result += "<\(name)\(attribute)>"
        result += Self.escaped(text)
        for child in children { child.write(to: &result) }
        result += "</\(name)>"
    }
}
