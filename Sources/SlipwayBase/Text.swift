extension String {
    /// The text with everything a terminal or a CI log would act on made visible, and cut to `max` characters.
    ///
    /// Control characters, escape sequences and bidirectional overrides become `\u{…}`; line breaks and tabs become
    /// spaces, so that a platform's message always stays on its line.
    public func printable(max: Int = Limits.messageCharactersMax) -> String {
        var result = ""
        var count = 0
        for scalar in unicodeScalars {
            guard count < max else { return result + "…" }
            count += 1
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: result.unicodeScalars.append(" ")
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0x061C,
                0xFEFF:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The candidate that is most like this text, when it is near enough to be what was meant.
    public func nearest(of candidates: some Sequence<String>) -> String? {
        let allowed = Swift.max(1, count / 3 + (count > 4 ? 1 : 0))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = lowercased() == candidate.lowercased() ? 0 : editDistance(to: candidate)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The number of single-character insertions, deletions and substitutions between two texts.
    func editDistance(to other: String) -> Int {
        let (left, right) = (Array(self), Array(other))
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, wanted) in right.enumerated() {
                let cost = Swift.min(diagonal + (character == wanted ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}
