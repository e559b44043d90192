import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import Testing

private let v1 = "client.authentication.k8s.io/v1"

@Suite struct PluginTests {
    private func machine(
        _ exec: String = "",
        run:
            @escaping @Sendable (AccessEnvironment.Plugin) throws(AccessEnvironment.PluginFailure) ->
            AccessEnvironment.PluginResult
    ) -> FakeMachine {
        var machine = FakeMachine(
            kubeconfig: kubeconfig(
                user: "{ exec: { apiVersion: \(v1), command: get-token, interactiveMode: Never\(exec) } }"
            )
        )
        machine.plugin = run
        return machine
    }

    private func complaint(_ machine: FakeMachine) async throws -> String {
        let access = try ClusterAccess.resolve(.init(), in: machine.environment)
        do {
            let lease = try await access.credentials?.lease()
            return "accepted: \(lease?.credential.reveal() ?? "")"
        } catch { return "\(error)" }
    }

    @Test(
        "given a plugin that gives a token, when leased, then it ran without a shell, with its environment, and expires"
    )
    func token() async throws {
        let seen = Locked<[AccessEnvironment.Plugin]>([])
        let machine = machine(", args: [token, '', $HOME], env: [{ name: A, value: b }]") {
            plugin throws(AccessEnvironment.PluginFailure) in
            seen.withLock { $0.append(plugin) }
            return .init(
                exitCode: 0,
                output: Array(
                    """
                    {"apiVersion":"\(v1)","kind":"ExecCredential","status":{"token":"tok","expirationTimestamp":"2026-01-01T01:00:00Z"}}
                    """.utf8
                )
            )
        }
        let access = try ClusterAccess.resolve(.init(), in: machine.environment)
        #expect(seen.withLock { $0 } == [])
        let (settled, expires) = try await access.settled()
        #expect(expires == nil)
        let lease = try #require(try await settled.credentials?.lease())
        #expect(lease.credential.reveal() == "tok")
        #expect(lease.expires == Timestamp(rfc3339: "2026-01-01T01:00:00Z"))
        #expect(
            seen.withLock { $0 } == [
                AccessEnvironment.Plugin(
                    command: "get-token",
                    arguments: ["token", "", "$HOME"],
                    environment: [
                        "A": "b",
                        "KUBERNETES_EXEC_INFO":
                            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(v1)\",\"spec\":{\"interactive\":false}}",
                    ]
                )
            ]
        )
        _ = try await settled.credentials?.lease()
        #expect(seen.withLock { $0.count } == 2)
    }

    @Test(
        "given provideClusterInfo and a relative command, when leased, then the plugin is told the cluster and found beside the file"
    )
    func clusterInfo() async throws {
        let seen = Locked<[AccessEnvironment.Plugin]>([])
        var machine = FakeMachine(
            kubeconfig: kubeconfig(
                cluster: """
                    { server: "https://e/x", tls-server-name: n,
                      extensions: [{ name: client.authentication.k8s.io/exec, extension: { audience: a, n: [1, true] } }] }
                    """,
                user:
                    "{ exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/plug, env: null, provideClusterInfo: true } }"
            )
        )
        machine.plugin = { plugin throws(AccessEnvironment.PluginFailure) in
            seen.withLock { $0.append(plugin) }
            throw .timedOut
        }
        #expect(
            try await complaint(machine)
                == "the credential plugin \"/home/dev/.kube/./bin/plug\" took longer than 60 s and was ended"
        )
        let info = try JSON(parsing: seen.withLock { $0[0].environment["KUBERNETES_EXEC_INFO"] ?? "" })
        #expect(
            info["spec"]?["cluster"] == [
                "server": "https://e/x", "tls-server-name": "n", "config": ["audience": "a", "n": [1, true]],
            ]
        )
    }

    @Test(
        "given a plugin that answers badly, when leased, then one sentence says so and never what it printed",
        arguments: [
            ("token: hunter2", "printed something that is not an ExecCredential; it said: \\u{1b}[31mhelp two"),
            ("{}", "printed an object that is not an ExecCredential"),
            ("[]", "printed something that is not an ExecCredential; it said: \\u{1b}[31mhelp two"),
            (
                "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\"}",
                "answered in client.authentication.k8s.io/v1beta1, but the kubeconfig asks for client.authentication.k8s.io/v1"
            ),
            ("{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(v1)\"}", "gave no status with a credential"),
            (
                "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(v1)\",\"status\":{}}",
                "gave neither a token nor a client certificate"
            ),
            (
                "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(v1)\",\"status\":{\"token\":\"a\\r\\nX: y\"}}",
                "gave a token with characters that no header may hold"
            ),
            (
                "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(v1)\",\"status\":{\"token\":\"t\",\"expirationTimestamp\":\"soon\"}}",
                "gave an expirationTimestamp that is no RFC 3339 time"
            ),
            (
                "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(v1)\",\"status\":{\"token\":\"t\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"}}",
                "gave a credential that has already expired"
            ),
            (
                "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(v1)\",\"status\":{\"clientCertificateData\":\"x\"}}",
                "gave a client certificate without its key, or a key without its certificate"
            ),
            (
                "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(v1)\",\"status\":{\"clientCertificateData\":\"x\",\"clientKeyData\":\"y\"}}",
                "gave a client certificate that holds no PEM certificate"
            ),
        ]
    )
    func rubbish(output: String, sentence: String) async throws {
        let machine = machine { _ throws(AccessEnvironment.PluginFailure) in
            .init(exitCode: 0, output: Array(output.utf8), errorOutput: Array("\u{1b}[31mhelp\ntwo\n".utf8))
        }
        #expect(try await complaint(machine) == "the credential plugin \"get-token\" " + sentence)
    }

    @Test("given a plugin that fails, is missing or prints too much, when leased, then one sentence says so")
    func failures() async throws {
        let failing = machine { _ throws(AccessEnvironment.PluginFailure) in
            .init(exitCode: 3, output: Array("secret".utf8), errorOutput: Array("log in first\n".utf8))
        }
        #expect(
            try await complaint(failing)
                == "the credential plugin \"get-token\" failed with exit code 3; it said: log in first"
        )
        let killed = machine { _ throws(AccessEnvironment.PluginFailure) in .init(exitCode: nil, output: []) }
        #expect(
            try await complaint(killed)
                == "the credential plugin \"get-token\" was ended by a signal and wrote nothing to standard error"
        )
        let missing = machine { _ throws(AccessEnvironment.PluginFailure) in throw .missing }
        #expect(
            try await complaint(missing)
                == "the credential plugin \"get-token\" is not installed; install it, or correct the kubeconfig"
        )
        let hinted = machine(", installHint: \"brew install it\"") { _ throws(AccessEnvironment.PluginFailure) in
            throw .missing
        }
        #expect(try await complaint(hinted) == "the credential plugin \"get-token\" is not installed: brew install it")
        let loud = machine { _ throws(AccessEnvironment.PluginFailure) in throw .tooMuchOutput }
        #expect(try await complaint(loud) == "the credential plugin \"get-token\" printed more than 1024 KiB")
    }

    @Test("given a plugin that gives a client certificate, when settled, then TLS has it until it expires")
    func certificate() async throws {
        guard let made = TestCertificates.shared else { return }
        let status: JSON = [
            "clientCertificateData": .string(made.certificate), "clientKeyData": .string(made.key),
            "expirationTimestamp": .string((made.now + .seconds(600)).rfc3339),
        ]
        let answer: JSON = ["kind": "ExecCredential", "apiVersion": .string(v1), "status": status]
        var machine = machine { _ throws(AccessEnvironment.PluginFailure) in .init(exitCode: 0, output: answer.bytes) }
        machine.time = VirtualTime(now: made.now)
        let (access, expires) = try await ClusterAccess.resolve(.init(), in: machine.environment).settled()
        #expect(access.tls.certificate == Array(made.certificate.utf8))
        #expect(access.tls.key?.reveal() == Array(made.key.utf8))
        #expect(access.credentials == nil)
        #expect(expires == made.now + .seconds(600))
    }
}
