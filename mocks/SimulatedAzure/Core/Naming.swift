/// Ids drawn from one counter: two worlds that see the same requests give the same ones.
struct Naming: Hashable, Sendable {
    private var count: UInt64 = 0

    /// An id in the shape of a random UUID.
    mutating func uuid() -> String {
        let digits = hexadecimal(32)
        let ends = [8, 12, 16, 20, 32]
        let starts = [0, 8, 12, 16, 20]
        return zip(starts, ends).map { String(decoding: digits[$0..<$1], as: UTF8.self) }.joined(separator: "-")
    }

    /// So many letters and digits in lower case, such as make a host name unique.
    mutating func letters(_ length: Int) -> String {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz023456789".utf8)
        let draws = (0..<(length + 11) / 12).map { _ in next() }
        return String(
            decoding: (0..<length).map { alphabet[Int(draws[$0 / 12] >> (5 * ($0 % 12)) & 31)] },
            as: UTF8.self
        )
    }

    /// A number from 0 to below 100: chance that repeats itself.
    mutating func percent() -> Double { Double(next() >> 11) / Double(1 << 53) * 100 }

    /// So many hexadecimal digits.
    mutating func hexadecimal(_ length: Int) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        let draws = (0..<(length + 15) / 16).map { _ in next() }
        return (0..<length).map { digits[Int(draws[$0 / 16] >> (4 * ($0 % 16)) & 15)] }
    }

    /// The next of a sequence that looks like chance (the finaliser of SplitMix64).
    private mutating func next() -> UInt64 {
        count += 1
        var bits = count &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
