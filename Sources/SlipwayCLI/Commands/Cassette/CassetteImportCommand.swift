import ArgumentParser
import Foundation
import Slipway
import SlipwayBase
import SlipwayCassettes

/// The formats that are read; `ForeignFormat` by its names.
enum ImportFormat: String, ExpressibleByArgument, CaseIterable {
    case vcrpy
    case rubyVCR = "ruby-vcr"
    case goVCR = "go-vcr"
    case har
    case testProxy = "test-proxy"
    case wireMock = "wiremock"

    var format: ForeignFormat? { ForeignFormat(rawValue: rawValue) }
}

/// `slipway cassette import`
struct CassetteImportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes a cassette of what another program recorded.",
        discussion: """
            Read are vcrpy, Ruby's VCR, go-vcr, HTTP archives (HAR 1.2), the test proxy of Azure's SDKs, and stub \
            mappings of WireMock. Tags that name code are refused. Secrets are masked and names replaced.
            """
    )

    @Argument(help: ArgumentHelp("The recording.", valueName: "file"))
    var file: String
    @Option(name: .shortAndLong, help: ArgumentHelp("The cassette that is made.", valueName: "cassette"))
    var output: String
    @Option(name: .long, help: ArgumentHelp("The format. (default: told by the file)", valueName: "format"))
    var from: ImportFormat?
    @Option(name: .long, help: ArgumentHelp("What was recorded. (default: the file's name)", valueName: "text"))
    var source: String?
    var form: OutputForm { .text }

    func execute(in console: Console) async throws -> ExitReason {
        let bytes = try Toolkit.live(environment: console.environment).read(file, bytesMax: Limits.cassetteBytesMax)
        let place = CassettePlace(output)
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let cassette: Cassette
        do throws(CassetteFailure) {
            cassette = try Cassette(importing: bytes, as: from?.format, name: place.name, from: source ?? name)
        } catch { throw CommandFailure(error) }
        try place.save(cassette.withStandIns())
        console.line("\(cassette.interactions.count) exchanges in \(place.path.printable(max: 300))")
        return .done
    }
}

/// The formats that cassettes are exported to.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case har
    case wiremock
}

/// `slipway cassette export`
struct CassetteExportCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a cassette in a form that other programs read.",
        discussion: "har is an HTTP archive (HAR 1.2), wiremock stub mappings; secrets are masked in both."
    )

    @Argument(help: ArgumentHelp("The cassette.", valueName: "cassette"))
    var cassette: String
    @Option(name: .long, help: ArgumentHelp("har or wiremock.", valueName: "format"))
    var to: ExportFormat
    @Option(name: .shortAndLong, help: ArgumentHelp("The file. (default: standard output)", valueName: "path"))
    var output: String?
    var form: OutputForm { .text }

    func execute(in console: Console) async throws -> ExitReason {
        let loaded = try CassettePlace(cassette).load()
        let document = to == .har ? loaded.archive : loaded.stubMappings
        guard let output else {
            console.line(document.pretty)
            return .done
        }
        do { try Data((document.pretty + "\n").utf8).write(to: URL(fileURLWithPath: output), options: .atomic) } catch {
            throw CommandFailure(.badInput, "\(output.printable(max: 300)) cannot be written.")
        }
        return .done
    }
}
