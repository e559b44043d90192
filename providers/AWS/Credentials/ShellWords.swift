/// Splits a command line into words as a POSIX shell quotes them, and does nothing else that a shell does.
///
/// Source: the rules of Python's shlex in its POSIX mode, which the SDK splits `credential_process` with.
enum ShellWords {
    /// What is wrong with a command line, to be put after its name.
    struct Failure: Error, Hashable { var words: String }

    static func split(_ text: String) throws(Failure) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if let open = quote {
                switch byte {
                case open: quote = nil
                case backslash where open == doubleQuote:
                    guard let next = bytes.popFirst() else { throw Failure(words: "has a quotation mark too few") }
                    // Between double quotes only these two are escaped; before others the backslash stays.
                    if next != doubleQuote, next != backslash { word?.append(backslash) }
                    word?.append(next)
                default: word?.append(byte)
                }
                continue
            }
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D:
                if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
                word = nil
            case singleQuote, doubleQuote:
                quote = byte
                word = word ?? []
            case backslash:
                guard let next = bytes.popFirst() else { throw Failure(words: "ends in a backslash") }
                word = (word ?? []) + [next]
            default: word = (word ?? []) + [byte]
            }
        }
        guard quote == nil else { throw Failure(words: "has a quotation mark too few") }
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        return words
    }

    private static let backslash = UInt8(ascii: "\\")
    private static let singleQuote = UInt8(ascii: "'")
    private static let doubleQuote = UInt8(ascii: "\"")
}
