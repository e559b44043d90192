import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies
import Testing

@Suite("What people see before anything is done") struct OutlineTests {
    private func lines(_ strategy: any Strategy, _ rig: Rig, accepting: Set<String> = []) async throws -> [String] {
        let object = Release(version: "v2", artifact: .object(bucket: "bundles", key: "shop/v2.zip"))
        let observation = try await rig.provider.observe()
        let plan = try strategy.plan(from: observation, to: object, accepting: accepting).outlined(by: rig.provider)
        return plan.steps.flatMap(\.calls)
    }

    @Test("given a rolling release when it is planned then its two updates are shown apart")
    func rolling() async throws {
        let rig = try Rig(.environment(name: "shop-prod"), [.init("shop-prod", instances: 4, policy: .allAtOnce)])
        #expect(
            try await lines(RollingStrategy(maxUnavailable: .percent(50)), rig) == [
                "CreateApplicationVersion v2 from s3://bundles/shop/v2.zip: Process=true (only if it is not there)",
                "UpdateEnvironment shop-prod: DeploymentPolicy=Rolling, BatchSizeType=Fixed, BatchSize=2",
                "UpdateEnvironment shop-prod: VersionLabel=v2",
                "DescribeEnvironments shop-prod until it is Ready with v2 and well",
            ]
        )
    }

    @Test("given a switch to an environment that is to be made when it is planned then every call is shown")
    func blueGreen() async throws {
        var blue = AWSWorld.Seed.Environment("shop-blue", instances: 2)
        blue.cnamePrefix = "shop-live"
        let rig = try Rig(.blueGreen(blue: "shop-blue", green: "shop-green", cname: "shop-live"), [blue])
        #expect(
            try await lines(BlueGreenStrategy(disposal: .remove), rig) == [
                "CreateApplicationVersion v2 from s3://bundles/shop/v2.zip: Process=true (only if it is not there)",
                "CreateConfigurationTemplate from shop-blue (only while shop-green is not there)",
                "CreateEnvironment shop-green: VersionLabel=v2, MinSize=2, MaxSize=2 (likewise)",
                "DeleteConfigurationTemplate (likewise)",
                "UpdateEnvironment shop-green: MinSize=2, MaxSize=2 (only if it differs)",
                "DescribeEnvironments shop-green until it is Ready, well and runs v2",
                "SwapEnvironmentCNAMEs shop-blue, shop-green (only while shop-blue has the live CNAME)",
                "DescribeEnvironments until shop-green has the live CNAME",
                "wait 1m for clients that keep the old address",
                "TerminateEnvironment shop-blue",
                "DescribeEnvironments until it is gone",
            ]
        )
    }
}
