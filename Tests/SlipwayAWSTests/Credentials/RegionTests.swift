import Foundation
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct RegionTests {
    @Test(
        "given a region in several places, when resolved, then target, AWS_REGION, AWS_DEFAULT_REGION, profile count so"
    )
    func order() throws {
        var machine = AccountMachine(config: "[default]\nregion = eu-central-1\n")
        machine.variables["AWS_DEFAULT_REGION"] = "eu-west-2"
        let explicit = try machine.access(.init(region: "eu-south-1"))
        #expect(explicit.region == "eu-south-1")
        #expect(explicit.names.region == "eu-south-1")
        #expect(try machine.access().names.region == "eu-west-1 (AWS_REGION)")
        machine.variables["AWS_REGION"] = ""
        #expect(try machine.access().names.region == "eu-west-2 (AWS_DEFAULT_REGION)")
        machine.variables["AWS_DEFAULT_REGION"] = nil
        #expect(try machine.access().names.region == "eu-central-1 (the profile \"default\")")
        machine.files = [:]
        #expect(
            throws: InputFailure("no AWS region is named: write `region:` at the target, or set AWS_REGION")
        ) { try machine.access() }
    }

    @Test(
        "given what is not the name of a region, when resolved, then it is refused in one sentence",
        arguments: [
            "moon", "eu-west", "eu-west-1.evil.example", "EU-WEST-1", "eu-west-1/", "eu--1", "-eu-west-1",
            "eu-west-100",
            "aws-global", "e-west-1", "eu_west_1", "eu-west-1 ", "eu-wést-1", "us-east-1a",
        ]
    )
    func names(region: String) async {
        let end = "which is not the name of an AWS region; write one such as eu-west-1"
        let machine = AccountMachine()
        #expect(
            await machine.complaint(.init(region: region)) == "error: `region:` of the target is \"\(region)\", \(end)"
        )
        let variable = AccountMachine(["AWS_REGION": region])
        #expect(await variable.complaint() == "error: AWS_REGION is \"\(region)\", \(end)")
    }

    @Test("given every kind of region, when it is named, then hosts are those that botocore 1.43.11 computes")
    func hosts() throws {
        for line in Self.computed.split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            let api = try #require(AWSAPI(rawValue: parts[0]))
            let variant = AWSEndpoint.Variant(isFIPS: parts[2].contains("f"), isDualStack: parts[2].contains("d"))
            let endpoint = try AWSEndpoint.regional(api, region: parts[1], variant: variant)
            #expect(endpoint.origin == Origin(scheme: "https", host: parts[3]), "\(line)")
            #expect(endpoint.region == (parts.count > 4 ? parts[4] : parts[1]), "\(line)")
            #expect(endpoint.signingName == api.signingName)
        }
    }

    @Test(
        "given the published endpoint cases of Elastic Beanstalk, when resolved, then every one comes out as published"
    )
    func published() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = "../shared/data/elasticbeanstalk/botocore-sdist/endpoint-tests-1.json"
        guard let data = try? Data(contentsOf: root.appending(path: path).standardizedFileURL) else {
            print("skipped: the published endpoint cases of Elastic Beanstalk are not there")
            return
        }
        var count = 0
        for test in try JSON(parsing: data)["testCases"]?.array ?? [] {
            guard let parameters = test["params"], let region = parameters["Region"]?.string else { continue }
            let variant = AWSEndpoint.Variant(
                isFIPS: parameters["UseFIPS"]?.bool ?? false,
                isDualStack: parameters["UseDualStack"]?.bool ?? false
            )
            let url = test["expect"]?["endpoint"]?["url"]?.string
            if let named = parameters["Endpoint"]?.string {
                var machine = AccountMachine()
                machine.variables["AWS_USE_FIPS_ENDPOINT"] = "\(variant.isFIPS)"
                machine.variables["AWS_USE_DUALSTACK_ENDPOINT"] = "\(variant.isDualStack)"
                let request = AWSAccess.Request(region: region, endpoints: [.elasticBeanstalk: named])
                if let url {
                    #expect(try machine.access(request).endpoint(.elasticBeanstalk).origin == Origin(url: url))
                } else {
                    #expect(await machine.complaint(request).contains("names an endpoint, and"))
                }
            } else {
                let endpoint = try AWSEndpoint.regional(.elasticBeanstalk, region: region, variant: variant)
                #expect(endpoint.origin == url.flatMap { Origin(url: $0) })
            }
            count += 1
        }
        #expect(count > 40)
    }

    @Test("given China and FIPS, when resolved, then S3 says that it has no such host")
    func chinaFIPS() async {
        let machine = AccountMachine(["AWS_USE_FIPS_ENDPOINT": "true"])
        #expect(
            await machine.complaint(.init(region: "cn-north-1"))
                == "error: S3 has no FIPS hosts in cn-north-1; unset AWS_USE_FIPS_ENDPOINT and use_fips_endpoint"
        )
    }
}
