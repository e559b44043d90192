public import SlipwayBase

/// A time as signatures have it, always UTC: `20150830T123600Z`.
struct SigningStamp {
    let bytes: SIMD16<UInt8>

    init(_ time: Timestamp) {
        let utc = time.utc
        var bytes = SIMD16<UInt8>(repeating: UInt8(ascii: "0"))
        func write(_ value: Int, at index: Int) {
            bytes[index] &+= UInt8(truncatingIfNeeded: value / 10 % 10)
            bytes[index + 1] &+= UInt8(truncatingIfNeeded: value % 10)
        }
        write(utc.year / 100, at: 0)
        write(utc.year, at: 2)
        write(utc.month, at: 4)
        write(utc.day, at: 6)
        bytes[8] = UInt8(ascii: "T")
        write(utc.hour, at: 9)
        write(utc.minute, at: 11)
        write(utc.second, at: 13)
        bytes[15] = UInt8(ascii: "Z")
        self.bytes = bytes
    }

    /// Reads the form itself; nil when `text` has another length.
    init?(_ text: String) {
        guard text.utf8.count == 16 else { return nil }
        var bytes = SIMD16<UInt8>()
        for (index, byte) in text.utf8.enumerated() { bytes[index] = byte }
        self.bytes = bytes
    }

    /// The first eight characters, `20150830`.
    var day: SIMD8<UInt8> { bytes.lowHalf }

    var text: String {
        withUnsafeBytes(of: bytes) { String(decoding: $0, as: UTF8.self) }
    }
}

extension SigV4 {
    /// The time of an `X-Amz-Date` such as `20150830T123600Z`; nil when it is anything else.
    public static func time(ofStamp stamp: String) -> Timestamp? {
        let bytes = Array(stamp.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let date = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
        return Timestamp(rfc3339: "\(date)T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z")
    }
}
