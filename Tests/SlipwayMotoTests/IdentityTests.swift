import SlipwayAWS
import SlipwayBase
import Testing

extension MotoTests {
    @Suite struct IdentityTests {
        let moto: MotoServer

        private static let trust = """
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, \
            "Action": "sts:AssumeRole"}]}
            """

        init() throws { moto = try MotoServer.here() }

        @Test("given signed requests, when we ask who we are, then it is the user and the account")
        func identity() async throws {
            let sts = moto.query("sts", STSCalls.version)
            let identity = try CallerIdentity(try await sts.send(STSCalls.getCallerIdentity))
            #expect(identity.account == MotoServer.account)
            #expect(identity.arn.hasSuffix(":user/slipway"))
        }

        @Test("given a role, when it is assumed, then its temporary credentials sign with their token")
        func assumeRole() async throws {
            let iam = moto.query("iam", "2010-05-08")
            _ = try await iam.call("CreateRole", ("RoleName", "deploy"), ("AssumeRolePolicyDocument", Self.trust))
            _ = try await iam.call(
                "PutRolePolicy",
                ("RoleName", "deploy"),
                ("PolicyName", "all"),
                ("PolicyDocument", MotoServer.everything)
            )
            let answer = try await moto.query("sts", STSCalls.version).call(
                "AssumeRole",
                ("RoleArn", "arn:aws:iam::\(MotoServer.account):role/deploy"),
                ("RoleSessionName", "one")
            )
            let keys = try #require(answer["Credentials"])
            let temporary = AWSCredentials(
                accessKeyID: try #require(keys.text("AccessKeyId")),
                secretAccessKey: Secret(try #require(keys.text("SecretAccessKey"))),
                sessionToken: Secret(try #require(keys.text("SessionToken")))
            )
            let sts = moto.query("sts", STSCalls.version, as: temporary)
            let identity = try CallerIdentity(try await sts.send(STSCalls.getCallerIdentity))
            #expect(identity.arn.hasSuffix(":assumed-role/deploy/one"))
        }

        @Test("given a wrong secret, when a call is signed with it, then it is refused")
        func wrongSecret() async throws {
            let wrong = AWSCredentials(accessKeyID: moto.credentials.accessKeyID, secretAccessKey: Secret("wrong"))
            let beanstalk = moto.query("elasticbeanstalk", "2010-12-01", as: wrong)
            let failed = await failure { () async throws(AWSFailure) in
                _ = try await beanstalk.send(QueryCall("DescribeEnvironments", isIdempotent: true))
            }
            #expect(failed?.kind == .denied)
            #expect(failed?.code == "SignatureDoesNotMatch")
            #expect(failed?.mayHaveTakenEffect == false)
        }

        @Test("given a key that nobody knows, when a call is signed with it, then it is refused")
        func unknownKey() async throws {
            let nobody = AWSCredentials(accessKeyID: "AKIDSOMEONEELSE", secretAccessKey: Secret("s"))
            let sts = moto.query("sts", STSCalls.version, as: nobody)
            let failed = await failure { () async throws(AWSFailure) in
                _ = try await sts.send(STSCalls.getCallerIdentity)
            }
            #expect(failed?.kind == .denied)
            #expect(failed?.code == "InvalidClientTokenId")
        }
    }
}
