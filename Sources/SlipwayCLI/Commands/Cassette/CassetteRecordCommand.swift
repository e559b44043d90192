import ArgumentParser
import HTTPTypes
import Slipway
import SlipwayBase
import SlipwayCassettes

/// How `record` goes about it: the modes that record.
enum RecordMode: String, ExpressibleByArgument, CaseIterable {
    case once
    case new
    case rewrite

    var mode: CassetteMode { CassetteMode(rawValue: rawValue) ?? .once }
}

/// `slipway cassette record`
struct CassetteRecordCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Runs a slipway command against the real platform and records what goes over the network.",
        discussion: """
            The command sees every answer as it came; only the cassette is masked. once records a cassette that is not \
            there and plays one that is; new plays what is there and adds what is not; rewrite replaces it. With \
            CI=true nothing is recorded.

              slipway cassette record shop.json -- plan -f slipway.yaml
            """
    )

    @Argument(help: ArgumentHelp("The cassette.", valueName: "cassette"))
    var cassette: String
    @Option(name: .long, help: ArgumentHelp("once, new or rewrite.", valueName: "mode"))
    var mode = RecordMode.once
    @Option(
        name: .long,
        help: ArgumentHelp("A request header that is matched as well; may be given several times.", valueName: "name")
    )
    var matchHeader: [String] = []
    @Option(name: .long, help: ArgumentHelp("What a reader must know about it.", valueName: "text"))
    var note: String?
    @Argument(parsing: .postTerminator, help: ArgumentHelp("The slipway command.", valueName: "command"))
    var command: [String] = []
    var form: OutputForm { .text }

    mutating func validate() throws { _ = try InnerCommand(command) }

    func execute(in console: Console) async throws -> ExitReason {
        let place = CassettePlace(cassette)
        let inner = try InnerCommand(command)
        let present = try place.loadIfPresent()
        if mode == .once, let present { return await CassetteReplay(cassette: present).run(inner, console) }
        let session: CassetteSession
        do throws(CassetteFailure) {
            session = try CassetteSession(
                mode: mode.mode,
                playing: present,
                matching: present == nil || mode == .rewrite ? try matching() : nil,
                allowsRecording: console.environment["CI"] != "true",
                time: console.network.time
            )
        } catch { throw CommandFailure(error) }
        let status = await inner.run(console, over: console.network.watched { session.transport(over: $0) })
        for mismatch in session.mismatches { console.errorLine(mismatch.description) }
        let source = "slipway \(inner.arguments[0]), \(Version.text)"
        guard let recorded = session.recorded(as: place.name, from: source, note: note), session.count > 0 else {
            let why = present == nil ? "nothing was sent" : "the cassette was played"
            console.errorLine("nothing was recorded: \(why)")
            return status.and(found: !session.mismatches.isEmpty)
        }
        try place.save(recorded.repeatingPolls())
        console.errorLine("recorded \(session.count) exchanges in \(place.path.printable(max: 300))")
        return status
    }

    private func matching() throws(CassetteFailure) -> Matching {
        var matching = Matching.ofRuns
        for text in matchHeader {
            guard let name = HTTPField.Name(text), !Matching.isVolatile(name) else {
                throw CassetteFailure(
                    cassette: cassette.printable(max: 100),
                    problem: "--match-header \(text.printable(max: 60)) is no header, or secret, or changes every time"
                )
            }
            matching.headers.append(name)
        }
        return matching
    }
}
