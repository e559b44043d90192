public import SlipwayBase

/// A time as signatures have it: `20150830T123600Z`, and its day `20150830`, always UTC.
struct SigningStamp {
    let text: String

    init(_ time: Timestamp) {
        text = String(time.rfc3339Seconds.filter { $0 != "-" && $0 != ":" })
    }

    var day: String { String(text.prefix(8)) }
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
