import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import SlipwaySimulatedAWS
import Testing

struct TokenTests {
    private var cloud: Cloud {
        var cloud = Cloud(.init("shop-prod"))
        cloud.service = "sts"
        return cloud
    }

    private let role = [
        "RoleArn": "arn:aws:iam::123456789012:role/release", "RoleSessionName": "slipway", "DurationSeconds": "900",
    ]

    private func key(_ answer: Node) throws -> SigV4.AccessKey {
        let credentials = try #require(answer["Credentials"])
        return SigV4.AccessKey(
            id: credentials.text("AccessKeyId"),
            secret: Secret(credentials.text("SecretAccessKey")),
            sessionToken: Secret(credentials.text("SessionToken"))
        )
    }

    @Test("given a key, when it asks who it is, then it is told account and user")
    func identity() throws {
        var cloud = cloud
        let answer = try cloud.call("GetCallerIdentity")
        #expect(answer.text("Account") == "123456789012")
        #expect(answer.text("Arn") == "arn:aws:iam::123456789012:user/deployer")
    }

    @Test("given a role, when it is assumed, then its keys are good with their token until they expire")
    func assumedRole() throws {
        var cloud = cloud
        let answer = try cloud.call("AssumeRole", role)
        let expiration = try #require(answer["Credentials"]).text("Expiration")
        #expect(Timestamp(rfc3339: expiration) == cloud.now + .seconds(900))
        cloud.accessKey = try key(answer)
        let identity = try cloud.call("GetCallerIdentity")
        #expect(identity.text("Arn") == "arn:aws:sts::123456789012:assumed-role/release/slipway")
        cloud.service = "elasticbeanstalk"
        #expect(try cloud.call("DescribeEnvironments").members("Environments").count == 1)
        let token = cloud.accessKey.sessionToken
        cloud.accessKey.sessionToken = nil
        #expect(try cloud.refusal("DescribeEnvironments").code == "InvalidClientTokenId")
        cloud.accessKey.sessionToken = token
        cloud.wait(.seconds(900))
        #expect(try cloud.refusal("DescribeEnvironments").code == "ExpiredToken")
    }

    @Test("given a role in another account, when it is assumed, then its keys belong there")
    func otherAccount() throws {
        var cloud = cloud
        var fields = role
        fields["RoleArn"] = "arn:aws:iam::999988887777:role/release"
        cloud.accessKey = try key(try cloud.call("AssumeRole", fields))
        #expect(try cloud.call("GetCallerIdentity").text("Account") == "999988887777")
    }

    @Test(
        "given a role nobody may assume, a short life or a name that is none, when it is asked for, then it is refused"
    )
    func refused() throws {
        var cloud = cloud
        cloud.world.denyRole("arn:aws:iam::123456789012:role/release")
        #expect(try cloud.refusal("AssumeRole", role).code == "AccessDenied")
        var fields = role
        fields["DurationSeconds"] = "60"
        #expect(try cloud.refusal("AssumeRole", fields).code == "ValidationError")
        fields["RoleArn"] = "arn:aws:iam::123456789012:user/deployer"
        fields["DurationSeconds"] = "900"
        #expect(try cloud.refusal("AssumeRole", fields).message.hasSuffix("is invalid"))
    }

    @Test("given a token of an identity provider, when it is exchanged without a signature, then its keys are good")
    func webIdentity() throws {
        var cloud = cloud
        var fields = role
        fields["WebIdentityToken"] = "eyJhbGciOiJub25lIn0.e30."
        var request = cloud.request("AssumeRoleWithWebIdentity", fields)
        request.headers[.authorization] = nil
        let response = cloud.world.respond(to: request, at: cloud.now)
        let answer = try #require(try Node(response.body)["AssumeRoleWithWebIdentityResult"])
        cloud.accessKey = try key(answer)
        #expect(try cloud.call("GetCallerIdentity").text("Arn").hasSuffix(":assumed-role/release/slipway"))
        cloud.world.denyWebIdentity("eyJhbGciOiJub25lIn0.e30.")
        let refused = cloud.world.respond(to: request, at: cloud.now)
        #expect(try Node(refused.body)["Error"]?.text("Code") == "InvalidIdentityToken")
    }
}
