import SlipwayBase
import SlipwaySimulatedAWS
import Testing

struct VersionTests {
    private let bucket = "elasticbeanstalk-us-east-1-123456789012"

    /// An account with a bundle in its bucket.
    private func cloud() throws -> Cloud {
        var cloud = Cloud(.init("shop-prod"))
        let answer = try cloud.call("CreateStorageLocation")
        #expect(answer.text("S3Bucket") == bucket)
        cloud.world.storage.put([80, 75, 5, 6], key: "shop/v2.zip", in: bucket, at: cloud.now)
        return cloud
    }

    private func fields(key: String = "shop/v2.zip") -> [String: String] {
        [
            "ApplicationName": "shop", "VersionLabel": "v2", "SourceBundle.S3Bucket": bucket,
            "SourceBundle.S3Key": key, "Process": "true",
        ]
    }

    private func status(_ cloud: inout Cloud) throws -> String {
        let query = ["ApplicationName": "shop", "VersionLabels.member.1": "v2"]
        let answer = try cloud.call("DescribeApplicationVersions", query)
        return try #require(answer.members("ApplicationVersions").first).text("Status")
    }

    @Test("given a bundle in S3, when a version is made and processed, then its status goes from one to the other")
    func processed() throws {
        var cloud = try cloud()
        let made = try #require(try cloud.call("CreateApplicationVersion", fields())["ApplicationVersion"])
        #expect(made.text("Status") == "PROCESSING")
        #expect(made["SourceBundle"]?.text("S3Key") == "shop/v2.zip")
        #expect(try status(&cloud) == "PROCESSING")
        #expect(
            try cloud.refusal("UpdateEnvironment", ["EnvironmentName": "shop-prod", "VersionLabel": "v2"]).message
                == "Application version v2 is unusable and cannot be used with an environment"
        )
        cloud.wait(.seconds(5))
        #expect(try status(&cloud) == "PROCESSED")
        let events = try cloud.call("DescribeEvents", ["ApplicationName": "shop", "VersionLabel": "v2"])
        let newest = try #require(events.members("Events").first).text("Message")
        #expect(newest.hasPrefix("Finished processing application version "))
        #expect(newest.hasSuffix("PROCESSED."))
        try cloud.deploy("v2")
    }

    @Test("given a version that is not to be processed, when time passes, then it stays UNPROCESSED and can be used")
    func unprocessed() throws {
        var cloud = try cloud()
        var fields = fields()
        fields["Process"] = nil
        try cloud.call("CreateApplicationVersion", fields)
        cloud.settle()
        #expect(try status(&cloud) == "UNPROCESSED")
        try cloud.deploy("v2")
    }

    @Test("given a bundle that cannot be read, when it is processed, then the version is FAILED and of no use")
    func failed() throws {
        var cloud = try cloud()
        cloud.world.failures = [BeanstalkFailure(.processing, version: "v2")]
        try cloud.call("CreateApplicationVersion", fields())
        cloud.settle()
        #expect(try status(&cloud) == "FAILED")
        _ = try cloud.refusal("UpdateEnvironment", ["EnvironmentName": "shop-prod", "VersionLabel": "v2"])
    }

    @Test("given a bundle that is not there or another's, when a version is made of it, then it says why not")
    func bundles() throws {
        var cloud = try cloud()
        let missing = try cloud.refusal("CreateApplicationVersion", fields(key: "shop/v3.zip"))
        #expect(missing.code == "InvalidParameterCombination")
        #expect(
            missing.message
                == "Unable to download from S3 location (Bucket: \(bucket)  Key: shop/v3.zip). Reason: Not Found"
        )
        cloud.world.storage.addBucket("theirs", region: "us-east-1", owner: "999988887777", at: cloud.now)
        var fields = fields()
        fields["SourceBundle.S3Bucket"] = "theirs"
        #expect(try cloud.refusal("CreateApplicationVersion", fields).message.hasSuffix("Reason: Forbidden"))
        cloud.world.storage.addBucket("elsewhere", region: "eu-west-1", owner: "123456789012", at: cloud.now)
        fields["SourceBundle.S3Bucket"] = "elsewhere"
        #expect(try cloud.refusal("CreateApplicationVersion", fields).message.hasSuffix("Reason: Moved Permanently"))
    }

    @Test("given a label that is taken or an application that is not there, when a version is made, then it is refused")
    func duplicates() throws {
        var cloud = try cloud()
        var fields = fields()
        fields["VersionLabel"] = "v1"
        #expect(
            try cloud.refusal("CreateApplicationVersion", fields).message == "Application Version v1 already exists."
        )
        fields["ApplicationName"] = "shoe"
        #expect(try cloud.refusal("CreateApplicationVersion", fields).message == "No Application named 'shoe' found.")
        fields["AutoCreateApplication"] = "true"
        try cloud.call("CreateApplicationVersion", fields)
        #expect(cloud.world.versions(of: "shoe").map(\.label) == ["v1"])
    }

    @Test("given a version that runs, when it is deleted, then it is refused; another goes with its bundle")
    func deletion() throws {
        var cloud = try cloud()
        try cloud.call("CreateApplicationVersion", fields())
        _ = try cloud.refusal("DeleteApplicationVersion", ["ApplicationName": "shop", "VersionLabel": "v1"])
        try cloud.call(
            "DeleteApplicationVersion",
            ["ApplicationName": "shop", "VersionLabel": "v2", "DeleteSourceBundle": "true"]
        )
        #expect(cloud.world.versions(of: "shop").map(\.label) == ["v1"])
        #expect(cloud.world.storage.object("shop/v2.zip", in: bucket) == nil)
    }
}
