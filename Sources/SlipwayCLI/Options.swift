import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayConfig

/// How results are written.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// How much is told on standard error about what happens underneath.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug
    case info
    case warning
    case error
}

/// Options of every command that shows something.
struct OutputOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("text, or one JSON object a line.", valueName: "form"))
    var output = OutputForm.text

    @Option(
        name: .long,
        help: ArgumentHelp(
            "debug shows every request and answer on standard error, without secrets.",
            valueName: "level"
        )
    )
    var logLevel = LogLevel.warning
}

/// Options of every command that reads or writes runs.
struct JournalOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The file runs are kept in. (default: $XDG_STATE_HOME/slipway/journal.sqlite, or below ~/.local/state)",
            valueName: "path"
        )
    )
    var journal: String?
}

/// Options of every command that reads a config.
struct ConfigOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("The config.", valueName: "path"))
    var file = "slipway.yaml"

    @Option(name: .long, help: ArgumentHelp("Only this target; may be given several times.", valueName: "name"))
    var target: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Replaces a value of the config: release.version=2.5.0. May be given several times.",
            valueName: "key=value"
        )
    )
    var set: [String] = []

    /// The config with only the chosen targets; `accepting` names approximations that are welcome on all of them.
    func load(_ toolkit: Toolkit, accepting: [String] = []) throws(InputFailure) -> Configuration {
        var config = try toolkit.load(file, overrides: set)
        if !target.isEmpty {
            var chosen: [TargetConfiguration] = []
            for name in target where !chosen.contains(where: { $0.name == name }) {
                chosen.append(try config.target(name))
            }
            config.targets = chosen
        }
        let known = toolkit.approximations.sorted()
        if let name = accepting.first(where: { !known.contains($0) }) {
            let hint =
                name.nearest(of: known).map { "did you mean \"\($0)\"?" } ?? "known: \(known.joined(separator: ", "))"
            throw InputFailure("--accept: no approximation is called \"\(name.printable(max: 80))\"; \(hint)")
        }
        for index in config.targets.indices { config.targets[index].accept.formUnion(accepting) }
        return config
    }
}

extension ConfigOptions {
    /// `-f` and `--journal` as they were given, for a command line that goes on with the same run; empty when both are
    /// the usual ones.
    func repeated(with journal: JournalOptions) -> String {
        (file == "slipway.yaml" ? "" : " -f " + file.quoted) + journal.repeated
    }
}

extension JournalOptions {
    /// `--journal` as it was given, or nothing.
    var repeated: String { journal.map { " --journal " + $0.quoted } ?? "" }
}

extension String {
    /// The text as one word of a shell's command line, printable.
    fileprivate var quoted: String {
        let text = printable(max: 300)
        let isPlain =
            !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+:@%".contains($0)) }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

/// Options of the commands that plan.
struct PlanningOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Accepts an approximation by its name. May be given several times.", valueName: "name")
    )
    var accept: [String] = []
}

/// Options of every command that may be rehearsed.
struct RehearsalOptions: ParsableArguments {
    @Flag(name: .long, help: "Rehearses against simulated platforms on a virtual clock; nothing real is touched.")
    var offline = false

    @Option(
        name: .long,
        help: ArgumentHelp("With --offline: a file that says what the simulated world is like.", valueName: "path")
    )
    var world: String?

    @Option(
        name: .long,
        help: ArgumentHelp("With --offline: all chance follows from it. (default: 1)", valueName: "number")
    )
    var seed: UInt64?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --offline: virtual seconds a second; 0 is as fast as possible. (default: 0)",
            valueName: "factor"
        )
    )
    var pace: Double?

    mutating func validate() throws {
        if !offline, world != nil || seed != nil || pace != nil {
            throw ValidationError("--world, --seed and --pace only mean something with --offline.")
        }
        if let pace, !(0...1_000_000).contains(pace) {
            throw ValidationError("--pace must be a number from 0 to 1000000.")
        }
    }

    /// The toolkit that the options ask for.
    func toolkit(_ journal: JournalOptions?, _ output: OutputOptions, _ console: Console) throws(InputFailure)
        -> Toolkit
    {
        guard offline else { return try console.liveToolkit(journal, output) }
        let rehearsal = Toolkit.Rehearsal(seed: seed ?? 1, pace: pace ?? 0, world: world, journal: journal?.journal)
        let logger = output.logger(console, time: SystemTime())
        return try Toolkit.offline(rehearsal, environment: console.environment, logger: logger)
    }
}

extension Console {
    /// The toolkit of commands that are not rehearsed.
    func liveToolkit(_ journal: JournalOptions?, _ output: OutputOptions) throws(InputFailure) -> Toolkit {
        let logger = output.logger(self, time: SystemTime())
        let toolkit = try Toolkit.live(
            journal: journal?.journal,
            environment: environment,
            logger: logger,
            network: network
        )
        return platforms.reduce(toolkit) { $0.adding($1) }
    }
}
