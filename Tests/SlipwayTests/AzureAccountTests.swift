import Foundation
import Slipway
import SlipwayAccess
import SlipwayHTTP
import SlipwaySimulatedAzure
import SlipwaySimulation
import Testing

@testable import Slipway

/// The platform as it is used for real, whose network leads to a simulated subscription: nothing is written before the
/// credentials, the tenant, the subscription and what the config names are right.
@Suite struct AzureAccountTests {
    private static let client = AzureClient()
    private static let secret = [
        "AZURE_TENANT_ID": AzureWorld.Seed.tenant, "AZURE_CLIENT_ID": client.id,
        "AZURE_CLIENT_SECRET": client.secret?.reveal() ?? "",
    ]
    private static let other = "99999999-9999-9999-9999-999999999999"

    /// A machine with files and variables, before one subscription.
    private struct Machine {
        var variables = AzureAccountTests.secret
        var files: [String: String] = [:]
        var subscription = AzureWorld.Seed.subscription
        var section = "site: shop, slot: staging"
        var now = Timestamp(rfc3339: "2026-11-21T12:00:00Z")!
        var change: (inout AzureWorld.Seed) -> Void = { _ in }

        /// The sentence of the plan that cannot be made, and what was sent.
        func plan() async throws -> (sentence: String, sent: [String]) {
            let clock = VirtualTime(now: now)
            var seed = AzureWorld.Seed(sites: [.init("shop", image: "shop:2.4.0", slots: ["staging"])])
            change(&seed)
            let azure = SimulatedTransport(AzureWorld(at: now, seed: seed), time: clock)
            let toolkit = Toolkit(world(clock), platforms: [platform(clock, azure)])
            let config = try Configuration.load(
                bytes: Array(text.utf8),
                file: "slipway.yaml",
                environment: { _ in nil },
                platforms: [.appService]
            )
            var sentence = ""
            do throws(RunFailure) {
                let proposal = try await toolkit.plan(config.targets[0], of: config)
                sentence = "planned: " + proposal.session.connection.summary.joined(separator: ", ")
            } catch { sentence = "\(error)" }
            let sent = azure.log.map { exchange in
                let request = exchange.call.request
                let path = request.target.prefix { $0 != "?" }.split(separator: "/").suffix(2).joined(separator: "/")
                return "\(request.method) \(path)"
            }
            // Tokens and a comparison are asked for with POST; nothing else that is no GET may be sent.
            let isOnlyLooking = sent.allSatisfy { call in
                call.hasPrefix("GET ") || ["POST v2.0/token", "POST staging/slotsdiffs"].contains(call)
            }
            #expect(isOnlyLooking, "\(sent)")
            return (sentence, sent)
        }

        private var text: String {
            """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", image: "shop:2.4.1" }
            strategy: { blueGreen: {} }
            targets:
              - { name: dublin, appService: { subscription: \(subscription), resourceGroup: shop-rg, \(section) } }
            """
        }

        private func platform(_ clock: VirtualTime, _ azure: any Transport) -> AppServicePlatform {
            let (files, variables) = (files, variables)
            let access = AccessEnvironment(
                readFile: { (path, _) throws(AccessEnvironment.FileFailure) in
                    guard let text = files[path] else { throw .missing }
                    return .init(Array(text.utf8))
                },
                variable: { variables[$0] },
                run: { (_) async throws(AccessEnvironment.PluginFailure) in throw .missing },
                time: clock
            )
            let random = SeededRandom(seed: 1)
            return AppServicePlatform(
                accounts: AzureAccounts(environment: access, client: LazyClient(azure), random: random, logger: nil)
            )
        }

        private func world(_ clock: VirtualTime) -> World {
            World(
                time: { _ in clock },
                random: SeededRandom(seed: 1),
                environment: { _ in nil },
                readFile: { (path, _) throws(InputFailure) in throw InputFailure("\(path) is not there.") },
                openFile: { (path) throws(InputFailure) in throw InputFailure("\(path) is not there.") },
                journal: .memory(random: SeededRandom(seed: 1)),
                processID: 1
            )
        }
    }

    @Test("given the right credentials, when a release is planned, then it says whose they are and only looks")
    func right() async throws {
        var machine = Machine()
        machine.section += ", tenant: \(AzureWorld.Seed.tenant)"
        let (sentence, sent) = try await machine.plan()
        #expect(
            sentence
                == "planned: subscription Simulated (\(AzureWorld.Seed.subscription)), tenant "
                + "\(AzureWorld.Seed.tenant), as application \(Self.client.id) in tenant "
                + "\(AzureWorld.Seed.tenant), credentials from the environment (AZURE_CLIENT_SECRET) of the "
                + "application \(Self.client.id)"
        )
        #expect(sent.starts(with: ["POST v2.0/token", "GET subscriptions/\(AzureWorld.Seed.subscription)"]))
        #expect(sent.contains("POST staging/slotsdiffs"))
    }

    @Test("given credentials of another tenant, when a release is planned, then it is refused before Azure is asked")
    func wrongTenant() async throws {
        var machine = Machine()
        machine.section += ", tenant: \(Self.other)"
        let (sentence, sent) = try await machine.plan()
        #expect(
            sentence
                == "error: dublin: the target is for tenant \(Self.other), and AZURE_TENANT_ID is "
                + "\(AzureWorld.Seed.tenant); correct one of them"
        )
        #expect(sent.isEmpty)
    }

    @Test("given credentials that cannot be used, when a release is planned, then one sentence says which and why")
    func credentials() async throws {
        var none = Machine()
        none.variables = ["AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential"]
        let noneSentence = try await none.plan().sentence
        #expect(
            noneSentence
                == "error: dublin: there are no Azure credentials (AZURE_CLIENT_SECRET is not set; "
                + "AZURE_CLIENT_CERTIFICATE_PATH is not set); AZURE_TOKEN_CREDENTIALS allows no others"
        )
        var half = Machine()
        half.variables["AZURE_CLIENT_ID"] = nil
        let halfSentence = try await half.plan().sentence
        #expect(
            halfSentence
                == "error: dublin: AZURE_CLIENT_SECRET is set, and AZURE_CLIENT_ID is not; set it to the "
                + "application's (client) ID"
        )
        var wrong = Machine()
        wrong.variables["AZURE_CLIENT_SECRET"] = "wrong-hush"
        let wrongSentence = try await wrong.plan()
        #expect(
            wrongSentence.sentence
                == "error: dublin: there is no access to Azure (AzureCloud, credentials from the environment "
                + "(AZURE_CLIENT_SECRET) of the application \(Self.client.id)): Entra gives no token to the "
                + "application \(Self.client.id) in tenant \(AzureWorld.Seed.tenant) (AADSTS7000215): the "
                + "secret in AZURE_CLIENT_SECRET is wrong; it must be the value of the secret, not its ID"
        )
        #expect(wrongSentence.sent == ["POST v2.0/token"])
        var unknown = Machine()
        unknown.variables["AZURE_CLIENT_ID"] = Self.other
        let unknownSentence = try await unknown.plan().sentence
        #expect(
            unknownSentence
                == "error: dublin: there is no access to Azure (AzureCloud, credentials from the environment "
                + "(AZURE_CLIENT_SECRET) of the application \(Self.other)): Entra gives no token to the "
                + "application \(Self.other) in tenant \(AzureWorld.Seed.tenant) (AADSTS700016): there is no "
                + "such application in the tenant; correct AZURE_CLIENT_ID or AZURE_TENANT_ID, or have it "
                + "installed"
        )
        var absent = Machine()
        absent.variables["AZURE_TENANT_ID"] = Self.other
        let absentSentence = try await absent.plan().sentence
        #expect(
            absentSentence
                == "error: dublin: there is no access to Azure (AzureCloud, credentials from the environment "
                + "(AZURE_CLIENT_SECRET) of the application \(Self.client.id)): Entra gives no token to the "
                + "application \(Self.client.id) in tenant \(Self.other) (AADSTS90002): there is no such "
                + "tenant; correct AZURE_TENANT_ID, or the cloud if it is another one"
        )
        for sentence in [noneSentence, halfSentence, wrongSentence.sentence, unknownSentence, absentSentence] {
            #expect(!sentence.contains("hush") && !sentence.contains("simulated-client-secret"))
        }
    }

    @Test(
        "given a certificate without its key, when a release is planned, then one sentence says so before anything is sent"
    )
    func certificate() async throws {
        var machine = Machine()
        machine.variables["AZURE_CLIENT_SECRET"] = nil
        machine.variables["AZURE_CLIENT_CERTIFICATE_PATH"] = "/keys/shop.pem"
        let missing = try await machine.plan()
        #expect(
            missing.sentence
                == "error: dublin: the certificate file /keys/shop.pem is not there"
        )
        machine.files["/keys/shop.pem"] = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        let keyless = try await machine.plan()
        #expect(
            keyless.sentence
                == "error: dublin: the certificate file /keys/shop.pem (AZURE_CLIENT_CERTIFICATE_PATH) holds "
                + "no PEM private key that can be read"
        )
        #expect(missing.sent.isEmpty && keyless.sent.isEmpty)
    }

    @Test("given a federated token that has expired, when a release is planned, then it is not even sent")
    func federated() async throws {
        func part(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
                "=",
                with: ""
            )
        }
        var machine = Machine()
        machine.variables["AZURE_CLIENT_SECRET"] = nil
        machine.variables["AZURE_FEDERATED_TOKEN_FILE"] = "/var/run/token"
        let claims = #"{"iss":"https://issuer.example.com","sub":"shop","exp":1795258800}"#
        machine.files["/var/run/token"] = part(#"{"alg":"RS256"}"#) + "." + part(claims) + ".hush"
        let (sentence, sent) = try await machine.plan()
        #expect(
            sentence
                == "error: dublin: there is no access to Azure (AzureCloud, credentials from the workload "
                + "identity of \(Self.client.id), with the token in /var/run/token): the federated token "
                + "file /var/run/token (AZURE_FEDERATED_TOKEN_FILE) holds a token that expired at "
                + "2026-11-21T11:00:00Z; whoever writes the file must renew it"
        )
        #expect(sent.isEmpty && !sentence.contains("hush"))
    }

    @Test("given names that are not there, when a release is planned, then the nearest ones or the cure are told")
    func unknownNames() async throws {
        var machine = Machine()
        machine.subscription = Self.other
        let subscription = try await machine.plan().sentence
        #expect(
            subscription
                == "error: dublin: the subscription \(Self.other) cannot be seen by application "
                + "\(Self.client.id) in tenant \(AzureWorld.Seed.tenant) (SubscriptionNotFound); correct "
                + "`subscription`, or give this identity a role there. Nothing was written."
        )
        machine = Machine()
        machine.section = "site: shopp, slot: staging"
        let site = try await machine.plan().sentence
        #expect(
            site
                == "dublin: Site shopp is not there in the resource group shop-rg; did you mean “shop”?"
        )
        machine.section = "site: shop, slot: stagin"
        let slot = try await machine.plan().sentence
        #expect(
            slot
                == "dublin: blueGreen is impossible here: shop has no slot stagin; use `slot: staging` "
                + "instead."
        )
    }

    @Test("given a slot that cannot be swapped, when a release is planned, then the reason and the cure are told")
    func slots() async throws {
        var machine = Machine()
        machine.change = { $0.plans = [.init(tier: "Basic", size: "B1")] }
        let tier = try await machine.plan().sentence
        #expect(
            tier
                == "dublin: blueGreen is impossible here: shop-plan has the tier Basic, which has no slots; "
                + "use a plan of the tier Standard or higher (az appservice plan update --sku S1), or "
                + "`rolling` instead."
        )
        machine.change = { $0.sites[0].slots[0].isStopped = true }
        let stopped = try await machine.plan().sentence
        #expect(
            stopped
                == "dublin: blueGreen is impossible here: shop's slot staging does not run (Stopped); use it "
                + "after starting it (az webapp start) instead."
        )
        machine.change = { $0.sites[0].slots[0].autoSwap = "production" }
        let autoSwap = try await machine.plan().sentence
        #expect(
            autoSwap
                == "dublin: blueGreen is impossible here: shop's slot staging is swapped with production by "
                + "itself after every deployment; use it after turning that off (az webapp deployment slot "
                + "auto-swap --disable) instead."
        )
        machine.change = { $0.sites[0].blockingDifferences = ["netFrameworkVersion"] }
        let difference = try await machine.plan().sentence
        #expect(
            difference
                == "dublin: blueGreen is impossible here: App Service would not swap shop's slot staging: "
                + "General netFrameworkVersion (SlotConfigMismatch); use it after making these the same in "
                + "both (az rest … slotsdiffs shows them) instead."
        )
    }
}
