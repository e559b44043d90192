import SlipwayBase
import SlipwayConfig
import SlipwayElasticBeanstalk
import SlipwayHTTP
import Testing

@Suite("The elasticBeanstalk section") struct SettingsTests {
    private static let rule =
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/shared/50dc6c495c0c9188/f2f7dc/9683b2"

    private func read(_ section: String) throws -> ElasticBeanstalkSettings {
        let node = try ConfigNode.parse(text: section, file: "slipway.yaml")
        return try ConfigReader.decode(node) { ElasticBeanstalkSettings(reading: $0) }
    }

    @Test(
        "given a good section when it is read then its layout is the one that its names say",
        arguments: [
            ("{ application: shop, environment: shop-prod }", ElasticBeanstalkLayout.environment(name: "shop-prod")),
            (
                "{ application: shop, blue: shop-blue, green: shop-green, cname: Shop-Live }",
                .blueGreen(blue: "shop-blue", green: "shop-green", cname: "shop-live")
            ),
            (
                "{ application: shop, stable: shop-prod, canary: shop-canary, listenerRule: \"\(rule)\" }",
                .canary(stable: "shop-prod", canary: "shop-canary", weights: .listenerRule(arn: rule))
            ),
            (
                "{ application: shop, stable: shop-prod, canary: shop-canary, "
                    + "route53: { hostedZone: /hostedzone/Z1EXAMPLE, name: shop.example.com. } }",
                .canary(
                    stable: "shop-prod",
                    canary: "shop-canary",
                    weights: .route53(hostedZone: "Z1EXAMPLE", name: "shop.example.com")
                )
            ),
        ]
    )
    func good(_ section: String, _ layout: ElasticBeanstalkLayout) throws {
        #expect(try read(section).layout == layout)
    }

    @Test("given every common key when the section is read then each has its value")
    func everything() throws {
        let settings = try read(
            """
            application: shop
            environment: shop-prod
            region: eu-west-1
            accountId: "012345678901"
            profile: deploy
            endpoint: https://vpce.example.com
            endpoints: { s3: http://127.0.0.1:9000, route53: https://dns.example.com }
            lock: { duration: 2m }
            dnsTail: 5m
            healthThreshold: warning
            """
        )
        #expect(settings.region == "eu-west-1")
        #expect(settings.accountID == "012345678901")
        #expect(settings.profile == "deploy")
        #expect(settings.endpoints.elasticBeanstalk == Origin(scheme: "https", host: "vpce.example.com"))
        #expect(settings.endpoints.s3 == Origin(scheme: "http", host: "127.0.0.1", port: 9000))
        #expect(settings.endpoints.route53 == Origin(scheme: "https", host: "dns.example.com"))
        #expect(settings.lockSeconds == 120)
        #expect(settings.dnsTail == .seconds(300))
        #expect(settings.healthThreshold == .warning)
    }

    @Test(
        "given a mistake when the section is read then one sentence says what is wrong",
        arguments: [
            ("{ environment: shop-prod }", "application: is missing"),
            ("{ application: a/b, environment: shop-prod }", "the name of an application"),
            ("{ application: shop }", "exactly one of `environment`, `blue` and `green`, or `stable` and `canary`"),
            ("{ application: shop, environment: abc }", "4 to 40 letters, digits and -"),
            ("{ application: shop, environment: shop-prod, cname: shop }", "`cname` belongs to `blue` and `green`"),
            ("{ application: shop, blue: shop-blue, cname: shop-live }", "must name both `blue` and `green`"),
            ("{ application: shop, blue: shop-a, green: Shop-A, cname: shop-live }", "two different environments"),
            ("{ application: shop, blue: shop-blue, green: shop-green }", "must say with `cname`"),
            ("{ application: shop, stable: shop-prod, canary: shop-can }", "`listenerRule` or `route53`"),
            (
                "{ application: shop, stable: shop-prod, canary: shop-can, listenerRule: arn:aws:iam::1:role/x }",
                "the ARN of a listener rule"
            ),
            ("{ application: shop, environment: shop-prod, region: Ireland }", "the name of a region"),
            ("{ application: shop, environment: shop-prod, region: us-east-1.evil.example }", "the name of a region"),
            ("{ application: shop, environment: shop-prod, accountId: 123456789012 }", "in quotes"),
            ("{ application: shop, environment: shop-prod, endpoint: http://example.com }", "an https address"),
            ("{ application: shop, environment: shop-prod, endpoint: https://example.com/x }", "an https address"),
            ("{ application: shop, environment: shop-prod, enviroment: x }", "did you mean \"environment\"?"),
            ("{ application: shop, environment: shop-prod, healthThreshold: green }", "ok or warning"),
            (
                "{ application: shop, stable: shop-prod, canary: shop-can, route53: { hostedZone: Z1, name: shop } }",
                "a name in DNS"
            ),
        ]
    )
    func mistakes(_ section: String, _ words: String) {
        do {
            let settings = try read(section)
            Issue.record("\(section) was read as \(settings)")
        } catch { #expect("\(error)".contains(words), "\(error)") }
    }

    @Test("given a name that cannot be read when the section is read then only that is said")
    func once() throws {
        do {
            _ = try read("{ application: shop, blue: a_b, green: shop-green, cname: shop-live }")
            Issue.record("it was read")
        } catch let failure as InputFailure { #expect(failure.diagnostics.count == 1, "\(failure)") }
    }
}
