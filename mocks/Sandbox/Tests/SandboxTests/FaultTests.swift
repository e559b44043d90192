import Testing

/// Faults, as clients see them.
@Suite struct FaultTests {
    private static let deployments = "/apis/apps/v1/namespaces/default/deployments"

    /// A fault, what curl makes of it over HTTP/1.1, how long that takes at least, and what the answer says.
    private static let kinds = [
        ("{ kind: throttled, retryAfter: 7 }", "429 0", 0, ["Retry-After: 7", "Too many requests, please try again"]),
        ("{ kind: failing, status: 503 }", "503 0", 0, ["the server is currently unable to handle the request"]),
        ("{ kind: failing, status: 502 }", "502 0", 0, ["502 Bad Gateway"]),
        ("{ kind: failing, status: 504 }", "504 0", 0, ["Timeout"]),
        ("{ kind: expiredToken }", "401 0", 0, ["Unauthorized"]), ("{ kind: reset }", "000 35|56|52", 0, []),
        ("{ kind: truncated }", "200 18|56", 0, []), ("{ kind: garbage }", "000 1|8|52|56", 0, []),
        ("{ kind: latency, delay: 300ms }", "200 0", 0.3, ["DeploymentList"]),
        ("{ kind: drip, bytesPerSecond: 8000 }", "200 0", 0.5, ["DeploymentList"]),
    ]

    @Test("given each kind of fault, when a client asks over HTTP/1.1, then it sees just that, and later nothing of it")
    func kinds() async throws {
        let sandbox = try await RunningSandbox()
        for (fault, seen, seconds, words) in Self.kinds {
            try await sandbox.plant(fault)
            let outcome = await sandbox.shell(
                """
                cluster \(Self.deployments) --http1.1 -D head -o body -w '%{http_code} %{exitcode} %{time_total}\\n' 2>/dev/null
                cat head body 2>/dev/null | tr -d '\\0'; admin DELETE /faults -o /dev/null
                """
            )
            let facts = outcome.output.prefix { $0 != "\n" }.split(separator: " ").map(String.init)
            let (status, codes) = (seen.prefix(3), seen.dropFirst(4).split(separator: "|").map(String.init))
            #expect(facts.count == 3 && facts[0] == status && codes.contains(facts[1]), "\(fault): \(outcome)")
            #expect(facts.last.flatMap(Double.init) ?? 0 >= seconds, "\(fault): \(outcome)")
            for word in words { #expect(outcome.output.contains(word), "\(fault): \(outcome)") }
        }
        let after = await sandbox.shell("cluster \(Self.deployments) -o /dev/null -w '%{http_code}'")
        #expect(after.text == "200")
    }

    @Test(
        "given a fault over HTTP/2, when other requests run on the same connection, then only its own one is lost",
        arguments: [("reset", "000 0 92"), ("truncated", "200 0 92"), ("garbage", "200 0 92")]
    )
    func streams(kind: String, seen: String) async throws {
        let sandbox = try await RunningSandbox()
        try await sandbox.plant("{ kind: \(kind), contains: services, times: 1 }")
        let outcome = await sandbox.shell(
            """
            K=$SLIPWAY_SANDBOX_URL/_k8s/main/api/v1/namespaces/default
            api --http2 -H "Authorization: Bearer $(cat $SANDBOX/kubernetes-token)" -o /dev/null -o /dev/null -o /dev/null \
                -w '%{http_code} %{num_connects} %{exitcode}\\n' $K/pods $K/services $K/pods
            """
        )
        #expect(outcome.output == "200 1 0\n\(seen)\n200 0 0\n", "\(outcome)")
    }

    @Test("given a failure with and one without effect, when a write meets it, then only the one has been done")
    func effects() async throws {
        let sandbox = try await RunningSandbox()
        try await sandbox.plant("{ kind: failing, status: 500, method: PATCH, effect: false, times: 1 }")
        let scale = "cluster \(Self.deployments)/shop/scale -X PATCH -H 'Content-Type: application/merge-patch+json'"
        let read = "cluster \(Self.deployments)/shop | grep -o '\"replicas\":[0-9]*' | head -1"
        let without = await sandbox.shell(
            "\(scale) -d '{\"spec\":{\"replicas\":7}}' -o /dev/null -w '%{http_code} '; \(read)"
        )
        #expect(without.text == "500 \"replicas\":4")
        try await sandbox.plant("{ kind: reset, method: PATCH, effect: true, times: 1 }")
        let with = await sandbox.shell("\(scale) -d '{\"spec\":{\"replicas\":8}}' 2>/dev/null; \(read)")
        #expect(with.text == "\"replicas\":8")
    }

    @Test("given a share and a seed, when the same requests come again, then the same of them are hit")
    func chance() async throws {
        var results: [String] = []
        for _ in 0..<2 {
            let sandbox = try await RunningSandbox(seed: nil, "--random", "42")
            try await sandbox.plant("{ kind: failing, status: 500, share: 0.5, cloud: kubernetes }")
            let outcome = await sandbox.shell(
                "for i in $(seq 20); do cluster \(Self.deployments) -o /dev/null -w '%{http_code} '; done"
            )
            results.append(outcome.text)
        }
        #expect(results[0] == results[1])
        #expect(results[0].contains("200") && results[0].contains("500"))
    }

    @Test(
        "given each kind of fault, when AWS is asked, then the CLI reads what AWS would say, and later nothing of it",
        .enabled(if: Shell.has("aws"), "skipped: there is no aws; `.ci/deps clients` installs it")
    )
    func aws() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            for f in 'clockSkew, skew: 20m' expiredToken throttled 'failing, status: 503' 'failing, status: 500' reset garbage; do
                admin POST /faults -f -d "{ kind: $f, cloud: aws, times: 1 }" -o /dev/null || echo "not planted: $f"
                AWS_MAX_ATTEMPTS=1 aws sts get-caller-identity 2>&1 | grep -oE '\\([A-Za-z]+\\)|Connection|aborted' | head -1
            done
            aws sts get-caller-identity --query Arn --output text
            """
        )
        let lines = outcome.text.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(5) == [
                "(SignatureDoesNotMatch)", "(ExpiredToken)", "(Throttling)", "(ServiceUnavailable)",
                "(InternalFailure)",
            ],
            "\(outcome)"
        )
        #expect(lines.count == 8 && lines[5...6].allSatisfy { $0 == "Connection" }, "\(outcome)")
        #expect(lines.last == "arn:aws:iam::123456789012:user/sandbox", "\(outcome)")
    }
}
