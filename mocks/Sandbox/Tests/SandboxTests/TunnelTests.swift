import Testing

/// The tunnel: the platforms' own hosts, as the sandbox has them.
@Suite struct TunnelTests {
    @Test("given the tunnel as a proxy, when the platforms' hosts are asked, then the sandbox answers as each of them")
    func hosts() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            curl -sS https://management.azure.com/subscriptions?api-version=2022-12-01 | grep -o '"code":"[A-Za-z]*"'
            curl -sS https://elasticbeanstalk.eu-west-1.amazonaws.com/?Action=DescribeEvents | grep -o '<Code>[A-Za-z]*'
            curl -sS https://shop.azurewebsites.net/
            curl -sS --http1.1 https://web.example.test/ | grep -o '"version":"[^"]*"'
            admin GET /traffic
            """
        )
        #expect(
            outcome.text == """
                "code":"AuthenticationFailed"
                <Code>MissingAuthenticationToken
                registry.example.com/shop:1
                "version":"registry.example.com/web:1"
                {"shop.azurewebsites.net":{"registry.example.com/shop:1":1},"web.example.test":{"registry.example.com/web:1":1}}
                """,
            "\(outcome)"
        )
    }

    @Test("given another host, another method or no trust, when the tunnel is asked, then it leads nowhere")
    func refusals() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            curl -s -o /dev/null -w '%{http_connect} %{exitcode}\\n' https://example.com/
            curl -s -o /dev/null -w '%{http_connect} %{exitcode}\\n' https://127.0.0.1.nip.example/
            curl -s --proxy $HTTPS_PROXY --noproxy '' http://management.azure.com/
            curl -s https://management.azure.com/_sandbox/state | grep -o '"code":"[A-Za-z]*"'
            env -u SSL_CERT_FILE -u CURL_CA_BUNDLE \
                curl -s -o /dev/null -w '%{http_connect} %{exitcode}\\n' https://management.azure.com/
            """
        )
        // 56 is a refused tunnel, 60 a certificate that nobody believes who was not told to. The admin API is not here.
        #expect(
            outcome.text == """
                403 56
                403 56
                This is the sandbox's tunnel: set HTTPS_PROXY to it, and ask for https URLs.
                "code":"AuthenticationFailed"
                200 60
                """,
            "\(outcome)"
        )
    }
}
