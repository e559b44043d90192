import Foundation
import Testing

/// The program itself: its help, and what it says when it cannot do what was asked for.
@Suite struct ProgramTests {
    @Test(
        "given a command, when its help is asked for, then it is the text that is kept for it",
        arguments: ["", "init", "serve"]
    )
    func help(_ command: String) async throws {
        let outcome = await Shell.run("COLUMNS=100 \(RunningSandbox.program) \(command) --help")
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/help\(command.isEmpty ? "" : "-" + command).txt")
        if ProcessInfo.processInfo.environment["SLIPWAY_UPDATE_GOLDEN"] == "1" {
            try outcome.output.write(to: golden, atomically: true, encoding: .utf8)
            Issue.record("\(golden.lastPathComponent) was written anew; read it, and run again without")
        }
        #expect(outcome.output == (try? String(contentsOf: golden, encoding: .utf8)), "\(outcome)")
    }

    @Test(
        "given arguments or a seed that mean nothing, when the program runs, then it ends with 2 and says what and where"
    )
    func badInput() async throws {
        let outcome = await Shell.run(
            """
            P=\(RunningSandbox.program)
            ask() { "$P" "$@" 2>&1 >/dev/null; echo "$?"; }
            ask serve --speed 0 | grep -v Usage: | grep -v "See '"
            ask serve --dir d --seed none.yaml
            echo 'aws: { regoin: us-east-1, environments: [{ version: v1 }] }' > seed.yaml
            ask serve --dir d --seed seed.yaml
            """
        )
        #expect(
            outcome.text == """
                Error: --speed must be from just over 0 to 10000
                2
                error: the seed none.yaml cannot be read
                2
                seed.yaml:1:8: error: aws.regoin: unknown key "regoin"; did you mean "region"?
                seed.yaml:1:42: error: aws.environments[0].name: is missing
                2
                """,
            "\(outcome)"
        )
    }

    @Test("given a port that somebody has, when the sandbox starts, then it ends with 2 and says which, and for what")
    func portTaken() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            PORT=${SLIPWAY_SANDBOX_URL##*:}
            timeout 20 \(RunningSandbox.program) serve --dir other --port $PORT --plain-port 0 --azure-port 0 --tunnel-port 0 \
                --applications-port 0 2>&1; echo $?
            echo $PORT
            """
        )
        let port = outcome.text.split(separator: "\n").last ?? ""
        #expect(
            outcome.text.hasPrefix(
                "error: port \(port) of 127.0.0.1 cannot be opened for the APIs: Address already in use; choose another one\n2\n"
            ),
            "\(outcome)"
        )
    }
}
