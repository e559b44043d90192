import Testing

@testable import SlipwayCLI

@Suite struct HelpTests {
    @Test(
        "given a command, when its help is asked for, then it is the text that is kept for it",
        arguments: [
            "", "validate", "plan", "deploy", "status", "resume", "rollback", "abort", "history", "version",
            "history list", "history export", "cassette", "cassette record", "cassette replay", "cassette diff",
            "cassette lint",
            "cassette show", "cassette import", "cassette export",
        ]
    )
    func help(_ command: String) async {
        let result = await Shell().run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(result.status == .done)
        #expect(result.err.isEmpty)
        let name = command.replacing(" ", with: "-")
        expectGolden("help\(name.isEmpty ? "" : "-" + name).txt", result.out)
    }

    @Test("given no command at all, when the program runs, then it shows its help and ends well")
    func nothing() async {
        let shell = Shell()
        let help = await shell.run("--help")
        let result = await shell.run()
        #expect(result.status == .done)
        #expect(result.out == help.out)
    }

    @Test("given the version command, when it runs, then it says the version and nothing else")
    func version() async {
        let result = await Shell().run("version")
        #expect(result.out == Version.text + "\n")
        #expect(result.status == .done)
        #expect(await Shell().run("--version").out == result.out)
    }

    @Test(
        "given arguments that mean nothing, when the program runs, then it ends with 2 and says so on standard error",
        arguments: [
            ["deply"], ["deploy", "--bogus"], ["deploy", "--parallel", "0"], ["deploy", "--pace", "5"],
            ["deploy", "--offline", "--pace=-1"], ["deploy", "--output", "xml"], ["history", "--limit", "0"],
            ["resume", "--offline"], ["plan", "--seed", "3"], ["cassette", "record", "x.json"],
            ["cassette", "replay", "x.json", "--", "cassette", "lint", "x"], ["cassette", "lint", "x", "--age", "0"],
            ["cassette", "replay", "x", "--stand-in", "a", "--", "plan"], ["deploy", "--offline", "--keep-exchanges"],
            ["cassette", "export", "x", "--to", "pdf"],
        ]
    )
    func badArguments(_ arguments: [String]) async {
        let result = await Shell().run(arguments)
        #expect(result.status == .badInput)
        #expect(result.out.isEmpty)
        #expect(result.err.hasPrefix("Error: "))
    }
}
