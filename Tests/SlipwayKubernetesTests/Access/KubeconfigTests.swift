import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import Testing

@Suite struct KubeconfigTests {
    @Test("given a kubeconfig with a token and a base path, when resolved, then everything is as it says")
    func token() async throws {
        let machine = FakeMachine(
            kubeconfig: kubeconfig(
                cluster:
                    "{ server: \"https://Rancher.example.com:8443/k8s/c-1/\", tls-server-name: api.internal, "
                    + "proxy-url: \"socks5://p:1080\" }",
                user: "{ token: secret-token }"
            )
        )
        let access = try ClusterAccess.resolve(.init(), in: machine.environment)
        #expect(access.origin == Origin(scheme: "https", host: "rancher.example.com", port: 8443))
        #expect(access.basePath == "/k8s/c-1")
        #expect(access.tls == TLSSettings(serverName: "api.internal"))
        #expect(access.proxy?.reveal() == "socks5://p:1080")
        #expect(access.namespace == "shop")
        #expect(access.names == .init(context: "dev", cluster: "c", user: "u"))
        #expect(access.warnings == [])
        #expect(try await access.credentials?.lease().credential.reveal() == "secret-token")
        #expect(try await access.settled().expires == nil)
        #expect(!"\(access)".contains("secret-token"))
    }

    @Test(
        "given several files in KUBECONFIG, when resolved, then the first wins by name and files are found beside their own"
    )
    func merge() async throws {
        var machine = FakeMachine()
        machine.variables["KUBECONFIG"] = "/a/one:/missing:/b/two:/a/one"
        machine.files["/a/one"] = """
            current-context: prod
            users: [{ name: u, user: { tokenFile: tokens/first } }]
            contexts:
            clusters: null
            """
        machine.files["/b/two"] = """
            current-context: dev
            users: [{ name: u, user: { token: second } }]
            clusters: [{ name: c, cluster: { server: "https://example.com" } }]
            contexts: [{ name: prod, context: { cluster: c, user: u } }]
            """
        machine.files["/a/tokens/first"] = "  first\n"
        let access = try ClusterAccess.resolve(.init(), in: machine.environment)
        #expect(access.names.context == "prod")
        #expect(access.namespace == nil)
        #expect(try await access.credentials?.lease().credential.reveal() == "first")
        #expect(
            access.warnings.map(\.description) == ["/missing: warning: KUBECONFIG names this file, and it is not there"]
        )
    }

    @Test(
        "given a kubeconfig with one mistake, when resolved, then one sentence says what and where",
        arguments: [
            (
                kubeconfig(cluster: "{ server: \"http://example.com\" }"),
                "5:42: error: clusters[0].cluster.server: must begin with https: credentials go over http to this machine itself only"
            ),
            (
                kubeconfig(cluster: "{ server: example.com }"),
                "5:42: error: clusters[0].cluster.server: "
                    + "must be a URL such as https://cluster.example.com:6443, without user name or query, "
                    + "not the text \"example.com\""
            ),
            (kubeconfig(cluster: "{}"), "5:32: error: clusters[0].cluster.server: is missing"),
            (
                kubeconfig(cluster: "{ server: \"https://e\", insecure-skip-tls-verify: true }"),
                "5:81: error: clusters[0].cluster.insecure-skip-tls-verify: is refused: anyone on the way could read the credentials; give the cluster's certificate-authority-data, or allow it at the target with `insecureSkipTLSVerify: true`"
            ),
            (
                kubeconfig(cluster: "{ server: \"https://e\", proxy-url: \"ftp://x:secret@y\" }"),
                "5:66: error: clusters[0].cluster.proxy-url: "
                    + "must be a URL that begins with http://, https:// or socks5://"
            ),
            (
                kubeconfig(cluster: "{ server: \"https://e\", certificate-authority: ca.pem }"),
                "5:78: error: clusters[0].cluster.certificate-authority: the file /home/dev/.kube/ca.pem is not there"
            ),
            (
                kubeconfig(cluster: "{ server: \"https://e\", certificate-authority-data: \"%%\" }"),
                "5:83: error: clusters[0].cluster.certificate-authority-data: is not base64"
            ),
            (
                kubeconfig(cluster: "{ server: \"https://e\", certificate-authority-data: aGVsbG8= }"),
                "5:83: error: clusters[0].cluster.certificate-authority-data: the certificate authority holds no PEM certificate"
            ),
            (
                kubeconfig(user: "{ username: root, password: hunter2 }"),
                "6:38: error: users[0].user.username: user name and password are not supported by any current cluster; use a token, a certificate or a plugin"
            ),
            (
                kubeconfig(user: "{ auth-provider: { name: gcp } }"),
                "6:43: error: users[0].user.auth-provider: auth-provider was removed from Kubernetes clients in 1.26; use the exec plugin that replaced it"
            ),
            (
                kubeconfig(user: "{ token: t, as: root }"),
                "6:42: error: users[0].user.as: acting as someone else is not supported; use a user that may do what is needed itself"
            ),
            (
                kubeconfig(user: "{ token: \"a b\" }"),
                "6:35: error: users[0].user.token: must be one word of printable characters"
            ),
            (
                kubeconfig(user: "{ client-certificate-data: aGVsbG8= }"),
                "6:26: error: users[0].user: has a client-certificate and no client-key; both are needed"
            ),
            (
                kubeconfig(user: "{ exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: x } }"),
                "6:48: error: users[0].user.exec.apiVersion: must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1, not the text \"client.authentication.k8s.io/v1alpha1\"; update the plugin and the kubeconfig"
            ),
            (
                kubeconfig(
                    user:
                        "{ exec: { apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always } }"
                ),
                "6:110: error: users[0].user.exec.interactiveMode: the plugin wants to ask on a terminal, which a release cannot wait for; use one that does not"
            ),
            ("kind: Pod", "1:7: error: kind: must be Config: this is no kubeconfig"),
            ("clusters: {}", "1:11: error: clusters: must be a list, not a mapping"),
            ("a: [", "2:1: error: not valid YAML: did not find expected node content while parsing a flow node"),
        ]
    )
    func mistakes(text: String, message: String) {
        #expect(FakeMachine(kubeconfig: text).refusal() == "/home/dev/.kube/config:" + message)
    }

    @Test("given names that do not exist, when resolved, then the nearest ones are named")
    func names() {
        let file = "/home/dev/.kube/config"
        let machine = FakeMachine(kubeconfig: kubeconfig())
        #expect(
            machine.refusal(.init(context: "dav")) == "error: \(file) has no context \"dav\"; did you mean \"dev\"?"
        )
        #expect(
            machine.refusal(.init(context: "production"))
                == "error: \(file) has no context \"production\"; there is dev"
        )
        let text =
            "contexts: [{ name: a, context: { cluster: x, user: y } }, { name: b, context: {} }]\n"
            + "clusters: [{ name: xx, cluster: { server: \"https://e\" } }]"
        let other = FakeMachine(kubeconfig: text)
        #expect(
            other.refusal()
                == "error: \(file) has no current context; name one with `context:` at the target; there are a, b"
        )
        #expect(
            other.refusal(.init(context: "a"))
                == "error: \(file) has no cluster \"x\", which context \"a\" names; did you mean \"xx\"?"
        )
        #expect(other.refusal(.init(context: "b")) == "\(file):1:79: error: contexts[1].context.cluster: is missing")
        let userless = FakeMachine(kubeconfig: text.replacing("cluster: x,", with: "cluster: xx,"))
        #expect(
            userless.refusal(.init(context: "a"))
                == "error: \(file) has no user \"y\", which context \"a\" names; it has none"
        )
    }

    @Test("given files that are missing, forbidden or too large, when resolved, then one sentence says so")
    func files() {
        var machine = FakeMachine()
        #expect(
            machine.refusal()
                == "error: there is no kubeconfig: set KUBECONFIG, write ~/.kube/config, or name one with `kubeconfig:` at the target"
        )
        #expect(machine.refusal(.init(kubeconfig: "/x")) == "error: the kubeconfig /x is not there")
        machine.files["/x"] = "forbidden"
        #expect(
            machine.refusal(.init(kubeconfig: "/x")) == "error: the kubeconfig /x cannot be read: permission denied"
        )
        machine.files["/x"] = String(repeating: "#", count: 2 << 20)
        #expect(machine.refusal(.init(kubeconfig: "/x")) == "error: the kubeconfig /x is larger than 1024 KiB")
        machine.variables["KUBECONFIG"] = "/y:/z"
        #expect(machine.refusal() == "error: KUBECONFIG names no file that is there: /y, /z; correct it, or unset it")
    }

    @Test(
        "given an unverified server, when the target allows it by name, then access warns; beside an authority it is refused"
    )
    func insecure() throws {
        let machine = FakeMachine(
            kubeconfig: kubeconfig(cluster: "{ server: \"https://e\", insecure-skip-tls-verify: true }")
        )
        let access = try ClusterAccess.resolve(.init(isUnverifiedAllowed: true), in: machine.environment)
        #expect(access.tls.isUnverified)
        #expect(access.warnings.map(\.message) == ["the server need not prove who it is"])
        let both = FakeMachine(
            kubeconfig: kubeconfig(
                cluster:
                    "{ server: \"https://e\", insecure-skip-tls-verify: true, certificate-authority-data: aGVsbG8= }"
            )
        )
        #expect(
            both.refusal(.init(isUnverifiedAllowed: true)).contains(
                "insecure-skip-tls-verify: cannot be true beside a certificate authority; remove one of them"
            )
        )
    }

    @Test("given empty texts and nulls as kubectl and cloud tools write them, when resolved, then they count as absent")
    func empty() throws {
        var machine = FakeMachine()
        machine.variables["KUBECONFIG"] = "/a:/b"
        machine.files["/a"] = "apiVersion: v1\nkind: Config\ncurrent-context: \"\"\npreferences: {}\nusers: null\n"
        machine.files["/b"] = kubeconfig(
            cluster: "{ server: \"https://e\", proxy-url: \"\", extensions: [{ name: x, extension: { last: 1 } }] }",
            user: "{ token: \"\", client-certificate: \"\", as: \"\", as-groups: null, auth-provider: null }"
        )
        let access = try ClusterAccess.resolve(.init(), in: machine.environment)
        #expect(access.names.context == "dev")
        #expect(access.credentials == nil && access.proxy == nil && access.warnings == [])
    }

    @Test("given random mutations of a kubeconfig, when resolved, then each ends in access or in diagnostics")
    func fuzz() {
        let original = Array(
            kubeconfig(
                cluster:
                    "{ server: \"https://e:1/x\", tls-server-name: n, proxy-url: \"http://p\", "
                    + "certificate-authority-data: aGVsbG8= }",
                user:
                    "{ tokenFile: /t, client-key-data: eA==, exec: { apiVersion: v1, command: x, args: [a], env: [{ name: A, value: b }] } }"
            ).utf8
        )
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var refused = 0
        for _ in 0..<1_000 {
            var bytes = original
            for _ in 0...next(3) {
                let at = next(bytes.count)
                switch next(3) {
                case 0: bytes.removeSubrange(at..<min(bytes.count, at + 1 + next(20)))
                case 1: bytes[at] = UInt8(32 + next(95))
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 40)], at: next(bytes.count))
                }
            }
            let machine = FakeMachine(kubeconfig: String(decoding: bytes, as: UTF8.self))
            let refusal = machine.refusal()
            #expect(refusal.hasPrefix("accepted: ") || refusal.contains("error: "))
            if !refusal.hasPrefix("accepted: ") { refused += 1 }
        }
        #expect(refused > 500)
    }

    @Test("given http on loopback, when resolved, then it is accepted")
    func loopback() {
        let machine = FakeMachine(kubeconfig: kubeconfig(cluster: "{ server: \"http://127.0.0.1:8001\" }"))
        #expect(machine.refusal() == "accepted: http://127.0.0.1:8001")
    }

    @Test("given a token file, when a minute has passed, then it is read again, and rubbish in it is refused")
    func tokenFile() async throws {
        let time = VirtualTime()
        let text = Locked("one")
        var machine = FakeMachine(kubeconfig: kubeconfig(user: "{ tokenFile: /t }"))
        machine.time = time
        var environment = machine.environment
        let others = environment.readFile
        environment.readFile = { (path, max) throws(AccessEnvironment.FileFailure) in
            path == "/t" ? .init(Array(text.withLock { $0 }.utf8)) : try others(path, max)
        }
        let source = try #require(try ClusterAccess.resolve(.init(), in: environment).credentials)
        #expect(try await source.lease().credential.reveal() == "one")
        text.withLock { $0 = "two\n" }
        time.advance(by: .seconds(59))
        #expect(try await source.lease().credential.reveal() == "one")
        time.advance(by: .seconds(1))
        #expect(try await source.lease().credential.reveal() == "two")
        text.withLock { $0 = "two words" }
        time.advance(by: .seconds(60))
        await #expect(
            throws: CredentialFailure.broken("the token file /t holds no token: it must be one word on one line")
        ) {
            try await source.lease()
        }
    }

    @Test("given a kubeconfig that others can read, when resolved, then a warning says so")
    func modes() throws {
        var machine = FakeMachine(kubeconfig: kubeconfig())
        machine.open = ["/home/dev/.kube/config"]
        let access = try ClusterAccess.resolve(.init(kubeconfig: "~/.kube/config"), in: machine.environment)
        #expect(
            access.warnings.map(\.description) == [
                "/home/dev/.kube/config: warning: other users can read this kubeconfig; take that away with chmod go-r"
            ]
        )
    }
}
