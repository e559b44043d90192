import ArgumentParser
import HTTPTypes
import Slipway
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP

/// `slipway cassette lint`
struct CassetteLintCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Looks for secrets and mistakes in cassettes.",
        discussion: """
            Errors are secrets, files that cannot be read, and body files that belong to none. Warnings are answers \
            that nobody can come to, operations and pages that lead nowhere, and age.
            """
    )

    @Argument(help: ArgumentHelp("Cassettes, or folders of them.", valueName: "path"))
    var paths: [String]
    @Option(name: .long, help: ArgumentHelp("How old a recording may be.", valueName: "days"))
    var age = 365
    @Flag(name: .long, help: "Takes warnings for errors.")
    var strict = false
    @OptionGroup var output: OutputOptions
    var form: OutputForm { output.output }

    mutating func validate() throws {
        guard (1...36_500).contains(age) else {
            throw ValidationError("--age must be a number of days from 1 to 36500.")
        }
    }

    func execute(in console: Console) async throws -> ExitReason {
        let now = console.network.time.now
        var findings: [CassetteFinding] = []
        var count = 0
        for path in paths {
            let folder = CassetteFolder(path: path)
            if folder.exists {
                count += folder.names().count
                findings += folder.findings(now: now, ageDaysMax: age)
            } else {
                let place = CassettePlace(path)
                count += 1
                findings += place.folder.findings(of: place.name, now: now, ageDaysMax: age)
            }
        }
        for finding in findings { console.line(form == .json ? json(finding).text : finding.description) }
        if form == .text, findings.isEmpty { console.line("\(count) cassettes, nothing found") }
        return ExitReason.done.and(found: findings.contains { strict || $0.severity == .error })
    }

    private func json(_ finding: CassetteFinding) -> JSON {
        [
            "type": "finding", "cassette": JSON(finding.cassette.printable(max: 300)),
            "severity": JSON(finding.severity.rawValue), "kind": JSON(finding.kind.rawValue),
            "message": JSON(finding.message),
        ]
    }
}

/// `slipway cassette show`
struct CassetteShowCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Lists what a cassette holds, or shows one exchange of it."
    )

    @Argument(help: ArgumentHelp("The cassette.", valueName: "cassette"))
    var cassette: String
    @Argument(help: ArgumentHelp("The exchange, by its id or its number.", valueName: "id"))
    var id: String?
    @OptionGroup var output: OutputOptions
    var form: OutputForm { output.output }

    func execute(in console: Console) async throws -> ExitReason {
        let loaded = try CassettePlace(cassette).load().redacted()
        if let id {
            let number = Int(id) ?? 0
            let byNumber = loaded.interactions.dropFirst(number - 1 < 0 ? loaded.interactions.count : number - 1).first
            guard let interaction = loaded[id] ?? byNumber else {
                let hint = id.nearest(of: loaded.interactions.map(\.id)).map { "; did you mean \($0)?" } ?? "."
                throw CommandFailure(.badInput, "there is no exchange \(id.printable(max: 80)) in it\(hint)")
            }
            for line in interaction.text.split(separator: "\n") { console.line(String(line).printable(max: 10_000)) }
            return .done
        }
        if form == .text { console.line("\(loaded.origin)".printable(max: 300)) }
        let rows = loaded.interactions.enumerated().map { index, interaction in
            [
                "\(index + 1)", interaction.id.printable(max: 60), interaction.request.method.rawValue,
                interaction.request.target.printable(max: 100), interaction.ending,
            ]
        }
        guard form == .text else {
            for row in rows {
                let line: JSON = [
                    "type": "exchange", "id": JSON(row[1]), "method": JSON(row[2]), "target": JSON(row[3]),
                    "outcome": JSON(row[4]),
                ]
                console.line(line.text)
            }
            return .done
        }
        let table = Table(headings: ["", "ID", "METHOD", "TARGET", "OUTCOME"], rows: rows)
        for line in table.lines(Style(isColoured: console.terminal.colours.out)) { console.line(line) }
        return .done
    }
}

extension Interaction {
    /// The status and how much came, or why nothing did.
    fileprivate var ending: String {
        switch outcome {
        case .failure(let failure): return failure.reason.printable(max: 60)
        case .response(let response):
            guard case .frames(let frames, _) = response.content else {
                return "\(response.status), \(response.bytes.count) bytes"
            }
            return "\(response.status), \(frames.count) pieces"
        }
    }
}
