import Foundation
import Slipway
import SlipwayAccess
import SlipwayHTTP
import SlipwaySimulatedAWS
import SlipwaySimulation
import Testing

@testable import Slipway

/// The platform as it is used for real, whose network leads to a simulated account: nothing is written before the
/// account, the credentials and what the config names are right.
@Suite struct BeanstalkAccountTests {
    private static let key = AWSWorld.AccessKey()
    private static let keys = ["AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret.reveal()]

    /// A machine with files, variables and programs, before one account.
    private struct Machine {
        var variables = BeanstalkAccountTests.keys
        var files: [String: String] = [:]
        var output = ""
        var expires: Timestamp?
        var section = "region: eu-west-1, application: shop, environment: shop-prod"
        var now = Timestamp(rfc3339: "2026-11-21T12:00:00Z")!

        /// The sentence of the plan that cannot be made, and what was sent.
        func plan() async throws -> (sentence: String, sent: [String]) {
            let clock = VirtualTime(now: now)
            var seed = AWSWorld.Seed(environments: [.init("shop-prod", version: "2.4.0", policy: .rolling)])
            seed.region = "eu-west-1"
            seed.keys[0].expires = expires
            let account = SimulatedTransport(AWSWorld(at: now, seed: seed), time: clock)
            let toolkit = Toolkit(world(clock), platforms: [platform(clock, account)])
            let config = try Configuration.load(
                bytes: Array(text.utf8),
                file: "slipway.yaml",
                environment: { _ in nil },
                platforms: [.elasticBeanstalk]
            )
            var sentence = ""
            do throws(RunFailure) {
                let proposal = try await toolkit.plan(config.targets[0], of: config)
                sentence = "planned: " + proposal.session.connection.summary.joined(separator: ", ")
            } catch { sentence = "\(error)" }
            let sent = account.log.map { exchange in
                guard case .bytes(let bytes) = exchange.call.request.body, !bytes.isEmpty else { return "GET" }
                return String(String(decoding: bytes, as: UTF8.self).dropFirst("Action=".count).prefix { $0 != "&" })
            }
            return (sentence, sent)
        }

        private var text: String {
            """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", s3: { bucket: shop-releases, key: shop/2.4.1.zip } }
            strategy: { rolling: {} }
            targets: [ { name: tokyo, elasticBeanstalk: { \(section) } } ]
            """
        }

        private func platform(_ clock: VirtualTime, _ account: any Transport) -> BeanstalkPlatform {
            let (files, variables, output) = (files, variables, output)
            let access = AccessEnvironment(
                readFile: { (path, _) throws(AccessEnvironment.FileFailure) in
                    guard let text = files[path] else { throw .missing }
                    return .init(Array(text.utf8))
                },
                variable: { name in name == "HOME" ? "/home/dev" : variables[name] },
                run: { (_) async throws(AccessEnvironment.PluginFailure) in
                    AccessEnvironment.PluginResult(exitCode: 0, output: Array(output.utf8))
                },
                time: clock
            )
            let random = SeededRandom(seed: 1)
            return BeanstalkPlatform(
                accounts: AWSAccounts(environment: access, client: LazyClient(account), random: random, logger: nil)
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

    private static let config = "/home/dev/.aws/config"

    @Test("given the right account, when a release is planned, then it says whose credentials these are and only looks")
    func right() async throws {
        var machine = Machine()
        machine.section += ", accountId: \"123456789012\""
        let (sentence, sent) = try await machine.plan()
        #expect(
            sentence == "planned: account 123456789012, region eu-west-1, as arn:aws:iam::123456789012:user/deployer, "
                + "credentials from the environment (AWS_ACCESS_KEY_ID)"
        )
        #expect(sent.first == "GetCallerIdentity" && sent.count > 2)
        #expect(sent.dropFirst().allSatisfy { $0.hasPrefix("Describe") || $0.hasPrefix("Validate") }, "\(sent)")
    }

    @Test(
        "given credentials of another account, when a release is planned, then it is refused before anything is asked"
    )
    func wrongAccount() async throws {
        var machine = Machine()
        machine.section += ", accountId: \"210987654321\""
        let (sentence, sent) = try await machine.plan()
        #expect(
            sentence == "error: tokyo: the credentials belong to account 123456789012 "
                + "(arn:aws:iam::123456789012:user/deployer), and the target to account 210987654321; "
                + "choose another profile, or correct accountId. Nothing was written."
        )
        #expect(sent == ["GetCallerIdentity"])
    }

    @Test("given names that are not there, when a release is planned, then the nearest ones are told")
    func unknownNames() async throws {
        var machine = Machine()
        machine.section = "region: eu-west-1, application: shop, environment: shop-prot"
        let environment = try await machine.plan()
        #expect(
            environment.sentence
                == "tokyo: Environment shop-prot is not there in application “shop”; did you mean “shop-prod”?"
        )
        machine.section = "region: eu-west-1, application: shopp, environment: shop-prod"
        let application = try await machine.plan()
        #expect(
            application.sentence
                == "tokyo: Environment shop-prod belongs to the application “shop”, not to “shopp”; correct "
                + "`application` or the name of the environment."
        )
        machine.section = "region: eu-west-1, application: shop, blue: shop-blue, green: shop-green, cname: shop-live"
        for sent in [environment.sent, application.sent] {
            #expect(sent.dropFirst().allSatisfy { $0.hasPrefix("Describe") })
        }
    }

    @Test("given credentials that cannot be used, when a release is planned, then one sentence says which and why")
    func credentials() async throws {
        var none = Machine()
        none.variables = [:]
        let noneSentence = try await none.plan().sentence
        #expect(noneSentence.hasPrefix("error: tokyo: there are no AWS credentials (AWS_ACCESS_KEY_ID is not set; "))
        #expect(noneSentence.hasSuffix("or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"))
        var half = Machine()
        half.variables["AWS_SECRET_ACCESS_KEY"] = nil
        let halfSentence = try await half.plan().sentence
        #expect(
            halfSentence
                == "error: tokyo: the environment has AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY; give both or neither"
        )
        var malformed = Machine()
        malformed.variables["AWS_ACCESS_KEY_ID"] = "AKID EXAMPLE\n"
        let malformedSentence = try await malformed.plan().sentence
        #expect(
            malformedSentence
                == "error: tokyo: the environment has a value of AWS_ACCESS_KEY_ID with a space, a quotation mark or "
                + "another character that cannot be in one; copy it anew"
        )
        var unknown = Machine()
        unknown.variables["AWS_ACCESS_KEY_ID"] = "AKIDSTRANGER"
        let unknownSentence = try await unknown.plan().sentence
        #expect(
            unknownSentence
                == "error: tokyo: AWS refuses the credentials (region eu-west-1, credentials from the environment "
                + "(AWS_ACCESS_KEY_ID)): InvalidClientTokenId: The security token included in the request is "
                + "invalid; check them, or choose another profile"
        )
        var wrong = Machine()
        wrong.variables["AWS_SECRET_ACCESS_KEY"] = "wrong"
        let wrongSentence = try await wrong.plan().sentence
        #expect(wrongSentence.contains("AWS refuses the credentials (region eu-west-1, "))
        #expect(wrongSentence.contains("SignatureDoesNotMatch: "))
        #expect(wrongSentence.hasSuffix("; check them, or choose another profile"))
        var expired = Machine()
        expired.expires = expired.now + .seconds(-60)
        let expiredSentence = try await expired.plan().sentence
        #expect(
            expiredSentence
                == "error: tokyo: AWS refuses the credentials (region eu-west-1, credentials from the environment "
                + "(AWS_ACCESS_KEY_ID)): ExpiredToken: The security token included in the request is expired; "
                + "get new ones, such as with `aws sso login`"
        )
    }

    @Test("given profiles that lead nowhere, when a release is planned, then one sentence says where to look")
    func profiles() async throws {
        var machine = Machine()
        machine.variables = [:]
        machine.section += ", profile: one"
        let missingSentence = try await machine.plan().sentence
        #expect(
            missingSentence
                == "error: tokyo: the target names the profile \"one\", which is neither in /home/dev/.aws/config nor in "
                + "/home/dev/.aws/credentials; write it there, or name another one"
        )
        machine.files[Self.config] = """
            [profile one]
            role_arn = arn:aws:iam::123456789012:role/one
            source_profile = two
            [profile two]
            role_arn = arn:aws:iam::123456789012:role/two
            source_profile = one
            """
        let loopSentence = try await machine.plan().sentence
        #expect(
            loopSentence
                == "error: tokyo: /home/dev/.aws/config:6: source_profile goes in a circle: one -> two -> one; end it with "
                + "a profile that has credentials of its own"
        )
        machine.files[Self.config] = "[profile one]\ncredential_process = keys"
        machine.output = "hush, this is no JSON"
        let (sentence, sent) = try await machine.plan()
        #expect(
            sentence
                == "error: tokyo: the credential_process \"keys\" of the profile \"one\" printed something that is not "
                + "a JSON object; run it by hand to see what"
        )
        #expect(sent.isEmpty)
        #expect(!sentence.contains("hush"))
        machine.files[Self.config] = "[profile one\n"
        let fileSentence = try await machine.plan().sentence
        #expect(
            fileSentence == "/home/dev/.aws/config:1:1: error: this section's name has no ] at its end"
        )
    }
}
