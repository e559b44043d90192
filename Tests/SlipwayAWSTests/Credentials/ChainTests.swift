import HTTPTypes
import SlipwayAWS
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import Testing

/// Every place of the chain at once, each with credentials that name it, to be taken away one after the other.
private struct Everything {
    var machine = AccountMachine()
    var config = [
        "role_arn": "role_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base",
        "sso": "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Deploy",
        "process": "credential_process = give", "config": keys("CONFIG"),
    ]
    var hasFile = true

    init() {
        machine.variables.merge([
            "AWS_ACCESS_KEY_ID": "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "hush",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/run/token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/c",
        ]) { $1 }
        machine.files["/run/token"] = "hush"
        machine.files["/home/dev/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"] =
            #"{"accessToken":"hush","expiresAt":"2026-11-22T12:00:00Z"}"#
        machine.plugin = { _ throws(AccountMachine.PluginFailure) in
            .init(exitCode: 0, output: Array(#"{"Version":1,"AccessKeyId":"PROCESS","SecretAccessKey":"hush"}"#.utf8))
        }
        machine.wire = Wire { request throws(HTTPFailure) in
            let end = "2026-11-21T18:00:00Z"
            func answer(_ id: String) -> Response {
                .said(#"{"AccessKeyId":"\#(id)","SecretAccessKey":"hush","Token":"hush","Expiration":"\#(end)"}"#)
            }
            switch request.origin.host {
            case "169.254.170.2": return answer("CONTAINER")
            case "169.254.169.254" where request.method == .put: return .said("hush")
            case "169.254.169.254" where request.target.hasSuffix("/"): return .said("role")
            case "169.254.169.254": return answer("INSTANCE")
            case "portal.sso.eu-west-1.amazonaws.com":
                return .said(
                    #"{"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"hush","sessionToken":"hush","expiration":1795266000000}}"#
                )
            default:
                let action = request.field("Action") ?? ""
                return roleAnswer(action, id: action == "AssumeRole" ? "ROLE" : "WEB")
            }
        }
    }

    var found: String {
        get async {
            var machine = machine
            let names = ["role_arn", "sso", "process", "config"]
            let profile = names.compactMap { config[$0] }.joined(separator: "\n")
            machine.files[AccountMachine.configPath] = """
                [default]
                \(profile)
                [profile base]
                \(keys("BASE"))
                [sso-session corp]
                sso_region = eu-west-1
                sso_start_url = https://corp.test

                """
            if hasFile { machine.files[AccountMachine.credentialsPath] = "[default]\n" + keys("FILE") }
            return await machine.complaint()
        }
    }
}

@Suite struct ChainTests {
    @Test("given every place at once, when one after the other goes away, then the SDK's order shows")
    func order() async {
        var all = Everything()
        var seen = [await all.found]
        all.machine.variables["AWS_ACCESS_KEY_ID"] = nil
        all.machine.variables["AWS_SECRET_ACCESS_KEY"] = nil
        seen.append(await all.found)
        all.config["role_arn"] = nil
        seen.append(await all.found)
        all.machine.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = nil
        seen.append(await all.found)
        all.config["sso"] = nil
        seen.append(await all.found)
        all.hasFile = false
        seen.append(await all.found)
        all.config["process"] = nil
        seen.append(await all.found)
        all.config["config"] = nil
        seen.append(await all.found)
        all.machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = nil
        seen.append(await all.found)
        let order = ["ENVIRONMENT", "ROLE", "WEB", "SSO", "FILE", "PROCESS", "CONFIG", "CONTAINER", "INSTANCE"]
        #expect(seen == order.map { "found " + $0 })
    }

    @Test("given a profile that the target names, when leased, then the environment's own keys are passed over")
    func explicit() async throws {
        var machine = AccountMachine(credentials: "[shop]\n" + keys("AKIDSHOP"))
        machine.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV"
        machine.variables["AWS_SECRET_ACCESS_KEY"] = "hush"
        machine.variables["AWS_PROFILE"] = "shop"
        #expect(try await machine.lease(.init(profile: "shop")).credential.accessKeyID == "AKIDSHOP")
        #expect(try await machine.lease().credential.accessKeyID == "AKIDENV")
        machine.variables["AWS_ACCESS_KEY_ID"] = nil
        machine.variables["AWS_SECRET_ACCESS_KEY"] = nil
        #expect(try await machine.lease().credential.accessKeyID == "AKIDSHOP")
    }

    @Test("given a place that applies and is broken, when leased, then later places are not asked")
    func stops() async {
        var machine = AccountMachine(config: "[default]\ncredential_process = give\n" + keys("AKIDCONFIG"))
        machine.plugin = { _ throws(AccountMachine.PluginFailure) in throw .missing }
        #expect(
            await machine.complaint().hasPrefix("the credential_process \"give\" of the profile \"default\" is not")
        )
    }

    @Test("given a profile of aws login, when resolved, then the sentence says how to use it all the same")
    func login() async {
        let machine = AccountMachine(config: "[profile x]\nlogin_session = arn:aws:iam::123456789012:user/x\n")
        #expect(
            await machine.complaint(.init(profile: "x"))
                == "error: /home/dev/.aws/config:2: the profile \"x\" is one of `aws login`, whose sessions only aws can "
                + "use; name a profile with credential_process = aws configure export-credentials --profile x"
        )
    }

    @Test("given a role for an hour, when time passes, then it is renewed in its last fifth, once for all who wait")
    func refresh() async throws {
        var machine = AccountMachine(
            config:
                "[default]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n[profile base]\n"
                + keys("BASE")
        )
        let time = machine.time
        machine.wire = Wire { _ throws(HTTPFailure) in
            roleAnswer("AssumeRole", ends: (time.now + .seconds(3_600)).rfc3339Seconds)
        }
        let credentials = try machine.access().credentials
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try? await credentials.lease() } }
        }
        #expect(machine.wire.requests.count == 1)
        time.advance(by: .seconds(2_879))
        _ = try await credentials.lease()
        #expect(machine.wire.requests.count == 1)
        time.advance(by: .seconds(1))
        #expect(try await credentials.lease().expires == time.now + .seconds(3_600))
        #expect(machine.wire.requests.count == 2)
        machine.wire.answer { _ throws(HTTPFailure) in throw HTTPFailure(.unsent, "no route") }
        time.advance(by: .seconds(3_500))
        #expect(try await credentials.lease().credential.accessKeyID == "ASIAROLE")
        time.advance(by: .seconds(200))
        await #expect(throws: CredentialFailure.self) { try await credentials.lease() }
    }

    @Test(
        "given credentials for six hours, when time passes, then they are renewed a quarter of an hour before the end"
    )
    func margin() async throws {
        var machine = AccountMachine(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/c"])
        machine.wire = Wire { _ throws(HTTPFailure) in
            .said(#"{"AccessKeyId":"A","SecretAccessKey":"hush","Token":"hush","Expiration":"2026-11-21T18:00:00Z"}"#)
        }
        let credentials = try machine.access().credentials
        _ = try await credentials.lease()
        machine.time.advance(by: .seconds(6 * 3_600 - 901))
        _ = try await credentials.lease()
        #expect(machine.wire.requests.count == 1)
        machine.time.advance(by: .seconds(1))
        _ = try await credentials.lease()
        #expect(machine.wire.requests.count == 2)
    }

    @Test("given access with secrets in it, when it is described or reflected, then none of them shows")
    func descriptions() async throws {
        let machine = AccountMachine(credentials: "[default]\n" + keys("AKIDFILE") + "\naws_session_token = hush\n")
        let access = try machine.access()
        let lease = try await access.credentials.lease()
        var text = ""
        dump(access, to: &text)
        dump(lease, to: &text)
        text += "\(access) \(lease) \(access.names) " + String(reflecting: lease.credential)
        #expect(text.contains("AKIDFILE"))
        #expect(!text.contains("hush"))
    }
}
