import SlipwayBase

extension Timestamp {
    /// The form of HTTP header fields, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    var httpDate: String {
        let parts = rfc3339Seconds.split { "-T:Z".contains($0) }
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = (milliseconds / 1000 - (milliseconds < 0 ? 86_399 : 0)) / 86_400
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(weekdays[Int((days % 7 + 7) % 7)]), \(parts[2]) \(month) \(parts[0]) "
            + "\(parts[3]):\(parts[4]):\(parts[5]) GMT"
    }

    /// A time without a zone, as App Service writes most of its times: `2026-11-21T01:02:41.6458980`.
    var zoneless: String { rfc3339Micro.dropLast() + "0" }

    /// Seconds since the epoch.
    var seconds: Int64 { milliseconds / 1000 }

    /// An entity tag in the form of App Service: quotes around a count of 100 ns in hexadecimal.
    var webTag: String {
        let ticks = 621_355_968_000_000_000 + milliseconds * 10_000
        return "\"" + String(ticks / 16, radix: 16).uppercased() + "\""
    }
}
