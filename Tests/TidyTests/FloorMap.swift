/// The floors of the README compared with the targets of Package.swift.
///
/// The README holds the line `<!-- floor map -->` and after it a fenced block. A line of the block that begins with a
/// digit opens that floor; every target named on it or on the lines after it stands on that floor. Words that are no
/// target are free text, unless they begin with `Slipway` like the targets do.
struct FloorMap: Equatable {
    static let marker = "<!-- floor map -->"

    /// Target names and their floors.
    var floors: [String: Int] = [:]

    init?(readme: String, targets: [PackageTarget]) {
        guard let start = readme.firstRange(of: Self.marker)?.upperBound else { return nil }
        let fenced = readme[start...].split(separator: "```", maxSplits: 2, omittingEmptySubsequences: false)
        guard fenced.count == 3 else { return nil }
        let names = Set(targets.map(\.name))
        var floor = 0
        for line in fenced[1].split(separator: "\n") {
            let head = line.drop { $0 == " " }
            if let digit = head.first?.wholeNumberValue { floor = digit }
            for word in line.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init)
            where names.contains(word) || word.hasPrefix("Slipway") {
                floors[word] = floor
            }
        }
    }

    /// Targets that are missing or unknown, and dependencies that go up.
    func findings(for targets: [PackageTarget]) -> [String] {
        let names = Set(targets.map(\.name))
        var findings = names.subtracting(floors.keys).sorted().map { "README's floor map does not show \($0)" }
        findings += Set(floors.keys).subtracting(names).sorted().map {
            "README's floor map shows \($0), which is no target"
        }
        for target in targets {
            for dependency in target.dependencies {
                guard let own = floors[target.name], let below = floors[dependency], below > own else { continue }
                findings.append("\(target.name) on floor \(own) depends on \(dependency) on floor \(below)")
            }
        }
        return findings
    }
}

/// A target of Package.swift other than tests, read from its text.
struct PackageTarget: Equatable {
    var name: String
    var dependencies: [String]

    /// Limits: looks for `.target(`, `.executableTarget(` and `.systemLibrary(` followed by `name: "…"`, and takes
    /// every quoted name of another target in between for a dependency.
    static func all(in manifest: String) -> [PackageTarget] {
        guard let start = manifest.firstRange(of: "    targets: [\n")?.upperBound else { return [] }
        let openings = [".target(", ".executableTarget(", ".systemLibrary(", ".testTarget("]
        var pieces: [(isTest: Bool, text: Substring)] = []
        for line in manifest[start...].split(separator: "\n") {
            let head = line.drop { $0 == " " }
            if head.hasPrefix("],") && line.prefix(while: { $0 == " " }).count == 4 { break }
            if let opening = openings.first(where: head.hasPrefix) { pieces.append((opening == ".testTarget(", "")) }
            if !pieces.isEmpty, !head.hasPrefix("//") { pieces[pieces.count - 1].text += line + "\n" }
        }
        let quoted = pieces.filter { !$0.isTest }.map { piece in
            piece.text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter {
                $0.offset % 2 == 1
            }
            .map { String($0.element) }
        }
        let names = Set(quoted.compactMap(\.first))
        return quoted.compactMap { words in
            words.first.map { PackageTarget(name: $0, dependencies: words.dropFirst().filter(names.contains)) }
        }
    }
}
