import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayConfig

/// `slipway validate`
struct ValidateCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Reads the config and tells everything that is wrong with it.",
        discussion: "Nothing is connected to."
    )

    @OptionGroup var config: ConfigOptions
    @OptionGroup var rehearsal: RehearsalOptions
    @OptionGroup var output: OutputOptions
    var form: OutputForm { output.output }

    func execute(in console: Console) async throws -> ExitReason {
        let toolkit = try rehearsal.toolkit(nil, output, console)
        do throws(InputFailure) {
            let loaded = try config.load(toolkit)
            show(loaded.warnings, console)
            if form == .json {
                let names = loaded.targets.map { JSON($0.name) }
                let line: JSON = ["type": "valid", "application": JSON(loaded.application), "targets": .array(names)]
                console.line(line.text)
            } else {
                let names = loaded.targets.map { "\($0.name) (\($0.strategy.name))" }.joined(separator: ", ")
                console.line("\(config.file): \(loaded.application) \(loaded.release.version) to \(names)")
            }
            return .done
        } catch {
            show(error.diagnostics, console)
            return .badInput
        }
    }

    private func show(_ diagnostics: [Diagnostic], _ console: Console) {
        for diagnostic in diagnostics {
            guard form == .json else {
                console.errorLine(diagnostic.description)
                continue
            }
            var line: JSON = ["type": "diagnostic", "severity": JSON(diagnostic.severity.rawValue)]
            if let place = diagnostic.place {
                line["file"] = JSON(place.file)
                line["line"] = JSON(place.line)
                line["column"] = JSON(place.column)
            }
            line["path"] = JSON(diagnostic.path)
            line["message"] = JSON(diagnostic.message)
            console.line(line.text)
        }
    }
}
