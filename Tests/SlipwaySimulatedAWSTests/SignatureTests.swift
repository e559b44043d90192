import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import SlipwaySimulatedAWS
import Testing

struct SignatureTests {
    private func refusal(_ response: Response) throws -> (status: Int, code: String, message: String) {
        let error = try #require(try Node(response.body)["Error"])
        return (response.status, error.text("Code"), error.text("Message"))
    }

    @Test("given a request of ours, when it is signed well, then it is answered with date and number")
    func good() throws {
        var cloud = Cloud()
        let response = cloud.send("DescribeEnvironments")
        #expect(response.status == 200)
        #expect(response.headers[.contentType] == "text/xml")
        #expect(response.headers[.date].flatMap { Timestamp(httpDate: $0) } == cloud.now)
        let metadata = try #require(try Node(response.body)["ResponseMetadata"])
        #expect(response.headers[try #require(HTTPField.Name("x-amzn-RequestId"))] == metadata.text("RequestId"))
    }

    @Test("given another secret, when a request is signed with it, then the signature does not match")
    func wrongSecret() throws {
        var cloud = Cloud()
        cloud.accessKey.secret = Secret("guess")
        let refused = try refusal(cloud.send("DescribeEnvironments"))
        #expect(refused.status == 403)
        #expect(refused.code == "SignatureDoesNotMatch")
        #expect(refused.message.hasPrefix("The request signature we calculated does not match"))
    }

    @Test("given a body that was changed on the way, when it arrives, then the signature does not match")
    func changedBody() throws {
        var cloud = Cloud(.init("shop-prod"))
        var request = cloud.request("DescribeEnvironments", [:])
        request.body = .bytes(Array("Action=TerminateEnvironment&EnvironmentName=shop-prod".utf8))
        #expect(try refusal(cloud.world.respond(to: request, at: cloud.now)).code == "SignatureDoesNotMatch")
        #expect(cloud.world.environment("shop-prod")?.status == "Ready")
    }

    @Test("given a key nobody has, when a request is signed with it, then the token is invalid")
    func unknownKey() throws {
        var cloud = Cloud()
        cloud.accessKey.id = "AKIDNOBODY"
        let refused = try refusal(cloud.send("DescribeEnvironments"))
        #expect(refused == (403, "InvalidClientTokenId", "The security token included in the request is invalid."))
    }

    @Test("given no signature or half of one, when the request arrives, then each is told what is missing")
    func incomplete() throws {
        var cloud = Cloud()
        var request = cloud.request("DescribeEnvironments", [:])
        request.headers[.authorization] = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/sts/aws4_request"
        let half = try refusal(cloud.world.respond(to: request, at: cloud.now))
        #expect(half.status == 400)
        #expect(half.code == "IncompleteSignature")
        #expect(half.message.contains("Authorization header requires 'Signature' parameter."))
        request.headers[.authorization] = nil
        let none = try refusal(cloud.world.respond(to: request, at: cloud.now))
        #expect(none == (403, "MissingAuthenticationToken", "Request is missing Authentication Token"))
    }

    @Test(
        "given a clock that is off, when it is off by more than 15 minutes, then the refusal says by how much",
        arguments: [(-901, "Signature expired: "), (901, "Signature not yet current: ")]
    )
    func skew(_ seconds: Int, _ start: String) throws {
        var cloud = Cloud()
        let request = cloud.request("DescribeEnvironments", [:], signedAt: cloud.now + .seconds(seconds))
        let refused = try refusal(cloud.world.respond(to: request, at: cloud.now))
        #expect(refused.code == "SignatureDoesNotMatch")
        #expect(refused.message.hasPrefix(start))
        let near = cloud.request("DescribeEnvironments", [:], signedAt: cloud.now + .seconds(seconds / 901 * 890))
        #expect(cloud.world.respond(to: near, at: cloud.now).status == 200)
    }

    @Test(
        "given a world that is ahead of its callers, when they sign by their clock, then it holds, and Date is theirs"
    )
    func ahead() throws {
        var cloud = Cloud()
        cloud.world.callersBehind = .seconds(7200)
        let late = cloud.request("DescribeEnvironments", [:], signedAt: cloud.now)
        #expect(
            try refusal(cloud.world.respond(to: late, at: cloud.now)).message.hasPrefix("Signature not yet current")
        )
        let theirs = cloud.now + .seconds(-7200)
        let response = cloud.world.respond(
            to: cloud.request("DescribeEnvironments", [:], signedAt: theirs),
            at: cloud.now
        )
        #expect(response.status == 200 && response.headers[.date].flatMap { Timestamp(httpDate: $0) } == theirs)
    }

    @Test("given a key scoped to another region or service, when it is used here, then it is refused with the reason")
    func scope() throws {
        var cloud = Cloud()
        var request = cloud.request("DescribeEnvironments", [:])
        request.origin = Origin(scheme: "https", host: "elasticbeanstalk.eu-west-1.amazonaws.com")
        let region = try refusal(cloud.world.respond(to: request, at: cloud.now))
        #expect(region.message == "Credential should be scoped to a valid region, not 'us-east-1'. ")
        request.origin = Origin(scheme: "https", host: "sts.us-east-1.amazonaws.com")
        let service = try refusal(cloud.world.respond(to: request, at: cloud.now))
        #expect(service.message == "Credential should be scoped to correct service: 'sts'. ")
    }

    @Test("given a header of AWS's that is not signed, when the request arrives, then it is refused")
    func openHeader() throws {
        var cloud = Cloud()
        var request = cloud.request("DescribeEnvironments", [:])
        request.headers[try #require(HTTPField.Name("x-amz-meta"))] = "sneaked in"
        #expect(try refusal(cloud.world.respond(to: request, at: cloud.now)).code == "SignatureDoesNotMatch")
    }

    @Test("given verification switched off, when any secret is used, then the id alone counts")
    func off() throws {
        var cloud = Cloud()
        cloud.world.verifiesSignatures = false
        cloud.accessKey.secret = Secret("whatever")
        #expect(cloud.send("DescribeEnvironments").status == 200)
        cloud.accessKey.id = "AKIDNOBODY"
        #expect(cloud.send("DescribeEnvironments").status == 403)
    }

    @Test("given two accounts, when both look, then each sees its own environments only")
    func accounts() throws {
        var cloud = Cloud(.init("shop-prod")) { seed in
            seed.keys.append(.init("AKIDOTHER", secret: Secret("other"), account: "999988887777"))
        }
        #expect(try cloud.call("DescribeEnvironments").members("Environments").count == 1)
        cloud.accessKey = SigV4.AccessKey(id: "AKIDOTHER", secret: Secret("other"))
        #expect(try cloud.call("DescribeEnvironments").members("Environments").isEmpty)
    }

    /// A signed look at a bucket.
    private func bucketRequest(_ cloud: Cloud, _ id: String, region: String = "us-east-1", at time: Timestamp)
        -> Request
    {
        let host = "bundles.s3.us-east-1.amazonaws.com"
        let input = SigV4.Input(method: "GET", target: "/", headers: [("host", host)])
        var headers: HTTPFields = [:]
        let key = SigV4.AccessKey(id: id, secret: cloud.accessKey.secret)
        for (name, value) in SigV4(service: "s3", region: region).signature(of: input, by: key, at: time) {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Request(.get, Origin(scheme: "https", host: host), "/", headers: headers)
    }

    @Test("given S3, when a request is not let in, then it says so in S3's own words")
    func storage() throws {
        var cloud = Cloud()
        cloud.world.storage.addBucket("bundles", region: "us-east-1", owner: "123456789012", at: cloud.now)
        func code(_ request: Request) throws -> String {
            let root = try Node(cloud.world.respond(to: request, at: cloud.now).body)
            return root.name == "Error" ? root.text("Code") : root.name
        }
        let good = bucketRequest(cloud, "AKIDEXAMPLE", at: cloud.now)
        #expect(try code(good) == "ListBucketResult")
        #expect(try code(bucketRequest(cloud, "AKIDNOBODY", at: cloud.now)) == "InvalidAccessKeyId")
        let late = bucketRequest(cloud, "AKIDEXAMPLE", at: cloud.now + .seconds(-1000))
        #expect(try code(late) == "RequestTimeTooSkewed")
        let abroad = bucketRequest(cloud, "AKIDEXAMPLE", region: "eu-west-1", at: cloud.now)
        #expect(try code(abroad) == "AuthorizationHeaderMalformed")
        var unsigned = good
        unsigned.headers[.authorization] = nil
        #expect(try code(unsigned) == "AccessDenied")
    }
}
