/// Passwords in URLs, as `https://user:password@host`.
enum URLPasswords {
    /// Where they stand.
    static func spans(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var position = 0
        while let slash = bytes[position...].firstIndex(of: 0x2F) {
            position = slash + 1
            guard slash > 0, bytes[slash - 1] == UInt8(ascii: ":"), slash + 1 < bytes.count, bytes[slash + 1] == 0x2F
            else { continue }
            let start = slash + 2
            let isEnd: (UInt8) -> Bool = { "/?#\"'<> \n,;".utf8.contains($0) }
            let end = bytes[start...].firstIndex(where: isEnd) ?? bytes.count
            guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")),
                let colon = bytes[start..<at].firstIndex(of: UInt8(ascii: ":")), at - colon > 1,
                !bytes[(colon + 1)..<at].starts(with: "[masked".utf8)
            else { continue }
            found.append((colon + 1)..<at)
            position = at
        }
        return found
    }
}

/// Values of options that are named as secrets are, in the XML of Elastic Beanstalk.
enum OptionElements {
    /// Where they stand; an option's value comes after its name, or before it in the same element.
    static func spans(in bytes: [UInt8]) -> [Range<Int>] {
        guard bytes.first(where: { !$0.isSpace }) == UInt8(ascii: "<") else { return [] }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.count == bytes.count, text.contains("<OptionName>") else { return [] }
        var found: [Range<Int>] = []
        for member in text.ranges(of: "<member>") {
            let rest = text[member.upperBound...]
            let body = rest[..<(rest.firstRange(of: "</member>")?.lowerBound ?? rest.endIndex)]
            guard let name = content(of: "OptionName", in: body), let value = content(of: "Value", in: body),
                SecretNames.isSecret(setting: String(name), String(value))
            else { continue }
            let start = text.utf8.distance(from: text.startIndex, to: value.startIndex)
            found.append(start..<(start + value.utf8.count))
        }
        return found
    }

    private static func content(of element: String, in text: Substring) -> Substring? {
        guard let start = text.firstRange(of: "<\(element)>")?.upperBound else { return nil }
        let rest = text[start...]
        return rest.firstRange(of: "</\(element)>").map { rest[..<$0.lowerBound] }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

/// The lines of a kubeconfig that hold secrets.
enum KubeconfigLines {
    private static let names: Set<Substring> = ["token", "client-key-data", "password", "id-token", "refresh-token"]

    /// Their kinds; nothing for text that is no kubeconfig.
    static func secrets(in text: String) -> [String] {
        guard isKubeconfig(text) else { return [] }
        return text.split(separator: "\n").compactMap { parts(of: $0).map { "\($0.name) of a kubeconfig" } }
    }

    /// The text with their values replaced by base64 that a reader takes for a value. A certificate is nothing without
    /// its key, so a token stands in the place of both.
    static func masked(_ text: String) -> String {
        guard isKubeconfig(text) else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let hasKey = lines.contains { parts(of: $0)?.name == "client-key-data" }
        let hasToken = lines.contains { $0.drop { $0 == " " }.hasPrefix("token:") }
        return lines.compactMap { line -> String? in
            let indent = line.prefix { $0 == " " }
            if hasKey, line.dropFirst(indent.count).hasPrefix("client-certificate-data:") { return nil }
            guard let parts = parts(of: line) else { return String(line) }
            guard parts.name == "client-key-data" else { return "\(parts.head)\(SecretNames.kubeconfigMask)" }
            return hasToken ? nil : "\(indent)token: \(SecretNames.kubeconfigMask)"
        }.joined(separator: "\n")
    }

    private static func isKubeconfig(_ text: String) -> Bool {
        text.utf8.contains(0x0A) && text.contains("current-context:") && text.contains("users:")
    }

    private static func parts(of line: Substring) -> (head: Substring, name: Substring)? {
        let body = line.drop { $0 == " " || $0 == "-" }
        guard let colon = body.firstIndex(of: ":"), names.contains(body[..<colon]) else { return nil }
        let value = body[body.index(after: colon)...].drop { $0 == " " || $0 == "\"" || $0 == "'" }
        guard !value.isEmpty, !SecretNames.isMasked(String(value)) else { return nil }
        return (line[..<value.startIndex], body[..<colon])
    }
}
