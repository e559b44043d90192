import ArgumentParser
import Dispatch
import Foundation
import Slipway
import SlipwayBase
import SlipwayCassettes

/// The entry: reads arguments, runs one command, and gives its exit status.
@main
enum Main {
    static nonisolated func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        // Scripts ask for the version before every run: it needs neither threads nor the argument parser.
        if arguments == ["version"] || arguments == ["--version"] {
            return Descriptor.write(Version.text + "\n", to: 1)
        }
        signal(SIGPIPE, SIG_IGN)
        Task.detached { exit(await run(arguments, in: .ofProcess()).rawValue) }
        dispatchMain()
    }

    /// Runs one command line to its end. Every failure ends here: nothing is thrown past it.
    static nonisolated func run(_ arguments: [String], in console: Console) async -> ExitReason {
        do {
            var command = try SlipwayCommand.parseAsRoot(arguments)
            if let subcommand = command as? any Subcommand { return try await execute(subcommand, console) }
            try command.run()
            return .done
        } catch {
            return report(error, console)
        }
    }

    private static nonisolated func execute(_ command: any Subcommand, _ console: Console) async throws -> ExitReason {
        do {
            guard let keeper = command as? any ExchangeKeeping, keeper.exchanges.keepExchanges else {
                return try await command.execute(in: console)
            }
            return try await executeKeeping(command, keeper, console)
        } catch {
            guard let failure = CommandFailure(error) else { throw error }
            for line in failure.message.split(separator: "\n") {
                console.errorLine(line.contains("error: ") ? String(line) : "error: \(line)")
            }
            if command.form == .json {
                let line: JSON = [
                    "type": "error", "status": JSON(Int(failure.status.rawValue)), "message": JSON(failure.message),
                ]
                console.line(line.text)
            }
            return failure.status
        }
    }

    /// Exchanges are written however the command ends: a failure is what they are kept for.
    private static nonisolated func executeKeeping(
        _ command: any Subcommand,
        _ keeper: any ExchangeKeeping,
        _ console: Console
    ) async throws -> ExitReason {
        let path = try keeper.journalOptions.journal ?? Toolkit.journalPath(console.environment)
        let kept: KeptExchanges
        do throws(CassetteFailure) { kept = try KeptExchanges(beside: path, time: console.network.time) } catch {
            throw CommandFailure(error)
        }
        let result: Result<ExitReason, any Error>
        do { result = .success(try await command.execute(in: kept.watching(console))) } catch {
            result = .failure(error)
        }
        do throws(CassetteFailure) { try kept.save() } catch { console.errorLine("error: \(error)".printable()) }
        return try result.get()
    }

    /// Help goes to standard output and ends well; everything else about arguments is bad input.
    private static nonisolated func report(_ error: any Error, _ console: Console) -> ExitReason {
        let message = SlipwayCommand.fullMessage(for: error, columns: console.terminal.size().width)
        guard SlipwayCommand.exitCode(for: error).isSuccess else {
            console.errorLine(message)
            return .badInput
        }
        console.line(message)
        return .done
    }
}

extension CommandFailure {
    /// Every failure the library throws, as a status and a sentence; nil for those of the argument parser.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let failure as RunFailure: self.init(failure)
        case let failure as CassetteFailure: self.init(failure)
        case let failure as InputFailure: self.init(.badInput, failure.description)
        case let failure as JournalFailure: self.init(.badInput, failure.summary)
        case let failure as ClaimFailure: self.init(.claim(failure))
        default: return nil
        }
    }
}
