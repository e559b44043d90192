import Testing

/// The server's door: TLS, certificates, tokens, bounds.
@Suite struct DoorTests {
    @Test(
        "given a first start, when the folder is looked at, then everything is for its owner only, and kept at the next"
    )
    func folder() async throws {
        let sandbox = try await RunningSandbox()
        let modes = await sandbox.shell(
            "find $SANDBOX -type f -not -name output -perm /077; stat -c %a $SANDBOX/ca-key.pem"
        )
        #expect(modes.text == "600")
        let again = await sandbox.shell(
            "sha256sum $SANDBOX/*.pem $SANDBOX/admin-token > a; \(RunningSandbox.program) init --dir $SANDBOX > /dev/null && sha256sum -c --quiet a"
        )
        #expect(again.isSuccess, "\(again)")
    }

    @Test("given HTTP/1.1 and HTTP/2, when either is asked for, then it is spoken, over TLS that verifies")
    func versions() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            for v in --http1.1 --http2; do api $v -o /dev/null -w '%{http_version}\\n' $SLIPWAY_SANDBOX_URL/_sandbox/ready; done
            curl -s -o /dev/null -w '%{http_version}\\n' $SLIPWAY_SANDBOX_PLAIN_URL/_sandbox/ready
            env -u SSL_CERT_FILE -u CURL_CA_BUNDLE curl -s $SLIPWAY_SANDBOX_URL/_sandbox/ready; echo $?
            """
        )
        #expect(outcome.text == "1.1\n2\n1.1\n60")
    }

    @Test(
        "given certificates and tokens, when a cluster is asked, then each caller may do what it may and nothing else"
    )
    func callers() async throws {
        let seed = """
            kubernetes:
              - name: main
                users: [{ name: reader, token: reading-token, allow: [{ verb: list, resource: pods }] }]
            """
        let sandbox = try await RunningSandbox(seed: seed)
        let outcome = await sandbox.shell(
            """
            ask() { api -o /dev/null -w '%{http_code}\\n' "$@"; }
            URL=$SLIPWAY_SANDBOX_URL/_k8s/main/api/v1/namespaces/default
            ask $URL/pods
            ask -H 'Authorization: Bearer wrong' $URL/pods
            ask -H 'Authorization: Bearer reading-token' $URL/pods
            ask -H 'Authorization: Bearer reading-token' $URL/services
            ask --cert $SANDBOX/client.pem --key $SANDBOX/client-key.pem $URL/services
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -days 2 \
                -subj /O=system:masters/CN=sandbox-admin 2>/dev/null
            ask --cert c.pem --key k.pem $URL/services 2>/dev/null
            """
        )
        // The last certificate says the same and is signed by nobody whom the sandbox knows: TLS itself refuses it.
        #expect(outcome.text == "403\n401\n200\n403\n200\n000")
    }

    @Test("given bodies and headers without end, when they come, then each is refused, and the server stays small")
    func bounds() async throws {
        let sandbox = try await RunningSandbox(seed: nil, "--body-max", "1")
        let outcome = await sandbox.shell(
            """
            cluster /api/v1/namespaces -X POST -H 'Content-Length: 10737418240' -H 'Content-Type: application/json' \
                --http1.1 -d x | grep -o RequestEntityTooLarge
            head -c 3000000 /dev/zero > big
            for v in --http1.1 --http2; do
                api $v -X PUT --data-binary @big $SLIPWAY_SANDBOX_URL/bucket/key | grep -o RequestEntityTooLarge
            done
            python3 \(Scripts.path("flood.py")) $SLIPWAY_SANDBOX_PLAIN_URL \(sandbox.processID)
            head -c 100000 /dev/zero | tr '\\0' a > header
            curl -s -o /dev/null -w '%{http_code}\\n' -H "X: $(cat header)" $SLIPWAY_SANDBOX_PLAIN_URL/_sandbox/ready
            api -o /dev/null -w '%{http_code}' $SLIPWAY_SANDBOX_URL/_sandbox/ready
            """
        )
        let lines = outcome.text.split(separator: "\n").map(String.init)
        let refused = Array(repeating: "RequestEntityTooLarge", count: 3)
        let floods = ["announced 413 True True", "chunked 413 True True"]
        #expect(Array(lines.prefix(5)) == refused + floods, "\(outcome)")
        #expect(["400", "431", "000"].contains(lines.dropFirst(5).first ?? ""), "\(outcome)")
        #expect(lines.last == "200", "\(outcome)")
    }

    @Test("given clients that dawdle with handshake, head or body, when they do so for too long, then each is closed")
    func dawdlers() async throws {
        let sandbox = try await RunningSandbox(seed: nil, "--idle", "1")
        let outcome = await sandbox.shell(
            """
            python3 \(Scripts.path("loris.py")) $SLIPWAY_SANDBOX_PLAIN_URL $SLIPWAY_SANDBOX_URL
            api -o /dev/null -w '%{http_code}' $SLIPWAY_SANDBOX_URL/_sandbox/ready
            """
        )
        #expect(outcome.text == "silent head body chunks handshake bytes\n200", "\(outcome)")
    }

    @Test("given thousands of idle watches, when one object changes, then all of them are told, and each is small")
    func watches() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            python3 \(Scripts.path("watches.py")) $SLIPWAY_SANDBOX_PLAIN_URL "$(cat $SANDBOX/kubernetes-token)" \
                3000 \(sandbox.processID)
            """
        )
        let words = outcome.text.split(separator: " ").map(String.init)
        #expect(words.prefix(4) == ["3000", "open", "3000", "told"], "\(outcome)")
        print("3,000 idle watches: \(words.last ?? "?") KiB each")
        #expect(Double(words.last ?? "").map { $0 < 40 } ?? false, "\(outcome)")
    }

    @Test("given a watch whose reader stands still, when much happens, then the server holds back instead of growing")
    func backPressure() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            "python3 \(Scripts.path("stalled.py")) $SLIPWAY_SANDBOX_PLAIN_URL \"$(cat $SANDBOX/kubernetes-token)\" \(sandbox.processID)"
        )
        let words = outcome.text.split(separator: " ").compactMap { Int($0) }
        try #require(words.count == 2, "\(outcome)")
        #expect(words[0] > 40_000, "so many kilobytes were told to the watch: \(outcome)")
        #expect(words[1] < words[0] / 2, "what waits for the reader is held in memory: \(outcome)")
    }
}
