public import SlipwayBase
public import SlipwayModel

extension ConfigReader {
    /// The text under `key`, not empty; numbers give the digits as written. Quote `true`, `false` and `null`.
    public func string(_ key: String, required: Bool = false) -> String? {
        scalar(key, required, "a text") { scalar in
            guard let text = scalar.text, !text.isEmpty else { return nil }
            return text
        }
    }

    /// The whole number under `key`, which must lie in `range`.
    public func int(_ key: String, in range: ClosedRange<Int>, required: Bool = false) -> Int? {
        scalar(key, required, "a whole number from \(range.lowerBound) to \(range.upperBound)") { scalar in
            guard case .int(let value) = scalar.kind, let value = Int(exactly: value) else { return nil }
            return range.contains(value) ? value : nil
        }
    }

    /// The truth value under `key`: `true` or `false`.
    public func bool(_ key: String, required: Bool = false) -> Bool? {
        scalar(key, required, "true or false") { if case .bool(let value) = $0.kind { value } else { nil } }
    }

    /// The duration under `key`: `90s`, `5m`, `1h30m`, or a bare number of seconds; zero only if `range` has it.
    public func duration(
        _ key: String,
        in range: ClosedRange<Duration> = .milliseconds(1) ... .seconds(Limits.durationSecondsMax),
        required: Bool = false
    ) -> Duration? {
        let wanted = "a duration from \(range.lowerBound.text) to \(range.upperBound.text), such as 90s or 5m"
        return scalar(key, required, wanted) { scalar in
            switch scalar.kind {
            case .int, .text: Duration(text: scalar.source).flatMap { range.contains($0) ? $0 : nil }
            default: nil
            }
        }
    }

    /// The number of replicas (`2`) or share of them (`25%`) under `key`.
    public func amount(_ key: String, required: Bool = false) -> Amount? {
        let wanted = "a number from 0 to \(Limits.replicasMax), or a percentage from 0% to 100%"
        return scalar(key, required, wanted) { scalar in
            if case .int(let value) = scalar.kind {
                return (0...Int64(Limits.replicasMax)).contains(value) ? .count(Int(value)) : nil
            }
            return Self.percentage(scalar).map(Amount.percent)
        }
    }

    /// The percentage under `key`, with or without a percent sign.
    public func percent(_ key: String, in range: ClosedRange<Int> = 0...100, required: Bool = false) -> Int? {
        scalar(key, required, "a percentage from \(range.lowerBound) to \(range.upperBound)") { scalar in
            var value = Self.percentage(scalar)
            if case .int(let bare) = scalar.kind { value = Int(exactly: bare) }
            return value.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of the words of `Choice` under `key`.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        of: Choice.Type = Choice.self,
        required: Bool = false
    ) -> Choice? {
        let words = Choice.allCases.map(\.rawValue)
        guard let value = node(key, required: required) else { return nil }
        if let text = value.scalar?.text, let choice = Choice(rawValue: text) { return choice }
        let hint =
            value.scalar?.text.flatMap { $0.utf8.count <= 100 ? $0.nearest(of: words) : nil }.map {
                "; did you mean \($0)?"
            } ?? ""
        findings.error(value, "must be \(Self.inWords(words)), not \(value.kindInWords)\(hint)")
        return nil
    }

    /// The texts of the list under `key`.
    public func strings(_ key: String, required: Bool = false, max: Int = 1000) -> [String]? {
        guard let elements = list(key, required: required, max: max) else { return nil }
        return elements.compactMap { element in
            if let text = element.scalar?.text, !text.isEmpty { return text }
            findings.error(element, "must be a text, not \(element.kindInWords)")
            return nil
        }
    }

    /// The value of the scalar under `key` as `read` understands it; nil from `read` is reported as not being `wanted`.
    public func scalar<Value>(
        _ key: String,
        _ required: Bool = false,
        _ wanted: String,
        _ read: (ConfigScalar) -> Value?
    ) -> Value? {
        guard let value = node(key, required: required) else { return nil }
        if let scalar = value.scalar, let result = read(scalar) { return result }
        findings.error(value, "must be \(wanted), not \(value.kindInWords)")
        return nil
    }

    private static func percentage(_ scalar: ConfigScalar) -> Int? {
        guard scalar.kind == .text, scalar.source.hasSuffix("%") else { return nil }
        let digits = scalar.source.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(digits), value <= 100
        else { return nil }
        return value
    }
}
