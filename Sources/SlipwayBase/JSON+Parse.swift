/// Text that is not JSON: what was found, and the byte at which it stands.
public struct JSONFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public var problem: String
    /// The offset in bytes from the start.
    public var offset: Int

    /// One sentence.
    public var description: String { "not JSON: \(problem) at byte \(offset)" }
}

extension JSON {
    /// Reads one JSON document; `nestingMax` bounds the depth, so that hostile input cannot exhaust the stack.
    public init(parsing bytes: some Collection<UInt8>, nestingMax: Int = Limits.nestingMax) throws(JSONFailure) {
        let result: Result<JSON, JSONFailure>? = bytes.withContiguousStorageIfAvailable { buffer in
            var parser = JSONParser(buffer, nestingMax: nestingMax)
            do throws(JSONFailure) { return .success(try parser.document()) } catch { return .failure(error) }
        }
        if let result { self = try result.get() } else { try self.init(parsing: Array(bytes), nestingMax: nestingMax) }
    }

    /// Reads one JSON document from text.
    public init(parsing text: String) throws(JSONFailure) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depthLeft: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, nestingMax: Int) {
        self.bytes = bytes
        depthLeft = nestingMax
    }

    mutating func document() throws(JSONFailure) -> JSON {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw failure("more text after the document") }
        return value
    }

    private func failure(_ problem: String) -> JSONFailure { JSONFailure(problem: problem, offset: position) }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func value() throws(JSONFailure) -> JSON {
        skipSpace()
        guard position < bytes.count else { throw failure("the text ends early") }
        switch bytes[position] {
        case 0x7B: return try nested { (parser) throws(JSONFailure) in try parser.objectValue() }
        case 0x5B: return try nested { (parser) throws(JSONFailure) in try parser.arrayValue() }
        case 0x22: return .string(try text())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        case 0x2D, 0x30...0x39: return try number()
        default: throw failure("an unexpected character")
        }
    }

    private mutating func nested(_ body: (inout Self) throws(JSONFailure) -> JSON) throws(JSONFailure) -> JSON {
        guard depthLeft > 0 else { throw failure("nested too deeply") }
        depthLeft -= 1
        defer { depthLeft += 1 }
        position += 1
        return try body(&self)
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONFailure) -> JSON {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count,
            (0..<word.utf8CodeUnitCount).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { throw failure("an unknown word") }
        position = end
        return value
    }

    /// True when `closing` stands next and is taken.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func objectValue() throws(JSONFailure) -> JSON {
        var members: [(key: String, value: JSON)] = []
        if take(0x7D) { return .object([:]) }
        repeat {
            skipSpace()
            guard position < bytes.count, bytes[position] == 0x22 else { throw failure("a member name is missing") }
            let key = try text()
            guard take(0x3A) else { throw failure("a colon is missing") }
            members.append((key, try value()))
        } while take(0x2C)
        guard take(0x7D) else { throw failure("a comma or closing brace is missing") }
        return .object(
            isDistinct(members) ? JSONObject(distinct: members) : JSONObject(members.map { ($0.key, $0.value) })
        )
    }

    private func isDistinct(_ members: [(key: String, value: JSON)]) -> Bool {
        guard members.count > 16 else {
            for (index, member) in members.enumerated()
            where members[..<index].contains(where: { $0.key == member.key }) {
                return false
            }
            return true
        }
        return Set(members.map(\.key)).count == members.count
    }

    private mutating func arrayValue() throws(JSONFailure) -> JSON {
        var elements: [JSON] = []
        if take(0x5D) { return .array([]) }
        repeat { elements.append(try value()) } while take(0x2C)
        guard take(0x5D) else { throw failure("a comma or closing bracket is missing") }
        return .array(elements)
    }

    private mutating func number() throws(JSONFailure) -> JSON {
        let start = position
        var isInteger = true
        if bytes[position] == 0x2D { position += 1 }
        let firstDigit = position
        while position < bytes.count {
            switch bytes[position] {
            case 0x30...0x39: break
            case 0x2E, 0x65, 0x45, 0x2B, 0x2D: isInteger = false
            default:
                return try number(UnsafeBufferPointer(rebasing: bytes[start..<position]), firstDigit - start, isInteger)
            }
            position += 1
        }
        return try number(UnsafeBufferPointer(rebasing: bytes[start..<position]), firstDigit - start, isInteger)
    }

    private func number(_ digits: UnsafeBufferPointer<UInt8>, _ first: Int, _ isInteger: Bool) throws(JSONFailure)
        -> JSON
    {
        let isPadded = digits.count > first + 1 && digits[first] == 0x30 && (0x30...0x39).contains(digits[first + 1])
        let text = String(decoding: digits, as: UTF8.self)
        if !isPadded, isInteger, let value = Int64(text) { return .int(value) }
        let ends = digits.last.map { (0x30...0x39).contains($0) } ?? false
        let pointed = text.contains(".e") || text.contains(".E") || text.hasPrefix(".") || text.hasPrefix("-.")
        guard !isPadded, ends, !pointed, let value = Double(text), value.isFinite else {
            throw failure("a malformed number")
        }
        return .double(value)
    }

    private mutating func text() throws(JSONFailure) -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x5C, bytes[position] >= 0x20 {
            position += 1
        }
        guard position < bytes.count else { throw failure("a text is not closed") }
        if bytes[position] == 0x22 {
            defer { position += 1 }
            return try decoded(UnsafeBufferPointer(rebasing: bytes[start..<position]))
        }
        return try escapedText(from: start)
    }

    private func decoded(_ slice: UnsafeBufferPointer<UInt8>) throws(JSONFailure) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw failure("text that is not UTF-8") }
        return text
    }

    private mutating func escapedText(from start: Int) throws(JSONFailure) -> String {
        var buffer = Array(bytes[start..<position])
        while position < bytes.count, bytes[position] != 0x22 {
            let byte = bytes[position]
            guard byte >= 0x20 else { throw failure("a control character in a text") }
            position += 1
            guard byte == 0x5C else {
                buffer.append(byte)
                continue
            }
            guard position < bytes.count else { break }
            let kind = bytes[position]
            position += 1
            switch kind {
            case 0x22, 0x5C, 0x2F: buffer.append(kind)
            case 0x62: buffer.append(0x08)
            case 0x66: buffer.append(0x0C)
            case 0x6E: buffer.append(0x0A)
            case 0x72: buffer.append(0x0D)
            case 0x74: buffer.append(0x09)
            case 0x75: buffer.append(contentsOf: Array(String(Character(try unicodeEscape())).utf8))
            default: throw failure("an unknown escape")
            }
        }
        guard position < bytes.count else { throw failure("a text is not closed") }
        position += 1
        return try buffer.withUnsafeBufferPointer { (buffer) throws(JSONFailure) in try decoded(buffer) }
    }

    private mutating func unicodeEscape() throws(JSONFailure) -> Unicode.Scalar {
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard (0xD800..<0xDC00).contains(unit), position + 1 < bytes.count, bytes[position] == 0x5C,
            bytes[position + 1] == 0x75
        else { throw failure("half a surrogate pair") }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        else { throw failure("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONFailure) -> UInt16 {
        guard position + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure("a malformed escape") }
        position += 4
        return unit
    }
}
