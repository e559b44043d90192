import Foundation
import Testing

/// The rights that an article names are the ones that the code needs.
@Suite struct AWSRightsTests {
    @Test(
        "given every operation that releases on Elastic Beanstalk call, when the list of rights is read, then it is there"
    )
    func awsRights() throws {
        let article = try #require(DocumentationTests.articles["ElasticBeanstalkSetup"])
        let section = try #require(article.components(separatedBy: "### Rights\n").dropFirst().first)
        let rights = section.components(separatedBy: "\n### ")[0].matches(of: /\n\| (\w+):([\w, ]+) \|/).flatMap {
            row in
            row.2.components(separatedBy: ", ").map { "\(row.1):\($0)" }
        }
        var called = Set<String>()
        let calls = [
            ("elasticbeanstalk", "providers/ElasticBeanstalk/ElasticBeanstalkCalls.swift", /QueryCall\(\s*"(\w+)"/),
            ("autoscaling", "providers/AWS/Client/Calls/AutoScaling.swift", /QueryCall\(\s*"(\w+)"/),
            ("route53", "providers/AWS/Client/Calls/Route53.swift", /RestCall\(\s*"(\w+)"/),
            ("sts", "providers/AWS/Client/Calls/STS.swift", /QueryCall\(\s*"(\w+)"/),
        ]
        for (service, path, pattern) in calls {
            let found = try #require(SourceTree.text(of: path)).matches(of: pattern).map { "\(service):\($0.1)" }
            #expect(!found.isEmpty, "no calls in \(path)")
            called.formUnion(found)
        }
        // Of these the provider uses some, by the names of their functions.
        let router = try #require(SourceTree.text(of: "providers/ElasticBeanstalk/Routers/RuleFront.swift"))
        for match in router.matches(of: /LoadBalancingCalls\.(\w)(\w+)/) {
            called.insert("elasticloadbalancing:\(match.1.uppercased())\(match.2)")
        }
        // S3 has rights of other names than its operations.
        let client = try #require(SourceTree.text(of: "providers/AWS/S3/S3Client.swift"))
        let uses = try ["BundleUpload", "S3Lock"].map { name in
            try #require(SourceTree.text(of: "providers/AWS/S3/\(name).swift"))
        }.joined()
        for match in uses.matches(of: /client\.(\w+)\(/) {
            let function = try #require(client.components(separatedBy: "func \(match.1)(").dropFirst().first)
            let operation = try #require(function.firstMatch(of: /"([A-Z]\w+)"/)).1
            called.insert(try #require(Self.storageRights[String(operation)], "which right does \(operation) need?"))
        }
        #expect(called.count > 25)
        #expect(called.subtracting(rights).sorted() == [], "say them in ElasticBeanstalkSetup.md")
        // Not called, and needed all the same: without it S3 says of an object that is not there that it is forbidden.
        #expect(Set(rights).subtracting(called).sorted() == ["s3:ListBucket"])
    }

    private static let storageRights = [
        "HeadObject": "s3:GetObject", "GetObject": "s3:GetObject", "PutObject": "s3:PutObject",
        "CreateMultipartUpload": "s3:PutObject", "UploadPart": "s3:PutObject",
        "CompleteMultipartUpload": "s3:PutObject", "AbortMultipartUpload": "s3:AbortMultipartUpload",
        "ListParts": "s3:ListMultipartUploadParts", "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    ]
}
