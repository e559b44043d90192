internal import SlipwayBase

/// A time as signatures have it: `20150830T123600Z`, and its day `20150830`, always UTC.
struct SigningStamp {
    let text: String

    init(_ time: Timestamp) {
        text = String(time.rfc3339Seconds.filter { $0 != "-" && $0 != ":" })
    }

    var day: String { String(text.prefix(8)) }
}
