import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS
import Testing

struct ThrottlingTests {
    @Test("given a bucket of five reads, when six come at once, then the sixth is throttled until it is refilled")
    func reads() throws {
        var cloud = Cloud { $0.throttling = AWSThrottling(readsMax: 5, readsPerSecond: 0.5) }
        for _ in 0..<5 { try cloud.call("DescribeEnvironments") }
        let refusal = try cloud.refusal("DescribeEnvironments")
        #expect(refusal == ("Throttling", "Rate exceeded"))
        #expect(cloud.send("DescribeEnvironments").status == 400)
        cloud.wait(.seconds(2))
        try cloud.call("DescribeEnvironments")
        #expect(try cloud.refusal("DescribeEvents").code == "Throttling")
    }

    @Test("given reads that are used up, when something is written, then that has a bucket of its own")
    func writes() throws {
        var cloud = Cloud { $0.throttling = AWSThrottling(readsMax: 1, readsPerSecond: 0.1) }
        try cloud.call("DescribeEnvironments")
        #expect(try cloud.refusal("DescribeEnvironments").code == "Throttling")
        try cloud.call("CreateApplication", ["ApplicationName": "shop"])
    }

    @Test("given no limits, when a thousand reads come at once, then all are answered")
    func unlimited() throws {
        var cloud = Cloud { $0.throttling = nil }
        cloud.world.verifiesSignatures = false
        var statuses: Set<Int> = []
        for _ in 0..<1000 { statuses.insert(cloud.send("DescribeEnvironments").status) }
        #expect(statuses == [200])
    }
}
