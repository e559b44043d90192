import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

private let deploy = "arn:aws:iam::123456789012:role/deploy"

/// STS as it is here: gives `ASIA` and the last letters of the role's name.
private let sts: Wire.Answer = { request throws(HTTPFailure) in
    guard let action = request.field("Action"), let role = request.field("RoleArn")?.split(separator: "F").last else {
        throw HTTPFailure(.unsent, "no STS call")
    }
    return roleAnswer(action, id: "ASIA" + role.uppercased())
}

@Suite struct AssumeRoleTests {
    private func machine(_ more: String, _ variables: [String: String] = [:]) -> AccountMachine {
        var machine = AccountMachine(
            config: "[profile shop]\nrole_arn = \(deploy)\n\(more)\n[profile base]\n" + keys("AKIDBASE"),
            variables
        )
        machine.wire = Wire(sts)
        return machine
    }

    private let shop = AWSAccess.Request(profile: "shop")

    @Test("given a role with a source profile, when leased, then STS is asked, signed with that profile's keys")
    func sourceProfile() async throws {
        let machine = machine(
            "source_profile = base\nexternal_id = ex/1\nduration_seconds = 3600\nrole_session_name = ci@slip"
        )
        let lease = try await machine.lease(shop)
        #expect(lease.credential.accessKeyID == "ASIADEPLOY")
        #expect(lease.credential.secretAccessKey.reveal() == "hush/role+key=")
        #expect(lease.credential.sessionToken?.reveal() == "hushtoken")
        #expect(lease.credential.accountID == "123456789012")
        #expect(lease.expires == Timestamp(rfc3339: "2026-11-21T13:00:00Z"))
        let request = try #require(machine.wire.requests.first)
        #expect(request.origin.description == "https://sts.eu-west-1.amazonaws.com")
        #expect(
            request.text
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdeploy"
                + "&RoleSessionName=ci%40slip&DurationSeconds=3600&ExternalId=ex%2F1"
        )
        let authorization = request.header("authorization") ?? ""
        #expect(authorization.contains("Credential=AKIDBASE/20261121/eu-west-1/sts/aws4_request"))
        #expect(
            try machine.access(shop).names.credentials
                == "the role \(deploy), taken with the profile \"base\" in /home/dev/.aws/config"
        )
    }

    @Test("given roles that are taken through roles, when leased, then each is signed with the one before")
    func through() async throws {
        let machine = machine("source_profile = middle\n[profile middle]\nrole_arn = \(deploy)2\nsource_profile = base")
        #expect(try await machine.lease(shop).credential.accessKeyID == "ASIADEPLOY")
        let signers = machine.wire.requests.map { $0.header("authorization")?.split(separator: "/").first ?? "" }
        #expect(signers.map { $0.hasSuffix("=AKIDBASE") || $0.hasSuffix("=ASIADEPLOY2") } == [true, true])
        #expect(
            machine.wire.requests.map { $0.field("RoleSessionName") } == ["slipway-1795262400", "slipway-1795262400"]
        )
        #expect(machine.wire.requests[1].header("x-amz-security-token") == "hushtoken")
    }

    @Test("given a profile that names itself, when it has fixed keys, then they take the role")
    func itself() async throws {
        let machine = machine("source_profile = shop\n" + keys("AKIDSELF"))
        #expect(try await machine.lease(shop).credential.accessKeyID == "ASIADEPLOY")
        #expect(machine.wire.requests[0].header("authorization")?.contains("=AKIDSELF/") == true)
    }

    @Test("given a source profile with both a role and fixed keys, when leased, then the fixed keys take the role")
    func fixedFirst() async throws {
        let machine = machine(
            "source_profile = both\n[profile both]\nrole_arn = \(deploy)2\nsource_profile = shop\n" + keys("AKIDBOTH")
        )
        #expect(try await machine.lease(shop).credential.accessKeyID == "ASIADEPLOY")
        #expect(machine.wire.requests.count == 1)
    }

    @Test("given a credential source, when leased, then that place takes the role, whatever profile was named")
    func credentialSource() async throws {
        let variables = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "hush"]
        let environment = machine("credential_source = environment", variables)
        #expect(try await environment.lease(shop).credential.accessKeyID == "ASIADEPLOY")
        #expect(environment.wire.requests[0].header("authorization")?.contains("=AKIDENV/") == true)
        let container = machine("credential_source = EcsContainer", ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/c"])
        container.wire.answer { request throws(HTTPFailure) in
            guard request.origin.host == "169.254.170.2" else { return try sts(request) }
            return .said(
                #"{"AccessKeyId":"ASIABOX","SecretAccessKey":"hush","Token":"hush","Expiration":"2026-11-21T18:00:00Z"}"#
            )
        }
        #expect(try await container.lease(shop).credential.accessKeyID == "ASIADEPLOY")
        #expect(container.wire.requests.last?.header("authorization")?.contains("=ASIABOX/") == true)
    }

    @Test(
        "given profiles that refer to each other without end, when resolved, then the circle is shown",
        arguments: [
            ("source_profile = shop", "3", "shop -> shop"),
            ("source_profile = b\n[profile b]\nrole_arn = \(deploy)\nsource_profile = shop", "6", "shop -> b -> shop"),
            (
                "source_profile = b\n[profile b]\nrole_arn = \(deploy)\nsource_profile = c\n"
                    + "[profile c]\nrole_arn = \(deploy)\nsource_profile = b",
                "9", "shop -> b -> c -> b"
            ),
            (
                "source_profile = b\n[profile b]\nrole_arn = \(deploy)\nsource_profile = b", "6", "shop -> b -> b"
            ),
        ]
    )
    func circles(config: String, line: String, way: String) async {
        #expect(
            await machine(config).complaint(shop)
                == "error: /home/dev/.aws/config:\(line): source_profile goes in a circle: \(way); "
                + "end it with a profile that has credentials of its own"
        )
    }

    @Test("given a thousand roles behind each other, when resolved, then that is refused and not followed")
    func endless() async {
        let profiles = (0..<1_000).map { "[profile p\($0)]\nrole_arn = \(deploy)\nsource_profile = p\($0 + 1)" }
        let found = await machine("source_profile = p0\n" + profiles.joined(separator: "\n")).complaint(shop)
        #expect(found.hasSuffix("source_profile goes on over more than 20 profiles; take the role more directly"))
    }

    @Test(
        "given a role that cannot be taken as written, when resolved, then one sentence says the line and what to do",
        arguments: [
            (
                "source_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/hush",
                "4: the profile \"shop\" asks for a code from an MFA device, which needs a person; put temporary credentials "
                    + "into the environment instead, such as those of `aws configure export-credentials`"
            ),
            ("", "2: the profile \"shop\" names a role and not who takes it; add source_profile or credential_source"),
            (
                "source_profile = base\ncredential_source = Environment",
                "4: the profile \"shop\" has both source_profile and credential_source; take one of them out"
            ),
            (
                "credential_source = Environmnet",
                "3: credential_source \"Environmnet\" is unknown; write Environment, Ec2InstanceMetadata or EcsContainer"
            ),
            ("source_profile = base\nduration_seconds = 60", "4: duration_seconds must be from 900 to 43200"),
            ("source_profile = base\nduration_seconds = 1h", "4: duration_seconds must be from 900 to 43200"),
            (
                "source_profile = base\nrole_session_name = a b",
                "4: role_session_name must be 2 to 64 letters, digits and _+=,.@-"
            ),
            (
                "source_profile = basf",
                "3: source_profile names the profile \"basf\", which is neither in /home/dev/.aws/config nor in "
                    + "/home/dev/.aws/credentials; did you mean \"base\"?"
            ),
            (
                "role_arn = deploy\nsource_profile = base",
                "3: role_arn is not the ARN of a role; write one such as arn:aws:iam::123456789012:role/deploy"
            ),
        ]
    )
    func mistakes(more: String, sentence: String) async {
        #expect(await machine(more).complaint(shop) == "error: /home/dev/.aws/config:" + sentence)
    }

    @Test("given a source without credentials, when resolved, then the sentence names role, source and reason")
    func emptySources() async {
        #expect(
            await machine("credential_source = Environment").complaint(shop)
                == "error: the profile \"shop\" takes its role with Environment, which has no credentials: "
                + "AWS_ACCESS_KEY_ID is not set"
        )
        let empty = await machine("source_profile = none\n[profile none]\nregion = eu-west-1").complaint(shop)
        #expect(
            empty.hasPrefix(
                "error: the profile \"shop\" takes its role with the profile \"none\", which has no credentials: "
            )
        )
        let instance = machine("credential_source = Ec2InstanceMetadata")
        instance.wire.answer { _ throws(HTTPFailure) in throw HTTPFailure(.unanswered, "timed out") }
        #expect(
            await instance.complaint(shop)
                == "the profile \"shop\" takes its role with Ec2InstanceMetadata, which has no credentials: "
                + "instance metadata cannot be reached"
        )
    }

    @Test("given an STS that refuses, is away or answers badly, when leased, then one sentence says so")
    func answers() async {
        let machine = machine("source_profile = base")
        machine.wire.answer { _ throws(HTTPFailure) in
            .said(
                "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not for you</Message>"
                    + "</Error><RequestId>r</RequestId></ErrorResponse>",
                status: 403
            )
        }
        #expect(
            await machine.complaint(shop) == "the role \(deploy) cannot be taken: AssumeRole: AccessDenied: not for you"
        )
        #expect(machine.wire.requests.count == 1)
        machine.wire.answer { _ throws(HTTPFailure) in throw HTTPFailure(.unsent, "no route") }
        #expect(await machine.complaint(shop) == "the role \(deploy) cannot be taken: AssumeRole: no route")
        #expect(machine.wire.requests.count == 4)
        machine.wire.answer { _ throws(HTTPFailure) in roleAnswer("AssumeRole", ends: "hush") }
        #expect(
            await machine.complaint(shop)
                == "the role \(deploy): AssumeRole gave credentials without a time at which they end"
        )
        machine.wire.answer { _ throws(HTTPFailure) in
            .said("<AssumeRoleResponse><AssumeRoleResult></AssumeRoleResult></AssumeRoleResponse>")
        }
        #expect(await machine.complaint(shop) == "the role \(deploy): AssumeRole gave no credentials")
        machine.wire.answer { _ throws(HTTPFailure) in roleAnswer("AssumeRole", ends: "2026-11-21T11:00:00Z") }
        #expect(
            await machine.complaint(shop)
                == "the credential that was issued has expired already; check this machine's clock"
        )
    }
}
