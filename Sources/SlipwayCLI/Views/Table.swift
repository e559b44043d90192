/// Rows of texts under headings, in columns as wide as their widest text.
struct Table {
    var headings: [String]
    var rows: [[String]]
    /// How a text in a column is painted; asked after the widths are known.
    var paint: (_ column: Int, _ text: String) -> Style.Colour? = { _, _ in nil }

    func lines(_ style: Style) -> [String] {
        let widths = headings.indices.map { column in
            ([headings] + rows).map { $0[column].columns }.max() ?? 0
        }
        let last = headings.count - 1
        func line(_ row: [String], _ colour: (Int, String) -> Style.Colour?) -> String {
            row.enumerated().map { column, text in
                let padded = column == last ? text : text.padded(to: widths[column])
                return colour(column, text).map { style.paint(padded, $0) } ?? padded
            }.joined(separator: "  ")
        }
        return [line(headings) { _, _ in .dim }] + rows.map { line($0, paint) }
    }
}
