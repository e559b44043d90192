internal import SlipwayBase

extension JSON {
    private static let columnsMax = 118

    /// The document with every value on one line where it fits, and one element a line where it does not.
    var laidOut: String {
        var text = ""
        write(to: &text, level: 0, used: 0)
        return text
    }

    private func write(to text: inout String, level: Int, used: Int) {
        let room = Self.columnsMax - used
        if let line = oneLine(columnsMax: room) {
            text += line
            return
        }
        let inner = String(repeating: "  ", count: level + 1)
        switch self {
        case .object(let object):
            text += "{\n"
            for (index, member) in object.members.enumerated() {
                let key = JSON.string(member.key).text + ": "
                text += inner + key
                member.value.write(to: &text, level: level + 1, used: inner.count + key.unicodeScalars.count)
                text += index + 1 < object.count ? ",\n" : "\n"
            }
            text += inner.dropLast(2) + "}"
        case .array(let elements):
            text += "[\n"
            for (index, element) in elements.enumerated() {
                text += inner
                element.write(to: &text, level: level + 1, used: inner.count)
                text += index + 1 < elements.count ? ",\n" : "\n"
            }
            text += inner.dropLast(2) + "]"
        default: text += self.text
        }
    }

    /// The value on one line with a space after commas and colons; nil when a list or object needs more columns.
    private func oneLine(columnsMax: Int) -> String? {
        var line = ""
        switch self {
        case .object(let object):
            for (key, value) in object.members {
                let prefix = (line.isEmpty ? "" : ", ") + JSON.string(key).text + ": "
                guard let rest = value.inline(columnsMax - line.unicodeScalars.count - prefix.unicodeScalars.count - 2)
                else { return nil }
                line += prefix + rest
            }
            line = "{\(line)}"
        case .array(let elements):
            for element in elements {
                let prefix = line.isEmpty ? "" : ", "
                guard let rest = element.inline(columnsMax - line.unicodeScalars.count - prefix.count - 2)
                else { return nil }
                line += prefix + rest
            }
            line = "[\(line)]"
        default: return text
        }
        return line.unicodeScalars.count <= columnsMax || line.count == 2 ? line : nil
    }

    private func inline(_ columns: Int) -> String? {
        guard columns >= 0, let line = oneLine(columnsMax: columns), line.unicodeScalars.count <= columns else {
            return nil
        }
        return line
    }
}
