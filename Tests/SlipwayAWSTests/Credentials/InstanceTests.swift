import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

private let folder = "/latest/meta-data/iam/security-credentials/"

private func credentials(_ id: String = "ASIAEC2", ends: String = "2026-11-21T18:00:00Z") -> String {
    #"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"\#(id)","SecretAccessKey":"hush","Token":"hush","Expiration":"\#(ends)"}"#
}

/// Metadata of an instance whose role's credentials are `body`.
private func metadata(_ body: String = credentials(), role: String = "web-role\n") -> Wire.Answer {
    { request throws(HTTPFailure) in
        if request.target == "/latest/api/token" {
            return request.method == .put && request.header("x-aws-ec2-metadata-token-ttl-seconds") == "21600"
                ? .said("hush-imds==") : .said("", status: 400)
        }
        guard request.header("x-aws-ec2-metadata-token") == "hush-imds==" else { return .said("", status: 401) }
        switch request.target {
        case folder: return .said(role)
        case folder + "web-role": return .said(body)
        default: return .said("", status: 404)
        }
    }
}

@Suite struct InstanceTests {
    private func machine(_ answer: @escaping Wire.Answer = metadata(), _ variables: [String: String] = [:])
        -> AccountMachine
    {
        var machine = AccountMachine(variables)
        machine.wire = Wire(answer)
        return machine
    }

    /// The reason that metadata itself gave, at the end of the reasons of the whole chain.
    private func reason(_ machine: AccountMachine) async -> String {
        let text = await machine.complaint()
        guard let end = text.firstRange(of: "); log in with") else { return text }
        return text[..<end.lowerBound].split(separator: "; ").last.map(String.init) ?? ""
    }

    @Test("given an instance with a role, when leased, then a token is fetched first and used for every read")
    func role() async throws {
        let machine = machine()
        let lease = try await machine.lease()
        #expect(lease.credential.accessKeyID == "ASIAEC2")
        #expect(lease.expires == Timestamp(rfc3339: "2026-11-21T18:00:00Z"))
        #expect(machine.wire.requests.map(\.target) == ["/latest/api/token", folder, folder + "web-role"])
        #expect(Set(machine.wire.requests.map(\.origin.description)) == ["http://169.254.169.254"])
        #expect(Set(machine.wire.requests.map(\.bounds.total)) == [.seconds(1)])
        #expect(try machine.access().names.credentials == "the role of this EC2 instance, if it is one")
    }

    @Test(
        "given no instance, when leased, then one attempt is made, and the sentence says every place that was looked at"
    )
    func elsewhere() async {
        let machine = machine { _ throws(HTTPFailure) in throw HTTPFailure(.unanswered, "timed out") }
        #expect(
            await machine.complaint()
                == "there are no AWS credentials (AWS_ACCESS_KEY_ID is not set; the profile \"default\" names no role; "
                + "no web identity token file is named; the profile \"default\" names no SSO role; "
                + "/home/dev/.aws/credentials has no keys for the profile \"default\"; "
                + "the profile \"default\" has no login_session; the profile \"default\" has no credential_process; "
                + "/home/dev/.aws/config has no keys for the profile \"default\"; no container endpoint is named; "
                + "instance metadata cannot be reached); log in with `aws sso login`, run `aws configure`, "
                + "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
        #expect(machine.wire.requests.count == 1)
    }

    @Test("given metadata that is turned off, when leased, then nothing is sent")
    func disabled() async throws {
        let machine = machine(metadata(), ["AWS_EC2_METADATA_DISABLED": "True"])
        #expect(await reason(machine) == "instance metadata is turned off by AWS_EC2_METADATA_DISABLED")
        #expect(machine.wire.requests.isEmpty)
        #expect(try machine.access().names.credentials == "nowhere: none are configured")
    }

    @Test("given an instance without a role or without tokens, when leased, then that is the reason")
    func absent() async {
        let bare = machine { request throws(HTTPFailure) in
            request.method == .put ? .said("hush") : .said("", status: 404)
        }
        #expect(await reason(bare) == "this EC2 instance has no role")
        let forbidden = machine { _ throws(HTTPFailure) in .said("hush", status: 403) }
        #expect(await reason(forbidden) == "instance metadata gave no token (403)")
        let odd = machine { _ throws(HTTPFailure) in .said("hush\r\nX-Evil: 1") }
        #expect(await reason(odd) == "instance metadata gave no token (200)")
    }

    @Test("given metadata that answers badly, when leased, then one sentence says so and never what it answered")
    func broken() async {
        let cases = [
            ("hush", "instance metadata answered 200, not the credentials of the role"),
            (
                #"{"Code":"AssumeRoleUnauthorizedAccess","Message":"hush"}"#,
                "instance metadata cannot give the role's credentials: AssumeRoleUnauthorizedAccess"
            ),
            (
                credentials(ends: "hush"),
                "instance metadata gave credentials without an RFC 3339 time at which they end"
            ),
            (
                #"{"Code":"Success","AccessKeyId":"hush","Expiration":"2026-11-21T18:00:00Z"}"#,
                "the answer of instance metadata has AccessKeyId and no SecretAccessKey; give both or neither"
            ),
        ]
        for (body, sentence) in cases { #expect(await machine(metadata(body)).complaint() == sentence) }
        for role in ["", "a b", "../hush"] {
            #expect(
                await machine(metadata(role: role)).complaint()
                    == "instance metadata answered 200, not the name of a role"
            )
        }
    }

    @Test("given settings of the metadata, when leased, then address, time-out and attempts follow them")
    func settings() async throws {
        var machine = machine(metadata(), ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"])
        _ = try await machine.lease()
        #expect(machine.wire.requests.last?.origin.description == "http://[fd00:ec2::254]")
        machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1338/"
        machine.variables["AWS_METADATA_SERVICE_TIMEOUT"] = "5"
        machine.variables["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = "3"
        _ = try await machine.lease()
        #expect(machine.wire.requests.last?.origin.description == "http://127.0.0.1:1338")
        #expect(machine.wire.requests.last?.bounds.total == .seconds(5))
        machine.wire.answer { _ throws(HTTPFailure) in throw HTTPFailure(.unsent, "no route") }
        let before = machine.wire.requests.count
        _ = await machine.complaint()
        #expect(machine.wire.requests.count - before == 3)
    }

    @Test(
        "given settings of the metadata that cannot be, when resolved, then one sentence says so",
        arguments: [
            (
                "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://example.com",
                "names http://example.com, which would send credentials unencrypted; use https"
            ),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "hush", "is not the URL of a host, such as http://169.254.169.254"),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "hush", "must be IPv4 or IPv6"),
            ("AWS_METADATA_SERVICE_TIMEOUT", "0", "must be a whole number from 1 to 60"),
            ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "hush", "must be a whole number from 1 to 60"),
        ]
    )
    func mistakes(variable: String, value: String, sentence: String) async {
        #expect(await machine(metadata(), [variable: value]).complaint() == "error: \(variable) \(sentence)")
    }

    @Test("given credentials that are at their end or over, when leased, then they are good for a while yet")
    func staticStability() async throws {
        for ends in ["2026-11-21T12:16:00Z", "2026-11-21T10:00:00Z"] {
            let machine = machine(metadata(credentials(ends: ends)))
            let expires = try #require(try await machine.lease().expires)
            let extra = expires - machine.time.now
            #expect(extra >= .seconds(900 + 120) && extra <= .seconds(900 + 600))
        }
    }

    @Test("given metadata that goes away, when credentials end, then the last ones are used until it comes back")
    func outage() async throws {
        let machine = machine(metadata(credentials(ends: "2026-11-21T13:00:00Z")))
        let cache = try machine.access().credentials
        _ = try await cache.lease()
        machine.wire.answer { _ throws(HTTPFailure) in throw HTTPFailure(.unanswered, "timed out") }
        machine.time.advance(by: .seconds(7_200))
        #expect(try await cache.lease().credential.accessKeyID == "ASIAEC2")
        machine.wire.answer(metadata(credentials("ASIANEW", ends: "2026-11-21T20:00:00Z")))
        machine.time.advance(by: .seconds(1_800))
        #expect(try await cache.lease().credential.accessKeyID == "ASIANEW")
    }
}
