/// Ids drawn from one counter: two worlds that see the same requests give the same ones.
struct Naming: Hashable, Sendable {
    private var count: UInt64 = 0

    /// An id in the shape of a random UUID.
    mutating func uuid() -> String {
        let bytes = hexDigits(next()) + hexDigits(next())
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, digit) in bytes.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(index == 12 ? UInt8(ascii: "4") : index == 16 ? UInt8(ascii: "a") : digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The id of an instance, such as `i-0f1e2d3c4b5a69788`.
    mutating func instance() -> String { "i-0" + String(decoding: hexDigits(next()), as: UTF8.self) }

    /// So many letters and digits, such as end an environment's id or a generated CNAME.
    mutating func letters(_ length: Int) -> String {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        var rest = next()
        var text: [UInt8] = []
        for _ in 0..<length {
            if rest == 0 { rest = next() }
            text.append(alphabet[Int(rest % 32)])
            rest /= 32
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// So many letters and digits in upper case, such as end an access key's id.
    mutating func capitals(_ length: Int) -> String { letters(length).uppercased() }

    private mutating func next() -> UInt64 {
        count += 1
        var bits = count &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

private func hexDigits(_ value: UInt64) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return (0..<16).map { digits[Int(value >> (60 - UInt64($0) * 4) & 15)] }
}
