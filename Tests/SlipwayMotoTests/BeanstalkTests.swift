import SlipwayAWS
import Testing

extension MotoTests {
    @Suite struct BeanstalkTests {
        let moto: MotoServer

        init() throws { moto = try MotoServer.here() }

        @Test("given an application and an environment, when they are made, then they are read back")
        func environment() async throws {
            let beanstalk = moto.query("elasticbeanstalk", "2010-12-01")
            let made = try await beanstalk.call("CreateApplication", ("ApplicationName", "shop + ü"))
            #expect(made["Application"]?.text("ApplicationName") == "shop + ü")
            _ = try await beanstalk.call(
                "CreateEnvironment",
                ("ApplicationName", "shop + ü"),
                ("EnvironmentName", "shop-prod")
            )
            let reply = try await beanstalk.send(QueryCall("DescribeEnvironments", isIdempotent: true))
            let environments = reply.result.members("Environments")
            #expect(environments.contains { $0.text("EnvironmentName") == "shop-prod" && $0.text("Status") == "Ready" })
            #expect(reply.requestID?.isEmpty == false)
            let stacks = try await beanstalk.send(QueryCall("ListAvailableSolutionStacks", isIdempotent: true))
            #expect(!stacks.result.texts("SolutionStacks").isEmpty)
        }

        @Test("given an application that exists, when it is made again, then AWS's own words are told")
        func duplicate() async throws {
            let beanstalk = moto.query("elasticbeanstalk", "2010-12-01")
            let call = QueryCall("CreateApplication", [.init("ApplicationName", "twice")], isIdempotent: false)
            _ = try await beanstalk.send(call)
            let failed = await failure { () async throws(AWSFailure) in _ = try await beanstalk.send(call) }
            #expect(failed?.kind == .invalid)
            #expect(failed?.code == "InvalidParameterValue")
            #expect(failed?.summary.contains("already exists") == true)
        }

        @Test("given an operation that the server cannot do, when its page of HTML comes, then the status decides")
        func html() async throws {
            let beanstalk = moto.query("elasticbeanstalk", "2010-12-01")
            let failed = await failure { () async throws(AWSFailure) in
                _ = try await beanstalk.send(QueryCall("SwapEnvironmentCNAMEs", isIdempotent: false))
            }
            #expect(failed?.kind == .unavailable)
            #expect(failed?.status == 500)
            #expect(failed?.mayHaveTakenEffect == true)
        }
    }
}
