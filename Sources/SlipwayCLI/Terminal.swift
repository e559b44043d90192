import Foundation

/// What standard error is connected to, and how it may be written.
struct Terminal: Sendable {
    /// Whether lines can be drawn again.
    var isLive: Bool
    /// Whether colours are welcome on standard error, and on standard output.
    var colours: (err: Bool, out: Bool)
    /// Whether more than ASCII can be shown.
    var isUnicode: Bool
    /// Columns and lines at this moment.
    var size: @Sendable () -> (width: Int, height: Int)

    init(
        isLive: Bool = false,
        colours: (err: Bool, out: Bool) = (false, false),
        isUnicode: Bool = true,
        size: @escaping @Sendable () -> (width: Int, height: Int) = { (80, 24) }
    ) {
        (self.isLive, self.colours, self.isUnicode, self.size) = (isLive, colours, isUnicode, size)
    }

    init(environment: [String: String]) {
        let isDumb = environment["TERM", default: "dumb"] == "dumb"
        let isForced = environment["CLICOLOR_FORCE"].map { !$0.isEmpty && $0 != "0" } ?? false
        let isRefused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        func colour(_ descriptor: Int32) -> Bool {
            isForced || (!isRefused && !isDumb && isatty(descriptor) == 1)
        }
        let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
        let encoding = locale.lowercased().replacing("-", with: "")
        self.init(
            isLive: isatty(2) == 1 && !isDumb,
            colours: (colour(2), colour(1)),
            isUnicode: encoding.hasSuffix("utf8"),
            size: Self.windowSize
        )
    }

    @Sendable private static func windowSize() -> (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
