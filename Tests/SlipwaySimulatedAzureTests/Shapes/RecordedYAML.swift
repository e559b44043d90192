/// Reads the YAML that vcrpy writes: blocks of mappings and sequences, and scalars in all their forms; nothing else.
///
/// Values are texts, lists and ordered members; `null` is nil.
indirect enum RecordedYAML {
    case text(String?)
    case list([RecordedYAML])
    case members([(key: String, value: RecordedYAML)])

    init(_ text: String) {
        var reader = YAMLReader(text)
        self = reader.node(indent: 0)
    }

    subscript(_ key: String) -> RecordedYAML? {
        guard case .members(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    var string: String? { if case .text(let text) = self { text } else { nil } }
    var list: [RecordedYAML] { if case .list(let list) = self { list } else { [] } }
    var members: [(key: String, value: RecordedYAML)] { if case .members(let members) = self { members } else { [] } }
}

private struct YAMLReader {
    private var lines: [Substring]
    private var index = 0

    init(_ text: String) { lines = text.split(separator: "\n", omittingEmptySubsequences: false) }

    private func indent(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }

    /// The lines from here on that are blank stand for nothing between nodes.
    private mutating func skipBlank() {
        while index < lines.count, lines[index].allSatisfy({ $0 == " " }) { index += 1 }
    }

    mutating func node(indent level: Int) -> RecordedYAML {
        skipBlank()
        guard index < lines.count, indent(lines[index]) >= level else { return .text(nil) }
        let depth = indent(lines[index])
        return lines[index].dropFirst(depth).hasPrefix("- ") ? sequence(depth) : mapping(depth)
    }

    private mutating func sequence(_ depth: Int) -> RecordedYAML {
        var list: [RecordedYAML] = []
        while index < lines.count, indent(lines[index]) == depth, lines[index].dropFirst(depth).hasPrefix("- ") {
            let rest = lines[index].dropFirst(depth + 2)
            if let colon = colon(in: rest), !rest.hasPrefix("'"), !rest.hasPrefix("\"") {
                _ = colon
                // A mapping that begins behind the dash: as if the dash were two spaces.
                lines[index] = Substring(String(repeating: " ", count: depth + 2) + rest)
                list.append(mapping(depth + 2))
            } else {
                list.append(.text(scalar(rest, deeperThan: depth)))
            }
            skipBlank()
        }
        return .list(list)
    }

    private mutating func mapping(_ depth: Int) -> RecordedYAML {
        var members: [(key: String, value: RecordedYAML)] = []
        while index < lines.count, indent(lines[index]) == depth {
            let line = lines[index].dropFirst(depth)
            guard !line.hasPrefix("- "), let colon = colon(in: line) else { break }
            let key = String(line[..<colon])
            let rest = line[line.index(after: colon)...].drop { $0 == " " }
            if rest.isEmpty {
                index += 1
                skipBlank()
                let isList =
                    index < lines.count && indent(lines[index]) == depth
                    && lines[index].dropFirst(depth).hasPrefix("- ")
                members.append((key, isList ? sequence(depth) : node(indent: depth + 1)))
            } else {
                members.append((key, .text(scalar(rest, deeperThan: depth))))
            }
            skipBlank()
        }
        return .members(members)
    }

    /// Where the key of a line ends.
    private func colon(in line: Substring) -> Substring.Index? {
        var position = line.startIndex
        while let found = line[position...].firstIndex(of: ":") {
            let after = line.index(after: found)
            if after == line.endIndex || line[after] == " " { return found }
            position = after
        }
        return nil
    }

    private mutating func scalar(_ first: Substring, deeperThan depth: Int) -> String? {
        index += 1
        if first.hasPrefix("!!binary") {
            while index < lines.count, lines[index].isEmpty || indent(lines[index]) > depth { index += 1 }
            return "binary"
        }
        if first.hasPrefix("'") { return quoted(first.dropFirst(), "'") }
        if first.hasPrefix("\"") { return unescaped(quoted(first.dropFirst(), "\"")) }
        var text = String(first)
        while index < lines.count, !lines[index].isEmpty, indent(lines[index]) > depth {
            text += " " + lines[index].drop { $0 == " " }
            index += 1
        }
        return text == "null" ? nil : text
    }

    /// A quoted text over as many lines as it takes: a line break is a space, an empty line a break.
    private mutating func quoted(_ first: Substring, _ mark: Character) -> String {
        var text = ""
        var line = first
        var breaks = 0
        while true {
            let (part, isClosed) = piece(line, mark)
            if breaks > 0, !text.isEmpty || breaks > 0 {
                let isEscaped = mark == "\"" && text.hasSuffix("\\") && !text.hasSuffix("\\\\")
                if isEscaped {
                    text.removeLast()
                } else {
                    text += breaks == 1 ? " " : String(repeating: "\n", count: breaks - 1)
                }
            }
            breaks = 0
            text += part
            if isClosed || index >= lines.count { return text }
            repeat {
                line = lines[index].drop { $0 == " " }
                index += 1
                breaks += 1
            } while line.isEmpty && index < lines.count
            if text.hasSuffix(" "), mark == "'" { text = String(text.reversed().drop { $0 == " " }.reversed()) }
        }
    }

    private func piece(_ line: Substring, _ mark: Character) -> (String, Bool) {
        var text = ""
        var rest = line
        while let letter = rest.popFirst() {
            if mark == "\"", letter == "\\", let next = rest.popFirst() {
                text += [letter, next]
            } else if letter == mark {
                guard mark == "'", rest.first == "'" else { return (text, true) }
                rest.removeFirst()
                text.append("'")
            } else {
                text.append(letter)
            }
        }
        return (text, false)
    }

    private func unescaped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let letter = rest.popFirst() {
            guard letter == "\\", let kind = rest.popFirst() else {
                result.append(letter)
                continue
            }
            let length = ["x": 2, "u": 4, "U": 8][kind] ?? 0
            switch kind {
            case "n": result.append("\n")
            case "r": result.append("\r")
            case "t": result.append("\t")
            case "0": result.append("\0")
            case "x", "u", "U":
                let digits = rest.prefix(length)
                rest = rest.dropFirst(length)
                result.unicodeScalars.append(UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) ?? "?")
            default: result.append(kind)
            }
        }
        return result
    }
}
