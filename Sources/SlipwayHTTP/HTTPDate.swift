public import SlipwayBase

extension Timestamp {
    /// Reads an HTTP date in its one current form, such as `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else.
    ///
    /// Source: RFC 9110, section 5.6.7 (IMF-fixdate).
    public init?(httpDate text: some StringProtocol) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].count == 4, parts[0].hasSuffix(","),
            weekdays.contains(String(parts[0].dropLast())),
            parts[1].count == 2, let month = months.firstIndex(of: String(parts[2])), parts[3].count == 4,
            parts[4].count == 8, parts[5] == "GMT"
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        self.init(rfc3339: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}

private let weekdays: Set = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
