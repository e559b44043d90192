import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

private let role = "arn:aws:iam::123456789012:role/pod"

@Suite struct WebIdentityTests {
    private func machine(_ variables: [String: String] = [:], config: String? = nil) -> AccountMachine {
        var machine = AccountMachine(config: config, variables)
        machine.files["/run/token"] = "eyJhushhushhush.eyJhushhushhush.hush\n"
        machine.wire = Wire { request throws(HTTPFailure) in roleAnswer(request.field("Action") ?? "", id: "ASIAPOD") }
        return machine
    }

    private let pod = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/run/token", "AWS_ROLE_ARN": role]

    @Test(
        "given a token file in the environment, when leased, then STS is asked without a signature, with the file's present token"
    )
    func environment() async throws {
        let machine = machine(pod.merging(["AWS_ROLE_SESSION_NAME": "pod-1"]) { $1 })
        let access = try machine.access()
        #expect(access.names.credentials == "the role \(role), taken with the token in /run/token")
        #expect(try await access.credentials.lease().credential.accessKeyID == "ASIAPOD")
        let request = try #require(machine.wire.requests.first)
        #expect(request.header("authorization") == nil)
        #expect(
            request.text == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
                + "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpod&RoleSessionName=pod-1"
                + "&WebIdentityToken=eyJhushhushhush.eyJhushhushhush.hush"
        )
        machine.wire.lay("/run/token", "hush2")
        await access.credentials.invalidate()
        _ = try await access.credentials.lease()
        #expect(machine.wire.requests.last?.field("WebIdentityToken") == "hush2")
    }

    @Test(
        "given a token file in the profile, when leased, then its keys count, and those of the environment do not when it is named"
    )
    func profile() async throws {
        let config = "[profile pod]\nrole_arn = \(role)\nweb_identity_token_file = /run/token\n"
        let machine = machine(["AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere", "AWS_ROLE_ARN": "hush"], config: config)
        #expect(try await machine.lease(.init(profile: "pod")).credential.accessKeyID == "ASIAPOD")
        #expect(machine.wire.requests[0].field("RoleSessionName") == "slipway-1795262400")
    }

    @Test("given a web identity that is not whole, when resolved or leased, then one sentence says so")
    func mistakes() async {
        #expect(
            await machine(["AWS_WEB_IDENTITY_TOKEN_FILE": "/run/token"]).complaint()
                == "error: AWS_WEB_IDENTITY_TOKEN_FILE names a token file, and no role; set AWS_ROLE_ARN, or role_arn "
                + "in the profile"
        )
        #expect(
            await machine(pod.merging(["AWS_ROLE_ARN": "hush"]) { $1 }).complaint()
                == "error: AWS_ROLE_ARN is not the ARN of a role; write one such as arn:aws:iam::123456789012:role/deploy"
        )
        #expect(
            await machine(pod.merging(["AWS_ROLE_SESSION_NAME": "x"]) { $1 }).complaint()
                == "error: AWS_ROLE_SESSION_NAME must be 2 to 64 letters, digits and _+=,.@-"
        )
        var missing = machine(pod)
        missing.files["/run/token"] = nil
        #expect(await missing.complaint() == "the web identity token file /run/token is not there")
        missing.files["/run/token"] = "hush hush"
        #expect(
            await missing.complaint() == "the web identity token file /run/token holds no token: it must be one word"
        )
        missing.files["/run/token"] = "\n"
        #expect(
            await missing.complaint() == "the web identity token file /run/token holds no token: it must be one word"
        )
    }

    @Test("given an STS that cannot ask the token's issuer, when leased, then it is asked again")
    func again() async throws {
        let machine = machine(pod)
        let count = Locked(0)
        machine.wire.answer { _ throws(HTTPFailure) in
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number < 3 else { return roleAnswer("AssumeRoleWithWebIdentity", id: "ASIAPOD") }
            let error = "<Error><Code>IDPCommunicationError</Code><Message>m</Message></Error>"
            return .said("<ErrorResponse>\(error)</ErrorResponse>", status: 400)
        }
        #expect(try await machine.lease().credential.accessKeyID == "ASIAPOD")
        #expect(machine.wire.requests.count == 3)
    }

    @Test("given an STS that echoes the token, when leased, then the sentence does not")
    func echo() async {
        var machine = machine(pod)
        machine.files["/run/token"] = "eyJhbGciOiJIUzI1NiJ9.eyJodXNoIjoiaHVzaCJ9.aHVzaA"
        machine.wire.answer { request throws(HTTPFailure) in
            .said(
                "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>bad token "
                    + "\(request.field("WebIdentityToken") ?? "")</Message></Error></ErrorResponse>",
                status: 400
            )
        }
        #expect(
            await machine.complaint()
                == "the role \(role) cannot be taken: AssumeRoleWithWebIdentity: InvalidIdentityToken: "
                + "bad token [redacted]"
        )
    }
}
