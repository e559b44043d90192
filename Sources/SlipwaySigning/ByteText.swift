/// Text under construction: bytes in one growing piece of memory, which is reused from signature to signature.
struct ByteText: ~Copyable {
    private var storage: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(capacity: Int = 1024) { storage = .allocate(capacity: capacity) }

    deinit { storage.deallocate() }

    /// What is written so far; good until something more is.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: storage[..<count]) }

    /// A piece of it; good until something more is written.
    subscript(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }

    var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(bytes) }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Forgets the text from `length` on, and keeps the memory.
    mutating func shorten(to length: Int = 0) { count = min(count, length) }

    /// The place for `extra` more bytes, which must be written at once.
    @inline(__always)
    private mutating func grow(by extra: Int) -> UnsafeMutablePointer<UInt8> {
        if count + extra > storage.count { enlarge(to: count + extra) }
        defer { count += extra }
        return storage.baseAddress.unsafelyUnwrapped + count
    }

    private mutating func enlarge(to size: Int) {
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(size, storage.count * 2))
        _ = larger.update(fromContentsOf: bytes)
        storage.deallocate()
        storage = larger
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) { grow(by: 1).pointee = byte }

    /// Adds an ASCII character.
    @inline(__always)
    mutating func append(_ character: Unicode.Scalar) { append(UInt8(ascii: character)) }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        grow(by: bytes.count).update(from: source, count: bytes.count)
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ text: String) {
        withBytes(of: text) { append($0) }
    }

    /// Adds a text with small letters for its ASCII capitals.
    mutating func appendLowerCase(_ text: String) {
        withBytes(of: text) { bytes in
            let place = grow(by: bytes.count)
            for index in bytes.indices {
                let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[index])
                place[index] = isCapital ? bytes[index] | 0x20 : bytes[index]
            }
        }
    }

    /// Adds a number from 0 to 99.
    mutating func appendTwoDigits(_ number: Int) {
        let place = grow(by: 2)
        place[0] = UInt8(truncatingIfNeeded: 0x30 + number / 10)
        place[1] = UInt8(truncatingIfNeeded: 0x30 + number % 10)
    }

    /// Adds `bytes` in lower-case hexadecimal.
    mutating func appendHexadecimal(_ bytes: UnsafeBufferPointer<UInt8>) {
        let digits = ("0123456789abcdef" as StaticString).utf8Start
        var place = grow(by: bytes.count * 2)
        for byte in bytes {
            place[0] = digits[Int(byte >> 4)]
            place[1] = digits[Int(byte & 15)]
            place += 2
        }
    }

    /// Adds `byte` as it is where it is unreserved, else as `%` and two digits.
    ///
    /// Source: RFC 3986, section 2.3.
    mutating func appendEncoded(_ byte: UInt8) {
        guard !byte.isUnreserved else { return append(byte) }
        let digits = ("0123456789ABCDEF" as StaticString).utf8Start
        append("%")
        append(digits[Int(byte >> 4)])
        append(digits[Int(byte & 15)])
    }

    /// Adds `bytes`, each encoded: what was encoded before is encoded again.
    mutating func appendEncoded(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { appendEncoded(byte) }
    }

    /// Adds `bytes` encoded exactly once, whatever of them was encoded before.
    mutating func appendEncodedOnce(_ bytes: some Collection<UInt8>, keepsSlash: Bool = false) {
        var rest = bytes[...]
        while let byte = rest.first {
            if let value = decodedEscape(rest) {
                // An encoded slash is part of a name, not a separator: it stays encoded.
                appendEncoded(value)
                rest = rest.dropFirst(3)
            } else {
                if keepsSlash, byte == UInt8(ascii: "/") { append(byte) } else { appendEncoded(byte) }
                rest = rest.dropFirst()
            }
        }
    }
}

/// A text's UTF-8, without a copy where it lies in one piece as Swift's own texts do.
@inline(__always)
func withBytes(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    if text.utf8.withContiguousStorageIfAvailable(body) == nil { Array(text.utf8).withUnsafeBufferPointer(body) }
}

/// The byte that `%` and two digits at the start of `bytes` stand for; nil when there is something else.
func decodedEscape(_ bytes: some Collection<UInt8>) -> UInt8? {
    guard bytes.first == UInt8(ascii: "%") else { return nil }
    let digits = bytes.dropFirst().prefix(2)
    guard digits.count == 2, let high = digits.first?.hexadecimalDigit,
        let low = digits.dropFirst().first?.hexadecimalDigit
    else { return nil }
    return high << 4 | low
}

extension UInt8 {
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
