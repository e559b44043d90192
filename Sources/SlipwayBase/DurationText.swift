extension Duration {
    /// Reads durations as people write them: `90s`, `5m`, `1h30m`, `250ms`, `2d`, or a bare number of seconds.
    ///
    /// Nil for anything else, including signs, fractions and more than `Limits.durationSecondsMax`.
    public init?(text: some StringProtocol) {
        var total: Int64 = 0
        var digits = ""
        var unit = ""
        func value() -> Int64? {
            guard let count = Int64(digits) else { return nil }
            let scale: Int64? =
                switch unit {
                case "ms": 1
                case "", "s": 1000
                case "m": 60_000
                case "h": 3_600_000
                case "d": 86_400_000
                default: nil
                }
            guard let scale else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: scale)
            return overflow ? nil : product
        }
        var parts = 0
        for character in text {
            if character.isASCII, character.isNumber {
                if !unit.isEmpty {
                    guard let part = value(), total <= Int64.max - part else { return nil }
                    total += part
                    parts += 1
                    (digits, unit) = ("", "")
                }
                digits.append(character)
            } else {
                unit.append(character)
            }
        }
        guard let part = value(), parts == 0 || !unit.isEmpty, total <= Int64.max - part else { return nil }
        total += part
        guard total <= Limits.durationSecondsMax * 1000 else { return nil }
        self = .milliseconds(total)
    }

    /// The duration in the same words that `init(text:)` reads: `1h30m`, `5m`, `250ms`, `0s`.
    public var text: String {
        var rest = milliseconds
        guard rest != 0 else { return "0s" }
        let sign = rest < 0 ? "-" : ""
        rest = abs(rest)
        var text = ""
        for (unit, scale) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
            as [(String, Int64)]
        where rest >= scale {
            text += "\(rest / scale)\(unit)"
            rest %= scale
        }
        return sign + text
    }
}
