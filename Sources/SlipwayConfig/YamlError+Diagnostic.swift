import SlipwayBase
import Yams

extension YamlError {
    /// The parser's complaint as one sentence with its place.
    func diagnostic(file: String, text: String) -> Diagnostic {
        switch self {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return Self.complaint(context, problem, mark, file, text)
        case .reader(let problem, let offset, let value, _):
            let place = Self.place(file, text, offset)
            let unit = value >= 0 ? " (U+" + String(value, radix: 16, uppercase: true) + ")" : ""
            return Diagnostic(.error, place: place, "not readable as YAML: \(problem.printable(max: 120))\(unit)")
        case .duplicatedKeysInMapping(let keys, let context):
            let place = Diagnostic.Place(file: file, line: context.mark.line, column: context.mark.column)
            let key = YAMLTree.withStars(keys.first ?? "").printable(max: 80)
            return Diagnostic(.error, place: place, "the key \"\(key)\" is given twice; keep one of them")
        default: return Diagnostic(.error, place: Diagnostic.Place(file: file), "not readable as YAML")
        }
    }

    private static func complaint(
        _ context: Context?,
        _ problem: String,
        _ mark: Mark,
        _ file: String,
        _ text: String
    ) -> Diagnostic {
        let place = Diagnostic.Place(file: file, line: mark.line, column: mark.column)
        if problem == "but found another document" {
            return Diagnostic(.error, place: place, "a second document begins here; a file holds one document")
        }
        if problem == "did not find expected <document start>" {
            return Diagnostic(
                .error,
                place: place,
                "something follows the end of the document; a file holds one document"
            )
        }
        if character(in: text, at: mark) == "\t" {
            return Diagnostic(.error, place: place, "not valid YAML: indent with spaces, not with a tab")
        }
        let setting = context.map { " \($0.text)" } ?? ""
        return Diagnostic(.error, place: place, "not valid YAML: \((problem + setting).printable(max: 200))")
    }

    private static func character(in text: String, at mark: Mark) -> Unicode.Scalar? {
        let lines = text.unicodeScalars.split(separator: "\n", maxSplits: mark.line, omittingEmptySubsequences: false)
        guard mark.line >= 1, mark.line <= lines.count else { return nil }
        return lines[mark.line - 1].dropFirst(mark.column - 1).first
    }

    private static func place(_ file: String, _ text: String, _ offset: Int?) -> Diagnostic.Place {
        guard let offset else { return Diagnostic.Place(file: file) }
        let before = text.prefix(offset).unicodeScalars
        let line = before.count { $0 == "\n" } + 1
        let column = before.reversed().prefix { $0 != "\n" }.count + 1
        return Diagnostic.Place(file: file, line: line, column: column)
    }
}
