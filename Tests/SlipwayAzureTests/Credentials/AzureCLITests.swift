import SlipwayAccess
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct AzureCLITests {
    private static let only = AzureAccess.Request(credential: .azureCLI)
    private static let good =
        #"{"accessToken":"\#(EntraMachine.token())","expiresOn":"2026-11-21 15:00:00.000000","expires_on":1795266000,"#
        + #""subscription":"s","tenant":"\#(EntraMachine.tenant)","tokenType":"Bearer"}"#

    private func machine(_ output: String, error: String = "", code: Int? = 0) -> EntraMachine {
        var machine = EntraMachine()
        machine.plugin = { _ throws(EntraMachine.PluginFailure) in
            .init(exitCode: code, output: Array(output.utf8), errorOutput: Array(error.utf8))
        }
        return machine
    }

    @Test("given somebody logged in, when leased, then az is started with its arguments and no shell")
    func command() async throws {
        var machine = machine("")
        let seen = Locked<[EntraMachine.Plugin]>([])
        machine.plugin = { plugin throws(EntraMachine.PluginFailure) in
            seen.withLock { $0.append(plugin) }
            return .init(exitCode: 0, output: Array(Self.good.utf8))
        }
        #expect(try await machine.lease(Self.only).expires == Timestamp(rfc3339: "2026-11-21T13:00:00Z"))
        _ = try await machine.lease(.init(tenant: EntraMachine.tenant.uppercased(), credential: .azureCLI))
        let base = [
            "account", "get-access-token", "--output", "json", "--resource", "https://management.azure.com/",
        ]
        #expect(seen.withLock { $0.map(\.command) } == ["az", "az"])
        #expect(seen.withLock { $0.map(\.arguments) } == [base, base + ["--tenant", EntraMachine.tenant]])
        #expect(seen.withLock { $0.map(\.environment) } == [[:], [:]])
    }

    @Test("given output that is no token, when leased, then one sentence says so and never what was printed")
    func outputs() async {
        let run = "run `az account get-access-token`"
        let cases = [
            ("hush", "the Azure CLI printed something that is not a JSON object; \(run)"),
            ("{}", "the Azure CLI printed no access token; \(run) to see why"),
            (#"{"accessToken":"hu sh"}"#, "the Azure CLI printed no access token; \(run) to see why"),
            (
                #"{"accessToken":"hush","expiresOn":"2026-11-21 15:00:00"}"#,
                "the Azure CLI did not say when its token ends (`expires_on`); update it to 2.54 or newer"
            ),
            (
                #"{"accessToken":"hush","expires_on":1795262400}"#,
                "the credential that was issued has expired already; check this machine's clock"
            ),
        ]
        for (output, sentence) in cases { #expect(await machine(output).complaint(Self.only) == sentence) }
    }

    @Test("given az that fails, when leased, then one sentence says why and what to do, and never what was printed")
    func failures() async {
        let none = "there are no Azure credentials ("
        let cases: [(String, Int?, String)] = [
            (
                "ERROR: Please run 'az login' to setup account. hush", 1,
                none + "nobody is logged in with the Azure CLI); "
            ),
            (
                "ERROR: AADSTS50173: The provided grant has expired hush. To re-authenticate, please run: az login", 1,
                "Entra gives no token to the Azure CLI (AADSTS50173): the sign-in has come to its end; run `az login`"
            ),
            (
                "AADSTS99: hush", 1,
                "Entra gives no token to the Azure CLI (AADSTS99): run `az account get-access-token` to see why"
            ),
            ("hush", 2, "the Azure CLI failed with exit code 2; run `az account get-access-token` by hand to see why"),
            ("hush", nil, "the Azure CLI was ended by a signal"),
        ]
        for (text, code, sentence) in cases {
            #expect(await machine("", error: text, code: code).complaint(Self.only).hasPrefix(sentence))
        }
        let thrown: [(EntraMachine.PluginFailure, String)] = [
            (.missing, none + "the Azure CLI is not installed); "),
            (.timedOut, "the Azure CLI took longer than 60 s and was ended"),
            (.tooMuchOutput, "the Azure CLI printed more than 1024 KiB"),
            (.cancelled, "the Azure CLI was ended because the run was interrupted"),
            (.broken("no memory"), "the Azure CLI could not be started: no memory"),
        ]
        for (failure, sentence) in thrown {
            var machine = machine("")
            machine.plugin = { _ throws(EntraMachine.PluginFailure) in throw failure }
            #expect(await machine.complaint(Self.only).hasPrefix(sentence))
        }
    }

    @Test("given a target for another tenant, when leased, then the sentence names both and how to log in")
    func tenant() async {
        #expect(
            await machine(Self.good).complaint(.init(tenant: EntraMachine.other, credential: .azureCLI))
                == "the target is for tenant \(EntraMachine.other), and the Azure CLI gave a token of "
                + "\(EntraMachine.tenant); run `az login --tenant \(EntraMachine.other)`"
        )
    }

    @Test("given a claims challenge, when the next token is asked for, then the sentence asks a person to sign in")
    func claims() async throws {
        let token = try machine(Self.good).access(Self.only).tokens.token(for: .kubernetes)
        let held = try await token.cache.current()
        await token.renew(held.number, claims: ["access_token": [:]])
        await #expect(
            throws: CredentialFailure.broken(
                "Azure wants a new sign-in before it goes on, which only a person can do; run `az login`"
            )
        ) { try await token.cache.lease() }
        _ = try await token.cache.lease()
    }
}
