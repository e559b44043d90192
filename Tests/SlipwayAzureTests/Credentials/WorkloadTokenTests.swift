import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import Testing

private let path = "/run/azure/token"

@Suite struct WorkloadTokenTests {
    private static func federated(_ end: String = "2026-11-21T12:10:00Z", number: Int = 1) -> String {
        let claims: JSON = [
            "iss": "https://issuer.test/", "sub": "system:serviceaccount:shop:web",
            "aud": ["api://AzureADTokenExchange"],
            "exp": .int((Timestamp(rfc3339: end)?.milliseconds ?? 0) / 1000), "n": JSON(number),
        ]
        return "e30.\(Digits.base64url(claims.bytes)).hush"
    }

    private func inPod(_ token: String? = federated()) -> EntraMachine {
        var machine = EntraMachine(EntraMachine.application.merging(["AZURE_FEDERATED_TOKEN_FILE": path]) { $1 })
        machine.files[path] = token.map { Array($0.utf8) }
        machine.wire = EntraWire(.entraToken())
        return machine
    }

    @Test("given a token file, when leased again and again, then it is read anew and sent as it is")
    func file() async throws {
        let machine = inPod(nil)
        machine.wire.lay(path, Self.federated(number: 1) + "\n")
        #expect(
            try machine.access().names.credentials
                == "the workload identity of \(EntraMachine.client), with the token in /run/azure/token"
        )
        let token = try machine.access().tokens.token(for: .kubernetes)
        let first = try await token.cache.current()
        machine.wire.lay(path, Self.federated(number: 2))
        await token.renew(first.number)
        _ = try await token.cache.lease()
        let sent = machine.wire.requests.map { $0.fields()["client_assertion"] }
        #expect(sent == [Self.federated(number: 1), Self.federated(number: 2)])
        #expect(machine.wire.requests[0].fields()["grant_type"] == "client_credentials")
    }

    @Test("given a token file that cannot be used, when leased, then one sentence says why and nothing is sent")
    func mistakes() async {
        let name = "the federated token file /run/azure/token"
        let cases: [(String?, String)] = [
            (nil, " is not there"), ("", " (AZURE_FEDERATED_TOKEN_FILE) is empty"),
            (" \n", " (AZURE_FEDERATED_TOKEN_FILE) is empty"),
            ("hush hush", " (AZURE_FEDERATED_TOKEN_FILE) holds no token: it must be one word"),
            (String(repeating: "x", count: 1 << 20 | 1), " is larger than 1024 KiB"),
            (
                Self.federated("2026-11-21T12:00:00Z"),
                " (AZURE_FEDERATED_TOKEN_FILE) holds a token that expired at 2026-11-21T12:00:00Z; whoever writes the "
                    + "file must renew it"
            ),
        ]
        for (token, sentence) in cases {
            let machine = inPod(token)
            #expect(await machine.complaint() == name + sentence)
            #expect(machine.wire.requests.isEmpty)
        }
    }

    @Test("given a refusal of the federated token, when leased, then the sentence says what the application must trust")
    func refusals() async {
        let machine = inPod()
        let start =
            "Entra gives no token to the application \(EntraMachine.client) in tenant \(EntraMachine.tenant) (AADSTS"
        for code in [70_021, 700_213] {
            machine.wire.answer { _ throws(HTTPFailure) in .entraError(code, "invalid_request", "No match", status: 400)
            }
            #expect(
                await machine.complaint()
                    == "\(start)\(code)): no federated credential of the application fits the token "
                    + "in /run/azure/token; it needs one with issuer https://issuer.test/, subject "
                    + "system:serviceaccount:shop:web, audience api://AzureADTokenExchange"
            )
        }
        machine.wire.answer { _ throws(HTTPFailure) in .entraError(700_024, "invalid_client", "not valid") }
        #expect(
            await machine.complaint()
                == "\(start)700024): the federated token in /run/azure/token has expired; see that "
                + "it is renewed and that this machine's clock is right"
        )
    }

    private func inJob() -> EntraMachine {
        var machine = EntraMachine(
            EntraMachine.application.merging([
                "ACTIONS_ID_TOKEN_REQUEST_URL": "https://actions.test/id?api-version=2.0",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "hushjob",
            ]) { $1 }
        )
        let count = Locked(0)
        machine.wire = EntraWire { request throws(HTTPFailure) in
            guard request.origin.host == "actions.test" else { return .entraToken() }
            let number = count.withLock { count in
                count += 1
                return count
            }
            return .entra(#"{"count":1,"value":"\#(Self.federated(number: number))"}"#)
        }
        return machine
    }

    @Test("given a job of GitHub Actions, when its token has expired, then a new one is fetched for each token")
    func gitHub() async throws {
        let machine = inJob()
        let token = try machine.access().tokens.token(for: .kubernetes)
        _ = try await token.cache.lease()
        machine.time.advance(by: .seconds(3_300))
        _ = try await token.cache.lease()
        let requests = machine.wire.requests
        #expect(
            requests.map(\.url).filter { $0.contains("actions.test") }
                == Array(
                    repeating: "https://actions.test/id?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange",
                    count: 2
                )
        )
        #expect(requests[0].sent("authorization") == "Bearer hushjob")
        #expect(requests[1].sent("authorization") == nil)
        let sent = requests.compactMap { $0.fields()["client_assertion"] }
        #expect(sent == [Self.federated(number: 1), Self.federated(number: 2)])
        #expect(
            try machine.access().names.credentials
                == "the workload identity of \(EntraMachine.client), with tokens of GitHub Actions"
        )
    }

    @Test("given a job in another cloud, when leased, then GitHub is asked for that cloud's audience")
    func audience() async throws {
        let machine = inJob()
        _ = try await machine.access(.init(cloud: "AzureChinaCloud")).tokens.token(for: .kubernetes).cache.lease()
        #expect(machine.wire.requests[0].pathAndQuery.query["audience"] == "api://AzureADTokenExchangeChina")
    }

    @Test("given a job that may not ask for tokens, when resolved or leased, then the sentence says what to grant")
    func rights() async {
        var machine = inJob()
        machine.wire = EntraWire(.entra("hush", status: 403))
        #expect(
            await machine.complaint()
                == "GitHub Actions answered 403, not a token; give the job `id-token: write`"
        )
        #expect(machine.wire.requests.count == 1)
        machine.variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = nil
        #expect(
            await machine.complaint()
                == "error: ACTIONS_ID_TOKEN_REQUEST_URL is set, and ACTIONS_ID_TOKEN_REQUEST_TOKEN is "
                + "not one word; give the job `id-token: write`"
        )
        machine.variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = "http://actions.test/hush"
        #expect(await machine.complaint() == "error: ACTIONS_ID_TOKEN_REQUEST_URL is not an https URL")
        machine.variables["AZURE_CLIENT_ID"] = nil
        let sentence = await machine.complaint(.init(credential: .workloadIdentity))
        #expect(sentence.contains("ACTIONS_ID_TOKEN_REQUEST_URL is set, and AZURE_CLIENT_ID is not"))
    }
}
