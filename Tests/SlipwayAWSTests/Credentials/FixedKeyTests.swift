import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct FixedKeyTests {
    @Test("given keys in the environment, when leased, then they come with token, account and end")
    func environment() async throws {
        var machine = AccountMachine(["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "hush/env"])
        #expect(
            try await machine.lease().credential
                == AWSCredentials(accessKeyID: "AKIDENV", secretAccessKey: Secret("hush/env"))
        )
        #expect(try await machine.lease().expires == nil)
        machine.variables["AWS_SESSION_TOKEN"] = "hush=="
        machine.variables["AWS_ACCOUNT_ID"] = "123456789012"
        machine.variables["AWS_CREDENTIAL_EXPIRATION"] = "2026-11-21T13:00:00+00:00"
        let lease = try await machine.lease()
        #expect(lease.credential.sessionToken?.reveal() == "hush==")
        #expect(lease.credential.accountID == "123456789012")
        #expect(lease.expires == Timestamp(rfc3339: "2026-11-21T13:00:00Z"))
        let names = try machine.access().names
        #expect(
            names.description == "region eu-west-1 (AWS_REGION), credentials from the environment (AWS_ACCESS_KEY_ID)"
        )
    }

    @Test("given half a credential in the environment, or one that is over, when resolved, then one sentence says so")
    func environmentMistakes() async {
        let id = AccountMachine(["AWS_ACCESS_KEY_ID": "hush"])
        #expect(
            await id.complaint()
                == "error: the environment has AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY; give both or neither"
        )
        let secret = AccountMachine(["AWS_SECRET_ACCESS_KEY": "hush"])
        #expect(
            await secret.complaint()
                == "error: the environment has AWS_SECRET_ACCESS_KEY and no AWS_ACCESS_KEY_ID; give both or neither"
        )
        var both = AccountMachine(["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "hush"])
        both.variables["AWS_CREDENTIAL_EXPIRATION"] = "2026-11-21T12:00:00Z"
        #expect(
            await both.complaint()
                == "error: the credentials in the environment ended at 2026-11-21T12:00:00Z; get new ones"
        )
        both.variables["AWS_CREDENTIAL_EXPIRATION"] = "hush"
        #expect(
            await both.complaint()
                == "error: AWS_CREDENTIAL_EXPIRATION is no RFC 3339 time such as 2026-01-31T12:00:00Z"
        )
    }

    @Test(
        "given a credential with characters that it cannot have, when resolved, then the part is named and not shown",
        arguments: [
            ("AWS_ACCESS_KEY_ID", "hush key"), ("AWS_ACCESS_KEY_ID", "hush\r\nX-Evil: 1"),
            ("AWS_ACCESS_KEY_ID", "\"hush\""),
            ("AWS_ACCESS_KEY_ID", "hush/2026"), ("AWS_SECRET_ACCESS_KEY", "hush\r"),
            ("AWS_SECRET_ACCESS_KEY", "'hush'"),
            ("AWS_SESSION_TOKEN", "hush\nX-Evil: 1"), ("AWS_SESSION_TOKEN", "hüsh hush"),
        ]
    )
    func malformed(variable: String, value: String) async {
        var machine = AccountMachine(["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "hush"])
        machine.variables[variable] = value
        #expect(
            await machine.complaint()
                == "error: the environment has a value of \(variable) with a space, a quotation mark or another character "
                + "that cannot be in one; copy it anew"
        )
    }

    @Test("given keys in both files, when leased, then the credentials file counts before the config file")
    func files() async throws {
        var machine = AccountMachine(
            config: "[profile shop]\n" + keys("AKIDCONFIG"),
            credentials: "[shop]\n" + keys("AKIDFILE")
                + "\naws_session_token = hush#;==\naws_account_id = 123456789012\n"
        )
        let request = AWSAccess.Request(profile: "shop")
        let found = try await machine.lease(request).credential
        #expect(found.accessKeyID == "AKIDFILE")
        #expect(found.secretAccessKey.reveal() == "hush/AKIDFILE+key")
        #expect(found.sessionToken?.reveal() == "hush#;==")
        #expect(found.accountID == "123456789012")
        #expect(
            try machine.access(request).names.credentials == "the profile \"shop\" in /home/dev/.aws/credentials"
        )
        machine.files[AccountMachine.credentialsPath] = nil
        #expect(try await machine.lease(request).credential.accessKeyID == "AKIDCONFIG")
        #expect(try machine.access(request).names.credentials == "the profile \"shop\" in /home/dev/.aws/config")
        #expect(try machine.access(request).names.profile == "shop")
    }

    @Test("given half a credential in a file, when resolved, then the sentence names the file, the line and the part")
    func halves() async {
        let id = AccountMachine(credentials: "[default]\naws_access_key_id = hush\naws_secret_access_key =\n")
        #expect(
            await id.complaint()
                == "error: /home/dev/.aws/credentials:2: the profile \"default\" has aws_access_key_id and no "
                + "aws_secret_access_key; give both or neither"
        )
        let secret = AccountMachine(config: "[default]\n\naws_secret_access_key = hush\n")
        #expect(
            await secret.complaint()
                == "error: /home/dev/.aws/config:3: the profile \"default\" has aws_secret_access_key and no "
                + "aws_access_key_id; give both or neither"
        )
        let split = AccountMachine(
            config: "[default]\naws_secret_access_key = hush\n",
            credentials: "[default]\naws_access_key_id = hush\n"
        )
        #expect(await split.complaint().contains("has aws_access_key_id and no aws_secret_access_key"))
    }

    @Test("given keys that a tool renews in the file, when they are refused, then the run goes on with the new ones")
    func renewed() async throws {
        let machine = AccountMachine(credentials: "[default]\n" + keys("AKIDOLD"))
        let credentials = try machine.access().credentials
        let first = try await credentials.current()
        #expect(first.lease.credential.accessKeyID == "AKIDOLD")
        machine.wire.lay(AccountMachine.credentialsPath, "[default]\n" + keys("AKIDNEW"))
        #expect(try await credentials.lease().credential.accessKeyID == "AKIDOLD")
        await credentials.invalidate(first.number)
        #expect(try await credentials.lease().credential.accessKeyID == "AKIDNEW")
    }
}
