import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

private let session = """
    [profile dev]
    sso_session = corp
    sso_account_id = 123456789012
    sso_role_name = Deploy+Team
    [sso-session corp]
    sso_region = eu-central-1
    sso_start_url = https://corp.test/start

    """
private let legacy = """
    [profile dev]
    sso_account_id = 123456789012
    sso_role_name = Deploy
    sso_region = eu-central-1
    sso_start_url = https://corp.test/start

    """
// The SHA-1 of `corp` and of `https://corp.test/start`, from the sha1sum tool.
private let sessionFile = "/home/dev/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
private let legacyFile = "/home/dev/.aws/sso/cache/d8c3c531b8f82fdc8ca8bb7890461dd5d9a1744e.json"

private func token(ends: String, access: String = "hushaccess", renewable: Bool = true) -> String {
    let more = """
        ,"refreshToken":"hushrefresh","clientId":"client","clientSecret":"hushclient",
        "registrationExpiresAt":"2026-12-21T12:00:00Z"
        """
    return #"{"startUrl":"x","accessToken":"\#(access)","expiresAt":"\#(ends)"\#(renewable ? more : "")}"#
}

private let portal: Wire.Answer = { request throws(HTTPFailure) in
    if request.target == "/token" {
        return .said(
            #"{"accessToken":"hushfresh","expiresIn":28800,"refreshToken":"hushrefresh2","tokenType":"Bearer"}"#
        )
    }
    return .said(
        #"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"hush/sso","sessionToken":"hush","expiration":1795266000000}}"#
    )
}

@Suite struct SSOTests {
    private let dev = AWSAccess.Request(profile: "dev")

    private func machine(_ config: String, _ file: String?, at path: String) -> AccountMachine {
        var machine = AccountMachine(config: config)
        machine.files[path] = file
        machine.wire = Wire(portal)
        return machine
    }

    @Test("given an SSO session with a good token, when leased, then the portal gives the role's credentials")
    func session() async throws {
        let machine = machine(SlipwayAWSTests.session, token(ends: "2026-11-21T20:00:00Z"), at: sessionFile)
        let lease = try await machine.lease(dev)
        #expect(lease.credential.accessKeyID == "ASIASSO")
        #expect(lease.credential.accountID == "123456789012")
        #expect(lease.expires == Timestamp(rfc3339: "2026-11-21T13:00:00Z"))
        let request = try #require(machine.wire.requests.first)
        #expect(machine.wire.requests.count == 1)
        #expect(
            request.url == "https://portal.sso.eu-central-1.amazonaws.com/federation/credentials"
                + "?role_name=Deploy%2BTeam&account_id=123456789012"
        )
        #expect(request.header("x-amz-sso_bearer_token") == "hushaccess")
        #expect(
            try machine.access(dev).names.credentials
                == "the role Deploy+Team in account 123456789012 through the SSO session \"corp\""
        )
    }

    @Test("given a token near its end, when leased, then it is renewed once and kept for the run")
    func renewal() async throws {
        let machine = machine(SlipwayAWSTests.session, token(ends: "2026-11-21T12:14:59Z"), at: sessionFile)
        let credentials = try machine.access(dev).credentials
        _ = try await credentials.lease()
        let request = try #require(machine.wire.requests.first)
        #expect(request.url == "https://oidc.eu-central-1.amazonaws.com/token")
        #expect(
            try JSON(parsing: request.text) == [
                "clientId": "client", "clientSecret": "hushclient", "grantType": "refresh_token",
                "refreshToken": "hushrefresh",
            ]
        )
        await credentials.invalidate()
        _ = try await credentials.lease()
        #expect(machine.wire.requests.map(\.target).filter { $0 == "/token" }.count == 1)
        #expect(machine.wire.requests.last?.header("x-amz-sso_bearer_token") == "hushfresh")
        machine.time.advance(by: .seconds(28_000))
        await credentials.invalidate()
        _ = try? await credentials.lease()
        let renewals = machine.wire.requests.filter { $0.target == "/token" }
        #expect(renewals.count == 2)
        #expect(renewals[1].text.contains("hushrefresh2"))
        machine.wire.lay(sessionFile, token(ends: "2026-12-01T00:00:00Z", access: "hushlogin"))
        await credentials.invalidate()
        _ = try? await credentials.lease()
        #expect(machine.wire.requests.last?.header("x-amz-sso_bearer_token") == "hushlogin")
    }

    @Test("given a token near its end that cannot be renewed, when leased, then it is used as long as it is good")
    func noRenewal() async throws {
        let soon = token(ends: "2026-11-21T12:05:00Z")
        let refused = machine(SlipwayAWSTests.session, soon, at: sessionFile)
        refused.wire.answer { request throws(HTTPFailure) in
            request.target == "/token" ? .said("{}", status: 400) : try portal(request)
        }
        #expect(try await refused.lease(dev).credential.accessKeyID == "ASIASSO")
        let plain = token(ends: "2026-11-21T12:05:00Z", renewable: false)
        let unable = machine(SlipwayAWSTests.session, plain, at: sessionFile)
        #expect(try await unable.lease(dev).credential.accessKeyID == "ASIASSO")
        #expect(unable.wire.requests.count == 1)
        let old = machine(legacy, soon.replacingUTC, at: legacyFile)
        #expect(try await old.lease(dev).credential.accessKeyID == "ASIASSO")
        #expect(old.wire.requests.count == 1)
    }

    @Test("given no login, an ended one or a damaged token file, when leased, then the sentence says how to log in")
    func logins() async {
        let advice = "run `aws sso login --profile dev`"
        let missing = machine(SlipwayAWSTests.session, nil, at: sessionFile)
        #expect(await missing.complaint(dev) == "the profile \"dev\" uses SSO and nobody has logged in; \(advice)")
        let ended = machine(
            SlipwayAWSTests.session,
            token(ends: "2026-11-21T12:00:00Z", renewable: false),
            at: sessionFile
        )
        #expect(
            await ended.complaint(dev)
                == "the SSO login of the profile \"dev\" ended at 2026-11-21T12:00:00Z; \(advice)"
        )
        let oldEnded = machine(legacy, token(ends: "2026-11-21T12:00:00Z"), at: legacyFile)
        #expect(await oldEnded.complaint(dev).hasPrefix("the SSO login of the profile \"dev\" ended"))
        for text in ["hush", "{}", token(ends: "hush"), token(ends: "2026-11-21T20:00:00Z", access: "hush\\r\\nX: y")] {
            let damaged = machine(SlipwayAWSTests.session, text, at: sessionFile)
            #expect(
                await damaged.complaint(dev)
                    == "the SSO token file ~/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json of the profile \"dev\" holds no token; \(advice)"
            )
        }
        let closed = machine(SlipwayAWSTests.session, "forbidden", at: sessionFile)
        #expect(
            await closed.complaint(dev).hasSuffix(
                "ee0bfd2552fbd840c02cc48b6e823320543c450f.json cannot be read: permission denied"
            )
        )
    }

    @Test("given a portal that refuses or answers badly, when leased, then one sentence says so")
    func answers() async {
        let machine = machine(SlipwayAWSTests.session, token(ends: "2026-11-21T20:00:00Z"), at: sessionFile)
        machine.wire.answer { _ throws(HTTPFailure) in .said("{\"message\":\"hush\"}", status: 401) }
        #expect(
            await machine.complaint(dev)
                == "the SSO portal no longer accepts the token of the profile \"dev\"; "
                + "run `aws sso login --profile dev`"
        )
        machine.wire.answer { _ throws(HTTPFailure) in .said("{\"message\":\"hush\"}", status: 403) }
        #expect(
            await machine.complaint(dev)
                == "the SSO portal answered 403 for the role Deploy+Team in account 123456789012; "
                + "check sso_role_name and sso_account_id of the profile \"dev\""
        )
        for body in ["hush", "{}", #"{"roleCredentials":{"accessKeyId":"hush"}}"#] {
            machine.wire.answer { _ throws(HTTPFailure) in .said(body) }
            #expect(
                await machine.complaint(dev) == "the SSO portal answered something other than the credentials of a role"
            )
        }
        machine.wire.answer { _ throws(HTTPFailure) in
            .said(#"{"roleCredentials":{"accessKeyId":"hush","expiration":1}}"#)
        }
        #expect(
            await machine.complaint(dev)
                == "the answer of the SSO portal has AccessKeyId and no SecretAccessKey; give both or neither"
        )
        machine.wire.answer { _ throws(HTTPFailure) in throw HTTPFailure(.unanswered, "timed out") }
        #expect(await machine.complaint(dev) == "the SSO portal gave no credentials: timed out")
    }

    @Test(
        "given an SSO profile that is not whole, when resolved, then one sentence says the line and what to do",
        arguments: [
            ("sso_account_id", "", ": the profile \"dev\" uses SSO and lacks sso_account_id; run `aws configure sso`"),
            ("sso_role_name", "", ": the profile \"dev\" uses SSO and lacks sso_role_name; run `aws configure sso`"),
            ("sso_start_url", "", ": the profile \"dev\" uses SSO and lacks sso_start_url; run `aws configure sso`"),
            (
                "sso_region", "sso_region = moon",
                ":6: sso_region is \"moon\", which is not the name of an AWS region; write one such as eu-west-1"
            ),
            ("sso_account_id", "sso_account_id = 12", ":3: sso_account_id must be 12 digits"),
            (
                "sso_session", "sso_session = corq",
                ":2: the profile \"dev\" names the SSO session \"corq\", which is not there; write [sso-session corq]"
            ),
            (
                "sso_session", "sso_session = corp\nsso_region = eu-west-1",
                ":3: sso_region differs from that of the SSO session; take it out"
            ),
        ]
    )
    func mistakes(key: String, line: String, sentence: String) async {
        var isDone = false
        let config = SlipwayAWSTests.session.split(separator: "\n").map { old -> String in
            guard old.hasPrefix(key), !isDone else { return String(old) }
            isDone = true
            return line
        }.joined(separator: "\n")
        let found = await machine(config, nil, at: sessionFile).complaint(dev)
        #expect(
            found == "error: /home/dev/.aws/config"
                + sentence
        )
    }
}

extension String {
    /// The time as old tools wrote it.
    fileprivate var replacingUTC: String { split(separator: "00Z").joined(separator: "00UTC") }
}
