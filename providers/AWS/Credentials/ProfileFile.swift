import SlipwayBase

/// One of AWS's two profile files, by the SDK's rules; the one or the other decides what a section's name means.
///
/// Sections of one name are merged, of properties of one name the last counts; names of properties are in lower case.
struct ProfileFile: Sendable {
    /// Which of the two files it is.
    enum Kind: Sendable {
        /// `[default]`, `[profile x]`, `[sso-session x]`, `[services x]`; anything else is passed over.
        case config
        /// Every section is a profile.
        case credentials
    }

    /// One value, and where it stands; any of them may be secret.
    struct Property: Sendable {
        private var text: Secret<String>
        private var lines = Secret<[String: String]>([:])
        /// The line, from 1.
        let line: Int

        init(_ raw: String, line: Int) { (text, self.line) = (Secret(raw), line) }

        /// The value as written; lines that continue it are joined by line feeds.
        var raw: String {
            get { text.reveal() }
            set { text = Secret(newValue) }
        }

        /// The indented `name = value` lines below an empty value.
        var nested: [String: String] {
            get { lines.reveal() }
            set { lines = Secret(newValue) }
        }

        /// The value without a comment, which begins with a space and `#` or `;`.
        var value: String {
            let raw = raw
            let start = raw.indices.first { index in
                (raw[index] == "#" || raw[index] == ";") && index > raw.startIndex
                    && raw[raw.index(before: index)].isWhitespace
            }
            return start.map { raw[..<$0].trimmed } ?? raw
        }
    }

    /// A section's properties.
    struct Section: Sendable {
        var properties: [String: Property] = [:]
    }

    let path: String
    let kind: Kind
    var profiles: [String: Section] = [:]
    var ssoSessions: [String: Section] = [:]
    var services: [String: Section] = [:]

    /// A file without anything in it.
    init(path: String, kind: Kind) { (self.path, self.kind) = (path, kind) }

    /// Takes a file apart; throws one sentence with the file and the line, and never what stands there.
    init(path: String, kind: Kind, bytes: [UInt8]) throws(InputFailure) {
        self.init(path: path, kind: kind)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Self.failure(path, 0, "this file is not UTF-8 text; save it as such")
        }
        var reader = ProfileReader(file: self)
        var number = 0
        let body = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        // Two line ends make one where a carriage return and a line feed stand together: they are one Character.
        for line in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            try reader.read(line, number)
        }
        self = reader.finished()
    }

    static func failure(_ path: String, _ line: Int, _ message: String) -> InputFailure {
        let place = Diagnostic.Place(file: path.printable(max: 300), line: line, column: line > 0 ? 1 : 0)
        return InputFailure([Diagnostic(.error, place: place, message)])
    }
}

/// Reads a profile file line by line.
private struct ProfileReader {
    private enum Place: Hashable {
        case profile(String)
        // `[default]` of the config file, which `[profile default]` hides.
        case bareDefault
        case ssoSession(String)
        case services(String)
        case other
    }

    private var file: ProfileFile
    private var sections: [Place: ProfileFile.Section] = [:]
    private var place: Place?
    private var key: String?
    private var indentation = 0

    init(file: ProfileFile) { self.file = file }

    mutating func read(_ line: Substring, _ number: Int) throws(InputFailure) {
        let text = line.trimmed
        guard let first = text.first, first != "#", first != ";" else { return }
        let indent = line.prefix { $0 == " " || $0 == "\t" }.count
        if let key, let place, indent > indentation {
            try goOn(text, of: key, in: place, number)
        } else if first == "[" {
            try open(text, number)
        } else {
            try property(text, number)
            indentation = indent
        }
    }

    func finished() -> ProfileFile {
        var file = file
        for (place, section) in sections {
            switch place {
            case .profile(let name): file.profiles[name] = section
            case .bareDefault where sections[.profile("default")] == nil: file.profiles["default"] = section
            case .ssoSession(let name): file.ssoSessions[name] = section
            case .services(let name): file.services[name] = section
            case .bareDefault, .other: break
            }
        }
        return file
    }

    private mutating func open(_ text: String, _ number: Int) throws(InputFailure) {
        guard let end = text.firstIndex(of: "]") else {
            throw failure(number, "this section's name has no ] at its end")
        }
        let header = text[text.index(after: text.startIndex)..<end].trimmed
        guard !header.isEmpty else { throw failure(number, "this section has no name; write one such as [default]") }
        let place = place(of: header)
        self.place = place
        key = nil
        sections[place] = sections[place] ?? ProfileFile.Section()
    }

    private func place(of header: String) -> Place {
        guard file.kind == .config else { return .profile(header) }
        if header == "default" { return .bareDefault }
        guard let words = try? ShellWords.split(header), words.count == 2 else { return .other }
        switch words[0] {
        case "profile": return .profile(words[1])
        case "sso-session": return .ssoSession(words[1])
        case "services": return .services(words[1])
        default: return .other
        }
    }

    private mutating func property(_ text: String, _ number: Int) throws(InputFailure) {
        guard let place else {
            throw failure(number, "this line stands before any section; begin with one such as [default]")
        }
        guard let mark = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            throw failure(number, "this line is neither a section, nor a comment, nor name = value")
        }
        let name = text[..<mark].trimmed.lowercased()
        guard !name.isEmpty else { throw failure(number, "this value has no name before it; write name = value") }
        let value = text[text.index(after: mark)...].trimmed
        sections[place]?.properties[name] = ProfileFile.Property(value, line: number)
        key = name
    }

    /// An indented line goes on with the value above it, or belongs under it when that is empty.
    private mutating func goOn(_ text: String, of key: String, in place: Place, _ number: Int) throws(InputFailure) {
        guard var property = sections[place]?.properties[key] else { return }
        if property.raw.isEmpty {
            guard let mark = text.firstIndex(of: "=") else {
                throw failure(number, "this indented line is not name = value, as lines under an empty value must be")
            }
            property.nested[text[..<mark].trimmed.lowercased()] = text[text.index(after: mark)...].trimmed
        } else {
            property.raw += "\n" + text
        }
        sections[place]?.properties[key] = property
    }

    private func failure(_ line: Int, _ message: String) -> InputFailure {
        ProfileFile.failure(file.path, line, message)
    }
}

extension StringProtocol {
    /// Without white space at its ends.
    var trimmed: String {
        let head = drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}
