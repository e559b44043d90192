public import SlipwayBase

/// A time taken apart for signing, always UTC.
struct SigningStamp {
    /// Days since 1970-01-01.
    let day: Int
    /// Seconds since the day began.
    let second: Int

    init(_ time: Timestamp) {
        let milliseconds = Int(time.milliseconds)
        let (quotient, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        day = rest < 0 ? quotient - 1 : quotient
        second = (rest < 0 ? rest + 86_400_000 : rest) / 1000
    }

    /// A day as signatures have it: `20150830`.
    static func text(ofDay day: Int) -> String {
        let midnight = Timestamp(milliseconds: Int64(day) * 86_400_000)
        return String(midnight.rfc3339Seconds.prefix { $0 != "T" }.filter { $0 != "-" })
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
