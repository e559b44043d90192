extension Timestamp {
    /// Reads RFC 3339 in UTC or with an offset, such as `2026-11-21T01:02:41.645898Z`; nil when it is anything else.
    public init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3A,
            bytes[16] == 0x3A, let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]), (1...12).contains(month), (1...31).contains(day), hour < 24,
            minute < 60, second < 61
        else { return nil }
        var position = 19
        var fraction = 0
        if bytes[position] == 0x2E {
            position += 1
            var scale = 100
            while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
                fraction += Int(bytes[position] - 0x30) * scale
                scale /= 10
                position += 1
            }
        }
        guard position < bytes.count, let offset = offsetMinutes(bytes[position...]) else { return nil }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + (minute - offset) * 60 + second
        self.init(milliseconds: Int64(seconds) * 1000 + Int64(fraction))
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-21T01:02:41.645Z`.
    public var rfc3339: String { text(fraction: 3) }

    /// RFC 3339 in UTC with microseconds, the form of Kubernetes' MicroTime.
    public var rfc3339Micro: String { text(fraction: 6) }

    /// RFC 3339 in UTC with whole seconds, the form of Kubernetes' Time.
    public var rfc3339Seconds: String { text(fraction: 0) }

    /// Date and clock in UTC, such as (2026, 11, 21, 1, 2, 41).
    public var utc: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        let seconds = wholeSeconds
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let (year, month, day) = civil(daysSinceEpoch: days)
        let time = seconds - days * 86_400
        return (year, month, day, time / 3600, time / 60 % 60, time % 60)
    }

    private var wholeSeconds: Int { Int(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000) }

    private func text(fraction digits: Int) -> String {
        let utc = utc
        let rest = Int(milliseconds) - wholeSeconds * 1000
        let date = "\(padded(utc.year, 4))-\(padded(utc.month, 2))-\(padded(utc.day, 2))"
        let clock = "\(padded(utc.hour, 2)):\(padded(utc.minute, 2)):\(padded(utc.second, 2))"
        let tail = digits == 0 ? "" : "." + padded(rest, 3) + String(repeating: "0", count: digits - 3)
        return "\(date)T\(clock)\(tail)Z"
    }
}

private func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
        guard (0x30...0x39).contains(digit) else { return nil }
        value = value * 10 + Int(digit - 0x30)
    }
    return value
}

private func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int? {
    let bytes = Array(bytes)
    if bytes.count == 1, bytes[0] | 0x20 == 0x7A { return 0 }
    guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A, let hours = number(bytes[1..<3]),
        let minutes = number(bytes[4..<6])
    else { return nil }
    return (bytes[0] == 0x2D ? -1 : 1) * (hours * 60 + minutes)
}

private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

// Days from a civil date and back, by counting 400-year eras that begin on 1 March.
private func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private func civil(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}
