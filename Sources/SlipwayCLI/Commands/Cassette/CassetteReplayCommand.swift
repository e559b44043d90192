import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP

/// `slipway cassette replay`
struct CassetteReplayCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Runs a slipway command offline: every answer comes from cassettes.",
        discussion: """
            Nothing is sent. Time begins when the cassette was recorded and passes at once; runs are kept in memory. A \
            request that was not recorded is refused and told field by field. A kubeconfig or profile that the config \
            names must be there, but its secrets are not used.

              slipway cassette replay shop.json -- deploy -f slipway.yaml
            """
    )

    @Argument(help: ArgumentHelp("The cassette.", valueName: "cassette"))
    var cassette: String
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Gives a stand-in of the cassette its real name: 000000000001=123456789012. May be given several times.",
            valueName: "stand-in=name"
        )
    )
    var standIn: [String] = []
    @Flag(name: .long, help: "Does not mind recorded answers that nobody asked for.")
    var allowUnplayed = false
    @Argument(parsing: .postTerminator, help: ArgumentHelp("The slipway command.", valueName: "command"))
    var command: [String] = []
    var form: OutputForm { .text }

    mutating func validate() throws {
        _ = try InnerCommand(command)
        for pair in standIn where pair.split(separator: "=").count != 2 {
            throw ValidationError("--stand-in is written as STAND-IN=NAME.")
        }
    }

    func execute(in console: Console) async throws -> ExitReason {
        let loaded = try CassettePlace(cassette).load()
        let pairs = standIn.map { $0.split(separator: "=").map(String.init) }.map { ($0[0], $0[1]) }
        let standIns = Dictionary(pairs) { first, _ in first }
        let replay = CassetteReplay(cassette: loaded, standIns: standIns, allowsUnplayed: allowUnplayed)
        return await replay.run(try InnerCommand(command), console)
    }
}

/// A command that is answered from a cassette alone.
struct CassetteReplay {
    let cassette: Cassette
    var standIns: [String: String] = [:]
    var allowsUnplayed = false

    /// The command's end, or that it and the cassette do not agree.
    func run(_ command: InnerCommand, _ console: Console) async -> ExitReason {
        let start = cassette.origin.recordedAt.flatMap { Timestamp(rfc3339: $0) }
        let time = ReplayTime(now: start ?? VirtualTime().now, real: SystemTime())
        let transport = ReplayingTransport([cassette], tolerating: .ofRuns, standIns: standIns, time: time)
        let status = await command.run(console, over: .replayed(transport, time: time))
        for mismatch in transport.mismatches { console.errorLine(mismatch.description) }
        let unplayed = allowsUnplayed ? [] : transport.unplayed
        if !unplayed.isEmpty { console.errorLine("\(unplayed.count) recorded answers were not asked for:") }
        for place in unplayed.prefix(20) { console.errorLine("  \(place)") }
        if status != .done, !transport.unnamedStandIns.isEmpty { advise(transport.unnamedStandIns, console) }
        console.errorLine("played \(transport.played.count) answers of \(cassette.interactions.count)")
        return status.and(found: !transport.mismatches.isEmpty || !unplayed.isEmpty)
    }

    /// A name that only the config and the answers hold cannot be told from the requests.
    private func advise(_ standIns: [String], _ console: Console) {
        let names = standIns.prefix(6).joined(separator: ", ").printable(max: 300)
        console.errorLine("only answers name \(names); where the config names one, say --stand-in \(standIns[0])=NAME")
    }
}

/// `slipway cassette diff`
struct CassetteDiffCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Runs a slipway command against the real platform and tells what differs from the cassette.",
        discussion: """
            Everything is sent, so choose a command that only reads, such as plan. Times, numbers of requests and \
            versions of objects are not compared. The cassette stays as it is.

              slipway cassette diff shop.json -- plan -f slipway.yaml
            """
    )

    @Argument(help: ArgumentHelp("The cassette.", valueName: "cassette"))
    var cassette: String
    @OptionGroup var output: OutputOptions
    @Argument(parsing: .postTerminator, help: ArgumentHelp("The slipway command.", valueName: "command"))
    var command: [String] = []
    var form: OutputForm { output.output }

    mutating func validate() throws { _ = try InnerCommand(command) }

    func execute(in console: Console) async throws -> ExitReason {
        let loaded = try CassettePlace(cassette).load()
        let session: CassetteSession
        do throws(CassetteFailure) {
            session = try CassetteSession(mode: .diff, playing: loaded, time: console.network.time)
        } catch { throw CommandFailure(error) }
        // What the command itself says is not the result here.
        var quiet = console
        quiet.out = { _ in }
        let network = console.network.watched { session.transport(over: $0) }
        let status = try await InnerCommand(command).run(quiet, over: network)
        for drift in session.found { show(drift, console) }
        for mismatch in session.mismatches { console.errorLine(mismatch.description) }
        if session.found.isEmpty, form == .text { console.line("no answer differs") }
        return status.and(found: !session.found.isEmpty || !session.mismatches.isEmpty)
    }

    private func show(_ drift: CassetteDrift, _ console: Console) {
        guard form == .json else { return console.line(drift.description) }
        for change in drift.changes {
            let line: JSON = [
                "type": "change", "interaction": JSON(drift.place.id), "field": JSON(change.field),
                "recorded": change.recorded.map { JSON($0) } ?? .null, "live": change.live.map { JSON($0) } ?? .null,
            ]
            console.line(line.text)
        }
    }
}
