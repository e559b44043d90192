import SlipwayBase
import SlipwaySimulatedAWS
import Testing

struct RollingTests {
    @Test("given four instances and batches of two, when a version is deployed, then it comes batch by batch")
    func batches() throws {
        var cloud = Cloud(
            .init("shop-prod", version: "v1", instances: 4, policy: .rolling),
            adjust: {
                $0.applications = [.init("shop", versions: ["v2"])]
                $0.environments[0].options = [.batchType: "Fixed", .batchSize: "2"]
            }
        )
        let answer = try cloud.call("UpdateEnvironment", ["EnvironmentName": "shop-prod", "VersionLabel": "v2"])
        #expect(answer.text("VersionLabel") == "v2")
        #expect(answer.text("Status") == "Updating")
        #expect(answer.text("Health") == "Grey")
        #expect(try cloud.environment("shop-prod").text("VersionLabel") == "v1")
        #expect(try cloud.environment("shop-prod").text("AbortableOperationInProgress") == "true")
        #expect(cloud.world.traffic(for: "shop-prod").versions == ["v1": 1])
        cloud.wait(.seconds(200))
        #expect(cloud.world.traffic(for: "shop-prod").versions == ["v2": 1])
        cloud.settle()
        let after = try cloud.environment("shop-prod")
        #expect(after.text("Status") == "Ready")
        #expect(after.text("VersionLabel") == "v2")
        #expect(after.text("HealthStatus") == "Ok")
    }
}
