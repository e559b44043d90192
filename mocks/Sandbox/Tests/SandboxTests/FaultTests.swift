import Testing

/// Faults, as clients see them.
@Suite struct FaultTests {
    private static let deployments = "/apis/apps/v1/namespaces/default/deployments"

    @Test(
        "given a fault, when a client asks over HTTP/1.1, then it sees just that",
        arguments: [
            (#"{ kind: throttled, retryAfter: 7 }"#, "429 0 Too many requests, please try again later."),
            (#"{ kind: failing, status: 503 }"#, "503 0 the server is currently unable to handle the request"),
            (#"{ kind: expiredToken }"#, "401 0 Unauthorized"), (#"{ kind: reset }"#, "000 35|56|52"),
            (#"{ kind: truncated }"#, "200 18|56"), (#"{ kind: garbage }"#, "000 1|8|52|56"),
            (#"{ kind: latency, delay: 300ms }"#, "200 0 DeploymentList"),
            (#"{ kind: drip, bytesPerSecond: 100000 }"#, "200 0 DeploymentList"),
        ]
    )
    func kinds(fault: String, seen: String) async throws {
        let sandbox = try await RunningSandbox()
        try await sandbox.plant(fault)
        let outcome = await sandbox.shell(
            "cluster \(Self.deployments) --http1.1 -o body -w '%{http_code}'; echo \" $?\"; cat body 2>/dev/null | tr -d '\\0'"
        )
        let parts = seen.split(separator: " ", maxSplits: 2).map(String.init)
        let words = outcome.output.split(separator: "\n").first?.split(separator: " ").map(String.init) ?? []
        #expect(words.first == parts[0], "\(outcome)")
        #expect(parts[1].split(separator: "|").contains { $0 == words.last ?? "" }, "\(outcome)")
        if parts.count > 2 { #expect(outcome.output.contains(parts[2]), "\(outcome)") }
    }

    @Test("given a reset over HTTP/2, when another request runs on the same connection, then only the one is lost")
    func streams() async throws {
        let sandbox = try await RunningSandbox()
        try await sandbox.plant("{ kind: reset, contains: services, times: 1 }")
        let outcome = await sandbox.shell(
            """
            K=$SLIPWAY_SANDBOX_URL/_k8s/main/api/v1/namespaces/default
            api --http2 -H "Authorization: Bearer $(cat $SANDBOX/kubernetes-token)" -o /dev/null -o /dev/null -o /dev/null \
                -w '%{http_code} %{num_connects}\\n' $K/pods $K/services $K/pods
            """
        )
        #expect(outcome.output == "200 1\n000 0\n200 0\n", "\(outcome)")
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
        "given a clock that is far ahead, and an end of credentials, when AWS is asked, then it says what AWS says",
        .enabled(if: Shell.has("aws"), "skipped: there is no aws; `.ci/deps clients` installs it")
    )
    func clocks() async throws {
        let sandbox = try await RunningSandbox()
        try await sandbox.plant("{ kind: clockSkew, skew: 20m, cloud: aws, times: 1 }")
        let ask = "AWS_MAX_ATTEMPTS=1 aws sts get-caller-identity 2>&1"
        let skewed = await sandbox.shell(ask)
        #expect(skewed.output.contains("(SignatureDoesNotMatch)") && skewed.output.contains("Signature expired"))
        try await sandbox.plant("{ kind: expiredToken, cloud: aws, times: 1 }")
        #expect(await sandbox.shell(ask).output.contains("(ExpiredToken)"))
        #expect(await sandbox.shell(ask).output.contains("arn:aws:iam::123456789012:user/sandbox"))
    }
}
