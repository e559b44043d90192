import SlipwayAWS
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import Testing

extension MotoTests {
    @Suite struct AccessTests {
        let moto: MotoServer

        init() throws { moto = try MotoServer.here() }

        /// A machine whose profiles lead to this server, and which has a web identity token.
        private func environment(secret: Secret<String>, origin: Origin) -> AccessEnvironment {
            let account = MotoServer.account
            let files = [
                "/aws/config": """
                [profile shop]
                region = \(MotoServer.region)
                endpoint_url = \(origin)
                role_arn = arn:aws:iam::\(account):role/ship
                source_profile = base
                role_session_name = whole-chain

                [profile pod]
                region = \(MotoServer.region)
                endpoint_url = \(origin)
                role_arn = arn:aws:iam::\(account):role/pod
                web_identity_token_file = /run/token
                """,
                "/aws/credentials": """
                [base]
                aws_access_key_id = \(moto.credentials.accessKeyID)
                aws_secret_access_key = \(secret.reveal())
                """,
                "/run/token": "a.b.c",
            ]
            let variables = ["AWS_CONFIG_FILE": "/aws/config", "AWS_SHARED_CREDENTIALS_FILE": "/aws/credentials"]
            return AccessEnvironment(
                readFile: { (path, _) throws(AccessEnvironment.FileFailure) in
                    guard let text = files[path] else { throw .missing }
                    return AccessEnvironment.File(Array(text.utf8))
                },
                variable: { variables[$0] },
                run: { _ async throws(AccessEnvironment.PluginFailure) in throw .missing },
                time: WallClock()
            )
        }

        private func access(secret: Secret<String>? = nil) throws -> AWSAccess {
            let environment = environment(secret: secret ?? moto.credentials.secretAccessKey, origin: moto.origin)
            return try AWSAccess.resolve(.init(profile: "shop"), in: environment, transport: moto.plain)
        }

        @Test("given a profile with a role, when its credentials are leased, then they are the role's and sign")
        func role() async throws {
            let trust = """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, \
                "Action": "sts:AssumeRole"}]}
                """
            let iam = moto.query("iam", "2010-05-08")
            _ = try await iam.call("CreateRole", ("RoleName", "ship"), ("AssumeRolePolicyDocument", trust))
            let policy = MotoServer.everything
            _ = try await iam.call(
                "PutRolePolicy",
                ("RoleName", "ship"),
                ("PolicyName", "all"),
                ("PolicyDocument", policy)
            )
            let access = try access()
            let lease = try await access.credentials.lease()
            #expect(lease.expires.map { $0 > WallClock().now } == true)
            #expect(lease.credential.accountID == MotoServer.account)
            let authenticate = AWSAuthenticate(
                access.credentials,
                signer: AWSSigner(access.endpoint(.sts)),
                clock: AWSClock(WallClock())
            )
            let sts = QueryClient(
                access.endpoint(.sts),
                version: STSCalls.version,
                transport: Pipeline([authenticate], to: moto.plain)
            )
            let identity = try CallerIdentity(try await sts.send(STSCalls.getCallerIdentity))
            #expect(identity.arn.hasSuffix(":assumed-role/ship/whole-chain"))
        }

        @Test("given a wrong secret, when the role is taken with it, then one sentence says so without the secret")
        func wrongSecret() async throws {
            let access = try access(secret: Secret("wrong-secret"))
            do throws(CredentialFailure) {
                _ = try await access.credentials.lease()
                Issue.record("a wrong secret was accepted")
            } catch {
                #expect(error.description.contains(":role/ship cannot be taken: AssumeRole: SignatureDoesNotMatch: "))
                #expect(!error.description.contains("wrong-secret"))
            }
        }

        @Test("given a web identity, when the role is taken with its token, then the call needs no signature")
        func webIdentity() async throws {
            // The verifying server fails where a request has no signature at all.
            guard let server = try await MotoServer.started(verifies: false) else { return }
            defer { server.stop() }
            let environment = environment(secret: Secret("none"), origin: server.origin)
            let access = try AWSAccess.resolve(.init(profile: "pod"), in: environment, transport: server.plain)
            let lease = try await access.credentials.lease()
            #expect(lease.credential.sessionToken != nil)
            #expect(lease.credential.accountID == MotoServer.account)
        }
    }
}
