import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct EndpointTests {
    private static let services = """
        [default]
        services = local
        endpoint_url = https://profile.test
        [services local]
        elastic_beanstalk =
          endpoint_url = https://section.test
        s3 =
          other = 1

        """

    private func host(_ machine: AccountMachine, _ api: AWSAPI, _ endpoints: [AWSAPI: String] = [:]) throws -> String {
        try machine.access(.init(endpoints: endpoints)).endpoint(api).origin.description
    }

    @Test("given an endpoint in several places, when resolved, then the SDK's order decides")
    func order() throws {
        var machine = AccountMachine(config: Self.services)
        #expect(try host(machine, .elasticBeanstalk) == "https://section.test")
        #expect(try host(machine, .s3) == "https://profile.test")
        machine.variables["AWS_ENDPOINT_URL"] = "https://all.test:8443"
        #expect(try host(machine, .elasticBeanstalk) == "https://all.test:8443")
        machine.variables["AWS_ENDPOINT_URL_ELASTIC_BEANSTALK"] = "http://127.0.0.1:5000/"
        #expect(try host(machine, .elasticBeanstalk) == "http://127.0.0.1:5000")
        #expect(try host(machine, .elasticBeanstalk, [.elasticBeanstalk: "https://mine.test"]) == "https://mine.test")
        let names = [
            AWSAPI.s3: "S3", .sts: "STS", .elasticLoadBalancing: "ELASTIC_LOAD_BALANCING_V2",
            .autoScaling: "AUTO_SCALING", .route53: "ROUTE_53", .sso: "SSO", .ssoOIDC: "SSO_OIDC",
        ]
        for (api, name) in names {
            machine.variables["AWS_ENDPOINT_URL_" + name] = "https://\(api.signingName).test"
            #expect(try host(machine, api) == "https://\(api.signingName).test")
        }
        let route53 = try machine.access().endpoint(.route53)
        #expect(route53.region == "us-east-1")
    }

    @Test("given that configured endpoints are ignored, when resolved, then only the target's own one counts")
    func ignored() throws {
        var machine = AccountMachine(config: Self.services + "[services x]\n", ["AWS_ENDPOINT_URL": "https://all.test"])
        machine.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "TRUE"
        #expect(try host(machine, .sts) == "https://sts.eu-west-1.amazonaws.com")
        #expect(try host(machine, .sts, [.sts: "https://mine.test"]) == "https://mine.test")
        machine.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = nil
        machine.variables["AWS_ENDPOINT_URL"] = nil
        machine.files[AccountMachine.configPath] =
            "[default]\nendpoint_url = https://p.test\nignore_configured_endpoint_urls = true\n"
        #expect(try host(machine, .sts) == "https://sts.eu-west-1.amazonaws.com")
    }

    @Test("given FIPS and dual-stack in the profile, when resolved, then hosts follow")
    func variants() throws {
        let config = "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n"
        var machine = AccountMachine(config: config)
        #expect(try host(machine, .elasticBeanstalk) == "https://elasticbeanstalk-fips.eu-west-1.api.aws")
        machine.variables["AWS_USE_FIPS_ENDPOINT"] = "false"
        #expect(try host(machine, .elasticBeanstalk) == "https://elasticbeanstalk.eu-west-1.api.aws")
    }

    @Test(
        "given an endpoint that cannot be used, when resolved, then one sentence says why",
        arguments: [
            (
                "http://example.com",
                "is http://example.com, which is not encrypted; use https (http is for this machine itself only)"
            ),
            (
                "http://127.example.com",
                "is http://127.example.com, which is not encrypted; use https (http is for this machine itself only)"
            ),
            (
                "https://user:hush@example.com",
                "is not the URL of a host; write it like https://host or https://host:8443"
            ),
            ("ftp://example.com", "is not the URL of a host; write it like https://host or https://host:8443"),
            ("example.com", "is not the URL of a host; write it like https://host or https://host:8443"),
            ("https://example.com:99999", "is not the URL of a host; write it like https://host or https://host:8443"),
            (
                "https://example.com/hush",
                "goes on after the host https://example.com; write only https://example.com, without a path"
            ),
        ]
    )
    func mistakes(url: String, sentence: String) async {
        let variable = AccountMachine(["AWS_ENDPOINT_URL_STS": url])
        #expect(await variable.complaint() == "error: AWS_ENDPOINT_URL_STS \(sentence)")
        let target = await AccountMachine().complaint(.init(endpoints: [.s3: url]))
        #expect(target == "error: the endpoint of s3 \(sentence)")
        let profile = AccountMachine(config: "[default]\nendpoint_url = \(url)\n")
        #expect(await profile.complaint() == "error: /home/dev/.aws/config:2: endpoint_url \(sentence)")
    }

    @Test("given settings that contradict themselves, when resolved, then one sentence says so")
    func contradictions() async {
        let both = AccountMachine(["AWS_ENDPOINT_URL": "https://x.test", "AWS_USE_DUALSTACK_ENDPOINT": "true"])
        #expect(
            await both.complaint()
                == "error: AWS_ENDPOINT_URL names an endpoint, and AWS_USE_DUALSTACK_ENDPOINT asks for another one; "
                + "take one of them back"
        )
        let lost = AccountMachine(config: "[default]\nservices = gone\n")
        #expect(
            await lost.complaint()
                == "error: /home/dev/.aws/config:2: the profile \"default\" names the services section \"gone\", "
                + "which is not there; write [services gone]"
        )
        let odd = AccountMachine(["AWS_USE_FIPS_ENDPOINT": "maybe"])
        #expect(await odd.complaint() == "error: AWS_USE_FIPS_ENDPOINT must be true or false")
    }
}
