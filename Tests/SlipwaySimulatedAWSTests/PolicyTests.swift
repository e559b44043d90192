import SlipwayBase
import SlipwaySimulatedAWS
import Testing

/// One deployment of `v2` on the clock, policy by policy.
struct PolicyTests {
    private func cloud(
        _ policy: DeploymentPolicy,
        instances: Int = 4,
        _ options: [BeanstalkOption: String] = [:]
    ) -> Cloud {
        Cloud(.init("shop-prod", instances: instances, policy: policy)) { seed in
            seed.applications = [.init("shop", versions: ["v2"])]
            seed.environments[0].options = options
        }
    }

    private func expectDone(_ cloud: inout Cloud, instances: Int = 4) throws {
        cloud.settle()
        let after = try cloud.environment("shop-prod")
        #expect(after.text("Status") == "Ready")
        #expect(after.text("VersionLabel") == "v2")
        #expect(after.text("HealthStatus") == "Ok")
        #expect(after.text("Health") == "Green")
        #expect(try cloud.fleet() == ["v2": instances])
        #expect(cloud.shares == ["v2": 1])
        #expect(try cloud.messages().contains("Environment update completed successfully."))
    }

    @Test("given AllAtOnce, when a version is deployed, then nobody answers while its commands run")
    func allAtOnce() throws {
        var cloud = cloud(.allAtOnce)
        try cloud.deploy("v2")
        #expect(cloud.shares == ["v1": 1])
        cloud.wait(.seconds(7))
        #expect(cloud.world.traffic(for: "shop-prod").failed == 1)
        #expect(try cloud.fleet() == ["v2 In Progress": 4])
        cloud.wait(.seconds(10))
        #expect(cloud.shares == ["v2": 1])
        let busy = try cloud.environment("shop-prod")
        #expect(busy.text("Status") == "Updating")
        #expect(busy.text("VersionLabel") == "v1")
        #expect(busy.text("AbortableOperationInProgress") == "false")
        try expectDone(&cloud)
        let messages = try cloud.messages()
        #expect(messages.first == "Environment update is starting.")
        #expect(messages.contains("Deploying new version to instance(s)."))
        #expect(messages.filter { $0 == "Instance deployment completed successfully." }.count == 4)
        #expect(messages.contains("New application version was deployed to running EC2 instances."))
    }

    @Test("given Rolling with batches of two, when a version is deployed, then it comes batch by batch")
    func rolling() throws {
        var cloud = cloud(.rolling, [.batchType: "Fixed", .batchSize: "2"])
        try cloud.deploy("v2")
        cloud.wait(.seconds(7))
        #expect(cloud.shares == ["v1": 1])
        #expect(cloud.world.environment("shop-prod")?.instances.filter(\.isServing).count == 2)
        let fields = ["EnvironmentName": "shop-prod", "AttributeNames.member.1": "HealthStatus"]
        let states = try cloud.call("DescribeInstancesHealth", fields).members("InstanceHealthList")
        #expect(states.map { $0.text("HealthStatus") } == ["Info", "Info", "Ok", "Ok"])
        cloud.wait(.seconds(13))
        #expect(try cloud.fleet() == ["v1": 2, "v2 In Progress": 2])
        #expect(try cloud.environment("shop-prod").text("HealthStatus") == "Info")
        cloud.wait(.seconds(131))
        #expect(try cloud.fleet() == ["v1": 2, "v2": 2])
        #expect(cloud.shares == ["v2": 1])
        #expect(try cloud.environment("shop-prod").text("VersionLabel") == "v1")
        try expectDone(&cloud)
        let messages = try cloud.messages()
        #expect(messages.contains("Command execution completed on 2 of 4 instances in environment."))
        #expect(messages.contains("Batch 2: Completed application deployment."))
        #expect(!messages.contains { $0.hasPrefix("Batch 3") })
    }

    @Test("given Rolling and a percentage, when a version is deployed, then batches are that part of the fleet")
    func percentage() throws {
        var cloud = cloud(.rolling, [.batchType: "Percentage", .batchSize: "30"])
        try cloud.deploy("v2")
        try expectDone(&cloud)
        #expect(try cloud.messages().contains("Command execution completed on 2 of 4 instances in environment."))
    }

    @Test("given an additional batch, when a version is deployed, then four instances answer at every moment")
    func additionalBatch() throws {
        var cloud = cloud(.rollingWithAdditionalBatch, [.batchType: "Fixed", .batchSize: "2"])
        try cloud.deploy("v2")
        var least = 4
        var most = 4
        while cloud.world.environment("shop-prod")?.status == "Updating" {
            cloud.wait(.seconds(1))
            let instances = cloud.world.environment("shop-prod")?.instances ?? []
            (least, most) = (min(least, instances.filter(\.isServing).count), max(most, instances.count))
        }
        #expect(least == 4)
        #expect(most == 6)
        try expectDone(&cloud)
    }

    @Test("given Immutable, when a version is deployed, then one instance is tried, then all, then the old ones go")
    func immutable() throws {
        var cloud = cloud(.immutable, instances: 3)
        let old = cloud.world.environment("shop-prod")?.instances.map(\.id) ?? []
        try cloud.deploy("v2")
        cloud.wait(.seconds(95))
        #expect(try cloud.fleet() == ["v1": 3, "v2 In Progress": 1])
        #expect(cloud.shares == ["v1": 1])
        cloud.wait(.seconds(130))
        #expect(cloud.shares == ["v1": 0.75, "v2": 0.25])
        cloud.wait(.seconds(205))
        #expect(try cloud.fleet() == ["v1": 3, "v2": 3])
        #expect(try cloud.environment("shop-prod").text("VersionLabel") == "v1")
        try expectDone(&cloud, instances: 3)
        let new = cloud.world.environment("shop-prod")?.instances ?? []
        #expect(new.allSatisfy { !old.contains($0.id) && !$0.isTemporary })
        let messages = try cloud.messages()
        #expect(messages.contains("Test instance passed health checks. Launching remaining new instances."))
        #expect(messages.contains("Removed instance [\(old[0])] from your environment."))
    }

    @Test("given TrafficSplitting of 20 % for 5 minutes, when a version is deployed, then it gets that and then all")
    func trafficSplitting() throws {
        var cloud = cloud(.trafficSplitting, [.newVersionPercent: "20", .evaluationTime: "5"])
        try cloud.deploy("v2")
        cloud.wait(.seconds(210))
        #expect(cloud.shares == ["v1": 1])
        cloud.wait(.seconds(15))
        #expect(cloud.shares == ["v1": 0.8, "v2": 0.2])
        #expect(try cloud.environment("shop-prod").text("AbortableOperationInProgress") == "true")
        cloud.wait(.seconds(280))
        #expect(cloud.shares == ["v1": 0.8, "v2": 0.2])
        cloud.wait(.seconds(20))
        #expect(cloud.shares == ["v2": 1])
        try expectDone(&cloud)
    }

    @Test("given one instance with an address of its own, when Immutable is used, then somebody answers throughout")
    func singleInstance() throws {
        var cloud = Cloud(.init("shop-prod", instances: 1, policy: .immutable, front: .singleInstance)) { seed in
            seed.applications = [.init("shop", versions: ["v2"])]
        }
        #expect(cloud.world.environment("shop-prod")?.targetGroupARN == nil)
        try cloud.deploy("v2")
        var failed = 0.0
        while cloud.world.environment("shop-prod")?.status == "Updating" {
            cloud.wait(.seconds(1))
            failed = max(failed, cloud.world.traffic(for: "shop-prod").failed)
        }
        #expect(failed == 0)
        try expectDone(&cloud, instances: 1)
    }

    @Test("given a worker, when a version is deployed, then it runs, without a CNAME")
    func worker() throws {
        var cloud = Cloud(.init("shop-prod", policy: .rolling)) { seed in
            seed.environments[0].tier = .worker
            seed.applications = [.init("shop", versions: ["v2"])]
        }
        try cloud.deploy("v2")
        cloud.settle()
        let after = try cloud.environment("shop-prod")
        #expect(after["CNAME"] == nil)
        #expect(after["Tier"]?.text("Type") == "SQS/HTTP")
        #expect(after.text("VersionLabel") == "v2")
        let resources = try cloud.call("DescribeEnvironmentResources", ["EnvironmentName": "shop-prod"])
        #expect(resources["EnvironmentResources"]?.members("Queues").count == 1)
    }

    @Test("given basic health, when a version is deployed, then health is Grey meanwhile and has no words")
    func basicHealth() throws {
        var cloud = Cloud(.init("shop-prod", policy: .rolling)) { seed in
            seed.environments[0].isEnhanced = false
            seed.applications = [.init("shop", versions: ["v2"])]
        }
        #expect(try cloud.environment("shop-prod").text("Health") == "Green")
        try cloud.deploy("v2")
        let busy = try cloud.environment("shop-prod")
        #expect(busy.text("Health") == "Grey")
        #expect(busy["HealthStatus"] == nil)
        let refusal = try cloud.refusal("DescribeEnvironmentHealth", ["EnvironmentName": "shop-prod"])
        #expect(refusal.code == "InvalidRequestException")
        #expect(refusal.message == "DescribeEnvironmentHealth is not supported.")
    }
}
