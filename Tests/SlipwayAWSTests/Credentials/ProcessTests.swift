import SlipwayAWS
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct ProcessTests {
    private func machine(
        _ command: String = "give --to me",
        _ plugin:
            @escaping @Sendable (AccountMachine.Plugin) throws(AccountMachine.PluginFailure)
            -> AccountMachine.PluginResult
    ) -> AccountMachine {
        var machine = AccountMachine(config: "[default]\ncredential_process = \(command)\n")
        machine.plugin = plugin
        return machine
    }

    private let subject = "the credential_process \"give\" of the profile \"default\""

    @Test("given a program that prints credentials, when leased, then they come with token, account and end")
    func prints() async throws {
        let machine = machine { _ throws(AccountMachine.PluginFailure) in
            let json = """
                {"Version": 1, "AccessKeyId": "ASIAPROC", "SecretAccessKey": "hush", "SessionToken": "hush",
                 "Expiration": "2026-11-21T14:00:00Z", "AccountId": "123456789012"}
                """
            return .init(exitCode: 0, output: Array(json.utf8), errorOutput: Array("hush".utf8))
        }
        let lease = try await machine.lease()
        #expect(lease.credential.accessKeyID == "ASIAPROC")
        #expect(lease.credential.accountID == "123456789012")
        #expect(lease.expires == Timestamp(rfc3339: "2026-11-21T14:00:00Z"))
        #expect(try machine.access().names.credentials == subject)
        let endless = self.machine { _ throws(AccountMachine.PluginFailure) in
            .init(exitCode: 0, output: Array(#"{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"hush"}"#.utf8))
        }
        #expect(try await endless.lease().expires == nil)
    }

    @Test(
        "given a command line, when it is run, then its words are those of Python's shlex",
        arguments: [
            ("give a  b\tc", ["give", "a", "b", "c"]),
            (#"give "a b" 'c d' e\ f"#, ["give", "a b", "c d", "e f"]),
            (#"give "a \"b\" \n \\" '\"'"#, ["give", #"a "b" \n \"#, #"\""#]),
            (#"give a"b"'c'd "" ''"#, ["give", "abcd", "", ""]),
            ("give $HOME $(id) `id` ; ls | cat > x # y", ["give"] + "$HOME $(id) `id` ; ls | cat > x # y".words),
            ("'/opt/my tools/give' ü=1", ["/opt/my tools/give", "ü=1"]),
            ("give\n  --one\n  --two", ["give", "--one", "--two"]),
        ]
    )
    func words(line: String, words: [String]) async throws {
        let seen = Locked<[AccountMachine.Plugin]>([])
        let machine = machine(line) { plugin throws(AccountMachine.PluginFailure) in
            seen.withLock { $0.append(plugin) }
            throw .missing
        }
        _ = await machine.complaint()
        #expect(seen.withLock { $0 } == [.init(command: words[0], arguments: Array(words.dropFirst()))])
    }

    @Test("given a command line that is none, when resolved, then one sentence says the line of the file")
    func commandLines() async {
        for (line, end) in [
            ("give \"hush", "has a quotation mark too few"), ("give 'hush", "has a quotation mark too few"),
            ("give \"hush\\", "has a quotation mark too few"), ("give hush\\", "ends in a backslash"),
            ("''", "names no program"),
        ] {
            let machine = machine(line) { _ throws(AccountMachine.PluginFailure) in throw .missing }
            #expect(
                await machine.complaint()
                    == "error: /home/dev/.aws/config:2: credential_process of the profile \"default\" \(end)"
            )
        }
    }

    @Test(
        "given a program that prints rubbish, when leased, then one sentence says so and never what it printed",
        arguments: [
            ("hush", "printed something that is not a JSON object; run it by hand to see what"),
            ("[\"hush\"]", "printed something that is not a JSON object; run it by hand to see what"),
            ("", "printed something that is not a JSON object; run it by hand to see what"),
            (#"{"AccessKeyId":"hush"}"#, "printed JSON whose Version is not 1, the only one there is"),
            (#"{"Version":2,"AccessKeyId":"hush"}"#, "printed JSON whose Version is not 1, the only one there is"),
            (
                #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"hush","Expiration":"hush"}"#,
                "gave an Expiration that is no RFC 3339 time"
            ),
            (
                #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"hush","Expiration":5}"#,
                "gave an Expiration that is no RFC 3339 time"
            ),
            (
                #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"hush","Expiration":"2026-11-21T12:00:00Z"}"#,
                "gave credentials that have already expired"
            ),
        ]
    )
    func rubbish(output: String, sentence: String) async {
        let machine = machine { _ throws(AccountMachine.PluginFailure) in
            .init(exitCode: 0, output: Array(output.utf8), errorOutput: Array("hush".utf8))
        }
        #expect(await machine.complaint() == "\(subject) \(sentence)")
    }

    @Test(
        "given a program that prints half a credential, when leased, then the lacking part is named",
        arguments: [
            (#"{"Version":1}"#, "has neither AccessKeyId nor SecretAccessKey"),
            (#"{"Version":1,"AccessKeyId":"hush"}"#, "has AccessKeyId and no SecretAccessKey; give both or neither"),
            (
                #"{"Version":1,"SecretAccessKey":"hush"}"#,
                "has SecretAccessKey and no AccessKeyId; give both or neither"
            ),
        ]
    )
    func halves(output: String, sentence: String) async {
        let machine = machine { _ throws(AccountMachine.PluginFailure) in .init(exitCode: 0, output: Array(output.utf8))
        }
        #expect(await machine.complaint() == "the answer of \(subject) \(sentence)")
    }

    @Test("given a program that fails, hangs, is missing or prints too much, when leased, then one sentence says so")
    func failures() async {
        let ends: [(AccountMachine.PluginResult, String)] = [
            (
                .init(exitCode: 3, output: Array("hush".utf8), errorOutput: Array("hush".utf8)),
                "failed with exit code 3"
            ),
            (.init(exitCode: nil, output: Array("hush".utf8)), "was ended by a signal"),
        ]
        for (result, end) in ends {
            let machine = machine("give hush") { _ throws(AccountMachine.PluginFailure) in result }
            #expect(await machine.complaint() == "\(subject) \(end); run it by hand to see why")
        }
        let failures: [(AccountMachine.PluginFailure, String)] = [
            (.missing, "is not installed or not executable; install it, or correct the profile"),
            (.timedOut, "took longer than 60 s and was ended"), (.tooMuchOutput, "printed more than 1024 KiB"),
            (.cancelled, "was ended because the run was interrupted"), (.broken("no"), "could not be started: no"),
        ]
        for (failure, end) in failures {
            let machine = machine("give hush") { _ throws(AccountMachine.PluginFailure) in throw failure }
            #expect(await machine.complaint() == "\(subject) \(end)")
        }
    }
}

extension String {
    fileprivate var words: [String] { split(separator: " ").map(String.init) }
}
