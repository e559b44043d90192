import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS
import Testing

struct SwapTests {
    private func cloud() -> Cloud {
        Cloud(.init("shop-blue", version: "v1"), .init("shop-green", version: "v2")) { seed in
            seed.environments[0].cnamePrefix = "shop-prod"
            seed.environments[1].cnamePrefix = "shop-preview"
        }
    }

    private let swap = ["SourceEnvironmentName": "shop-blue", "DestinationEnvironmentName": "shop-green"]

    @Test("given two environments, when they are swapped, then the names move after a while, and clients later still")
    func swaps() throws {
        var cloud = cloud()
        try cloud.call("SwapEnvironmentCNAMEs", swap)
        #expect(try cloud.environment("shop-blue").text("CNAME") == "shop-prod.us-east-1.elasticbeanstalk.com")
        #expect(try cloud.environment("shop-green").text("Status") == "Updating")
        #expect(cloud.shares == ["v1": 1])
        cloud.wait(.milliseconds(5_010))
        #expect(try cloud.environment("shop-green").text("CNAME") == "shop-prod.us-east-1.elasticbeanstalk.com")
        #expect(try cloud.environment("shop-blue").text("CNAME") == "shop-preview.us-east-1.elasticbeanstalk.com")
        #expect(cloud.shares == ["v1": 0.3, "v2": 0.7])
        cloud.wait(.seconds(2))
        #expect(try cloud.environment("shop-blue").text("Status") == "Ready")
        #expect(try cloud.environment("shop-green").text("Status") == "Ready")
        #expect(cloud.shares == ["v1": 0.3, "v2": 0.7])
        cloud.wait(.seconds(60))
        #expect(cloud.shares == ["v2": 1])
    }

    @Test("given a swap that is done, when it is repeated, then it is undone")
    func undone() throws {
        var cloud = cloud()
        try cloud.call("SwapEnvironmentCNAMEs", swap)
        cloud.wait(.seconds(7))
        try cloud.call("SwapEnvironmentCNAMEs", swap)
        cloud.wait(.seconds(7))
        #expect(try cloud.environment("shop-blue").text("CNAME") == "shop-prod.us-east-1.elasticbeanstalk.com")
        #expect(cloud.shares == ["v1": 0.7, "v2": 0.3])
        cloud.wait(.seconds(60))
        #expect(cloud.shares == ["v1": 1])
    }

    @Test("given the tail of a swap, when the old environment is terminated, then its share of clients fails")
    func terminated() throws {
        var cloud = cloud()
        try cloud.call("SwapEnvironmentCNAMEs", swap)
        cloud.wait(.seconds(7))
        try cloud.call("TerminateEnvironment", ["EnvironmentName": "shop-blue"])
        let traffic = cloud.world.traffic(for: "shop-prod")
        #expect(traffic.failed == 0.3)
        #expect(traffic.versions == ["v2": 0.7])
    }

    @Test("given a swap, when its events are read by its request, then they are those of the real service in order")
    func events() throws {
        var cloud = cloud()
        let response = cloud.send("SwapEnvironmentCNAMEs", swap)
        let number = try #require(try Node(response.body)["ResponseMetadata"]).text("RequestId")
        cloud.settle()
        let events = try cloud.call("DescribeEvents", ["RequestId": number]).members("Events")
        let messages = events.map { $0.text("Message") }
        #expect(messages.last == "swapEnvironmentCNAMEs is starting.")
        #expect(messages.first == "Completed swapping CNAMEs for environments 'shop-blue' and 'shop-green'.")
        #expect(messages.contains("Swapping CNAMEs for environments 'shop-blue' and 'shop-green'."))
        #expect(messages.contains { $0.hasPrefix("'shop-prod.us-east-1.elasticbeanstalk.com' now points to 'awseb-") })
    }

    @Test("given an environment that is busy, when a swap is asked for, then it must be Ready first")
    func busy() throws {
        var cloud = cloud()
        try cloud.deploy("v2", to: "shop-green")
        let refusal = try cloud.refusal("SwapEnvironmentCNAMEs", swap)
        #expect(
            refusal.message
                == "Environment named shop-green is in an invalid state for this operation. Must be Ready."
        )
    }

    @Test("given half a pair of ids, or an environment with itself, when a swap is asked for, then it is refused")
    func combinations() throws {
        var cloud = cloud()
        let id = try cloud.environment("shop-blue").text("EnvironmentId")
        let half = try cloud.refusal(
            "SwapEnvironmentCNAMEs",
            ["SourceEnvironmentId": id, "DestinationEnvironmentName": "shop-green"]
        )
        #expect(half.code == "InvalidParameterCombination")
        let itself = try cloud.refusal(
            "SwapEnvironmentCNAMEs",
            ["SourceEnvironmentName": "shop-blue", "DestinationEnvironmentName": "shop-blue"]
        )
        #expect(itself.code == "InvalidParameterCombination")
    }

    @Test("given a swap that comes to nothing, when it is over, then the names are where they were")
    func fails() throws {
        var cloud = cloud()
        cloud.world.failures = [BeanstalkFailure(.swap, times: 1)]
        try cloud.call("SwapEnvironmentCNAMEs", swap)
        cloud.settle()
        #expect(cloud.shares == ["v1": 1])
        try cloud.call("SwapEnvironmentCNAMEs", swap)
        cloud.settle()
        #expect(cloud.shares == ["v2": 1])
    }
}
