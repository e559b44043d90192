import SlipwayBase

extension Timestamp {
    /// Reads the form of signatures, such as `20150830T123600Z`.
    init?(compact text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        self.init(
            rfc3339: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
        )
    }

    /// The form of signatures.
    var compact: String { rfc3339Seconds.filter { $0 != "-" && $0 != ":" } }
}
