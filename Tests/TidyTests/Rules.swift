/// What is looked for in one file; each finding begins with its place and ends with what to do.
enum Rules {
    static let linesMax = 300
    static let functionLinesMax = 70
    static let columnsMax = 120

    /// Files that are longer than the bound.
    static func longFile(_ file: SourceFile) -> [String] {
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        return count > linesMax
            ? ["\(file.path) has \(count) lines, more than \(linesMax): split it by what it is about"] : []
    }

    /// Lines that are wider than the bound, counted in characters; in tests, text that is quoted does not count.
    static func wideLines(_ file: SourceFile) -> [String] {
        file.lines.indices.compactMap { index in
            let line = file.lines[index]
            guard line.utf8.count > columnsMax, line.count > columnsMax else { return nil }
            if !file.isLibraryCode, !line.contains("//") {
                let quoted = file.code[index].split(separator: " ").joined(separator: " ")
                guard quoted.count > columnsMax || !line.contains("\"") && !quoted.isEmpty else { return nil }
            }
            return "\(file.place(index)) has \(line.count) columns, more than \(columnsMax): break it"
        }
    }

    /// Functions and initialisers that are longer than the bound, from the line of `func` or `init` to its last brace.
    ///
    /// Braces are counted in code only. Limits: closures, accessors and subscripts count towards what they stand in,
    /// and a default argument with a closure ends the header early.
    static func longFunctions(_ file: SourceFile) -> [String] {
        file.code.indices.compactMap { start in
            guard let name = functionName(file.code[start]), let end = end(of: start, in: file.code) else { return nil }
            let count = end - start + 1
            guard count > functionLinesMax else { return nil }
            return "\(file.place(start)) \(name) has \(count) lines, more than \(functionLinesMax): name its parts"
        }
    }

    private static func functionName(_ line: String) -> String? {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        if let index = words.firstIndex(of: "func"), index + 1 < words.count { return String(words[index + 1]) }
        let head = line.drop { $0 == " " }
        let isInit = ["init(", "init?(", "init<", "deinit "].contains { head.hasPrefix($0) || head.contains(" " + $0) }
        return isInit && !head.contains(".init") ? "init" : nil
    }

    /// The line of the brace that closes the first one at or after `start`; nil for a declaration without a body.
    private static func end(of start: Int, in code: [String]) -> Int? {
        var depth = 0
        var parentheses = 0
        for index in start..<code.count {
            if index > start, depth == 0, parentheses == 0, functionName(code[index]) != nil { return nil }
            for byte in code[index].utf8 {
                switch byte {
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: ")"): parentheses -= 1
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"):
                    depth -= 1
                    if depth <= 0 { return depth == 0 ? index : nil }
                default: break
                }
            }
        }
        return nil
    }

    private static let modifiers: Set<Substring> = [
        "static", "final", "nonisolated", "mutating", "override", "indirect", "lazy", "weak", "consuming", "borrowing",
        "isolated", "convenience", "required", "private", "set", "unsafe", "prefix", "postfix", "infix",
    ]

    /// Public declarations in library code without a `///` line above them and their attributes.
    ///
    /// Limits: what does not repeat `public` is not seen: cases of enumerations, members of protocols.
    static func undocumented(_ file: SourceFile) -> [String] {
        guard file.isLibraryCode else { return [] }
        return file.code.indices.filter { index in
            guard isPublicDeclaration(file.code[index]) else { return false }
            var above = index - 1
            while above >= 0, isAttribute(file.code[above]) { above -= 1 }
            return above < 0 || !file.lines[above].drop { $0 == " " }.hasPrefix("///")
        }.map { "\(file.place($0)) is public without a /// sentence above it: say what it promises" }
    }

    private static func isPublicDeclaration(_ line: String) -> Bool {
        guard line.utf8.count > 6, line.contains("public ") || line.contains("open ") else { return false }
        var words = line.split { " ()".contains($0) }[...]
        while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) { words.removeFirst() }
        guard let word = words.first, word == "public" || word == "open" else { return false }
        return !["import", "extension"].contains(words.dropFirst().first)
    }

    private static func isAttribute(_ line: String) -> Bool {
        let head = line.drop { $0 == " " }
        return head.hasPrefix("@") && !head.contains(" func ") && !head.contains(" var ")
    }
}
