/// Colours, or none.
struct Style: Sendable {
    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
        case dim = "2"
        case bold = "1"
    }

    var isColoured: Bool

    static let plain = Style(isColoured: false)

    func paint(_ text: String, _ colour: Colour) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// The columns this text takes on a terminal; it must hold no escape sequences.
    var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// The text cut to `width` columns, the last being `…` (or `~`) when something is missing.
    func cut(to width: Int, isUnicode: Bool = true) -> String {
        guard columns > width else { return self }
        guard width > 0 else { return "" }
        var result = String.UnicodeScalarView()
        var used = 0
        for scalar in unicodeScalars {
            guard used + scalar.columns <= width - 1 else { break }
            used += scalar.columns
            result.append(scalar)
        }
        return String(result) + (isUnicode ? "…" : "~")
    }

    /// The text with spaces after it up to `width` columns.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - columns)) }
}

extension Unicode.Scalar {
    /// 0 for combining marks, 2 for wide East Asian characters and emoji, 1 for the rest.
    fileprivate var columns: Int {
        switch value {
        case 0..<0x300: 1
        case 0x300..<0x370, 0x200B...0x200D, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
