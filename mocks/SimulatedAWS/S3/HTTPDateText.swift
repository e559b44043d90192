import SlipwayBase

extension Timestamp {
    /// The form of HTTP header fields, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    var httpDateText: String {
        let parts = rfc3339Seconds.split { "-T:Z".contains($0) }
        let days = (milliseconds / 1000 - (milliseconds < 0 ? 86_399 : 0)) / 86_400
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays[Int((days % 7 + 7) % 7)]
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) GMT"
    }
}
