import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayCassettes

/// `slipway cassette`
struct CassetteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cassette",
        abstract: "Records what goes over the network, plays it offline, and looks after the recordings.",
        discussion: """
            A cassette is one JSON file. Secrets are masked and names of accounts, tenants and hosts replaced before \
            anything is written.

            Exit status: 0 done and nothing found, 1 something found, 2 bad input; of record, replay and diff the \
            status of the command that they run, where that is worse.
            """,
        subcommands: [
            CassetteRecordCommand.self, CassetteReplayCommand.self, CassetteDiffCommand.self,
            CassetteLintCommand.self, CassetteShowCommand.self, CassetteImportCommand.self, CassetteExportCommand.self,
        ]
    )
}

/// A cassette's file, as a folder and a name in it.
struct CassettePlace {
    let folder: CassetteFolder
    let name: String

    /// `path`, with or without its `.json`.
    init(_ path: String) {
        let path = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
        let slash = path.lastIndex(of: "/")
        name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        folder = CassetteFolder(path: slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    var path: String { "\(folder.path)/\(name).json" }

    func load() throws -> Cassette {
        do throws(CassetteFailure) { return try folder.load(name) } catch { throw CommandFailure(error) }
    }

    func loadIfPresent() throws -> Cassette? {
        do throws(CassetteFailure) { return try folder.loadIfPresent(name) } catch { throw CommandFailure(error) }
    }

    func save(_ cassette: Cassette) throws {
        do throws(CassetteFailure) { try folder.save(cassette) } catch { throw CommandFailure(error) }
    }
}

extension CommandFailure {
    /// What is wrong with a cassette is bad input.
    init(_ failure: CassetteFailure) { self.init(.badInput, failure.description.printable()) }
}

extension ExitReason {
    /// The command's own end, or that something was found.
    func and(found: Bool) -> ExitReason { self == .done && found ? .failed : self }
}

/// The slipway command that record, replay and diff run.
struct InnerCommand {
    let arguments: [String]

    init(_ arguments: [String]) throws {
        guard let first = arguments.first else {
            throw ValidationError("name the command after --, such as: -- plan -f slipway.yaml")
        }
        guard first != "cassette" else { throw ValidationError("a cassette command cannot run another one.") }
        self.arguments = arguments
    }

    /// Runs it over `network`.
    func run(_ console: Console, over network: Network) async -> ExitReason {
        var inner = console
        inner.network = network
        return await Main.run(arguments, in: inner)
    }
}
