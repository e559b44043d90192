import Logging
import SlipwayBase

/// Log lines on standard error, one a line, printable whatever is logged.
struct StandardErrorLog: LogHandler {
    let console: Console
    let time: any TimeSource
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(console: Console, time: any TimeSource, level: Logger.Level) {
        (self.console, self.time, logLevel) = (console, time, level)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = SecretShapes.masked("\(event.message)\(details)").printable(max: 4000)
        console.errorLine("\(time.now.rfc3339) \(event.level) \(text)")
    }
}

extension OutputOptions {
    /// The logger the options ask for; nil when nothing would be logged at all.
    func logger(_ console: Console, time: any TimeSource) -> Logger? {
        guard let level = Logger.Level(rawValue: logLevel.rawValue), logLevel == .debug || logLevel == .info else {
            return nil
        }
        return Logger(label: "slipway") { _ in StandardErrorLog(console: console, time: time, level: level) }
    }
}
