/// One line of the result: our figure, a peer's, and whether the aim held.
struct Row {
    /// A peer's figure, and how ours compares.
    struct Peer {
        /// Whose it is.
        var name: String
        /// The figure with its unit; why it is missing when there is none.
        var figure: String
        /// Ours divided by theirs; nil when there is none.
        var ratio: Double?
    }

    /// What was measured.
    var name: String
    /// Our figure with its unit.
    var ours: String
    /// Whom it is compared with.
    var peer: Peer?
    /// What was wanted; nil for information only.
    var aim: String?
    /// Whether the aim held; nil when there is none, or when it cannot be told.
    var hasHeld: Bool?

    /// Ours and a peer's in the same unit; `isHeld` judges the ratio.
    static func compared(
        _ name: String,
        _ ours: Double,
        with peer: String,
        _ theirs: Double,
        unit: String,
        digits: Int = 1,
        aim: String? = nil,
        isHeld: ((Double) -> Bool)? = nil
    ) -> Row {
        let ratio = ours / theirs
        return Row(
            name: name,
            ours: text(ours, digits) + " " + unit,
            peer: Peer(name: peer, figure: text(theirs, digits) + " " + unit, ratio: ratio),
            aim: aim,
            hasHeld: isHeld.map { $0(ratio) }
        )
    }

    /// A figure of ours alone; `isHeld` judges it.
    static func alone(
        _ name: String,
        _ ours: Double,
        unit: String,
        digits: Int = 1,
        aim: String? = nil,
        isHeld: ((Double) -> Bool)? = nil
    ) -> Row {
        Row(name: name, ours: text(ours, digits) + " " + unit, aim: aim, hasHeld: isHeld.map { $0(ours) })
    }

    /// What could not be measured, and why.
    static func skipped(_ name: String, _ reason: String) -> Row { Row(name: name, ours: "skipped: \(reason)") }

    /// `value` with so many digits behind the point.
    static func text(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let whole = Int64((value * scale).rounded())
        guard digits > 0 else { return String(whole) }
        let rest = String(abs(whole) % Int64(scale))
        let zeros = String(repeating: "0", count: digits - rest.count)
        return "\(whole < 0 ? "-" : "")\(abs(whole) / Int64(scale)).\(zeros)\(rest)"
    }
}

/// Rows as text in columns.
struct Table {
    private static let head = ["", "slipway", "against", "its figure", "ratio", "aim", "held"]

    private let rows: [Row]

    init(_ rows: [Row]) { self.rows = rows }

    /// How many aims did not hold.
    var missed: Int { rows.count { $0.hasHeld == false } }

    private func cells(_ row: Row) -> [String] {
        let held = row.aim == nil ? "" : row.hasHeld.map { $0 ? "yes" : "NO" } ?? "not told"
        return [
            row.name, row.ours, row.peer?.name ?? "", row.peer?.figure ?? "",
            row.peer?.ratio.map { Row.text($0, 2) } ?? "", row.aim ?? "", held,
        ]
    }

    /// The table, one line a row. Long texts of skipped rows do not widen their column.
    var text: String {
        let lines = [Table.head] + rows.map(cells)
        let widths = Table.head.indices.map { column in
            lines.map { $0[column].hasPrefix("skipped: ") ? 0 : $0[column].count }.max() ?? 0
        }
        return lines.map { cells in
            var line = ""
            for (cell, width) in zip(cells, widths) {
                line += cell + String(repeating: " ", count: max(width - cell.count, 0) + 2)
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}

extension Array where Element == Double {
    /// The middle one, or the mean of the two in the middle; 0 of nothing.
    var median: Double {
        guard !isEmpty else { return 0 }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
