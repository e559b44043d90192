import Foundation
import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct RequestTests {
    @Test("given any text, when it is encoded, then it is what the SDKs send")
    func encoding() {
        let call = QueryCall("A", [.init("D", "a b+c~*ü&=%/:-._'\n\u{1F600}")], isIdempotent: true)
        let request = call.request(to: beanstalk, version: "2010-12-01")
        #expect(
            request.text == "Action=A&Version=2010-12-01"
                + "&D=a+b%2Bc~%2A%C3%BC%26%3D%25%2F%3A-._%27%0A%F0%9F%98%80"
        )
        #expect(request.method == .post)
        #expect(request.url == "https://elasticbeanstalk.us-east-1.amazonaws.com/")
        #expect(request.headers[.contentType] == "application/x-www-form-urlencoded; charset=utf-8")
        #expect(request.isIdempotent)
        #expect(!QueryCall("A", isIdempotent: false).request(to: beanstalk, version: "v").isIdempotent)
    }

    @Test("given lists and structures, when they are added, then they are counted from one")
    func lists() {
        var call = QueryCall("A", isIdempotent: true)
        call.set("None", nil)
        call.list("Names", ["x", "y"])
        call.list("Empty", [])
        call.structures("Options", [[.init("N", "1"), .init("V", "2")], [.init("N", "3")]])
        #expect(
            call.parameters.map { "\($0.name)=\($0.value)" } == [
                "Names.member.1=x", "Names.member.2=y", "Options.member.1.N=1", "Options.member.1.V=2",
                "Options.member.2.N=3",
            ]
        )
    }

    static var calls: [QueryCall] {
        var list = QueryCall("DescribeEnvironments", isIdempotent: true)
        list.list("EnvironmentNames", ["my-env"])
        list.set("IncludeDeleted", "true")
        list.set("MaxRecords", "5")
        var version = QueryCall("CreateApplicationVersion", isIdempotent: false)
        version.parameters = [
            .init("ApplicationName", "my-app"), .init("VersionLabel", "v2"), .init("Description", "a b+c~*ü&="),
            .init("SourceBundle.S3Bucket", "b"), .init("SourceBundle.S3Key", "k/v2.zip"),
            .init("AutoCreateApplication", "true"), .init("Process", "true"),
        ]
        version.structures("Tags", [[.init("Key", "a"), .init("Value", "b")]])
        var update = QueryCall("UpdateEnvironment", isIdempotent: false)
        update.parameters = [.init("EnvironmentName", "my-env"), .init("VersionLabel", "v2")]
        let plain = update
        let option = { (space: String, name: String, value: String) -> [QueryCall.Parameter] in
            [.init("Namespace", "aws:elasticbeanstalk:\(space)"), .init("OptionName", name), .init("Value", value)]
        }
        update.structures(
            "OptionSettings",
            [
                option("command", "DeploymentPolicy", "TrafficSplitting"),
                option("trafficsplitting", "NewVersionPercent", "15"),
            ]
        )
        let events: [QueryCall.Parameter] = [
            .init("EnvironmentName", "my-env"), .init("Severity", "INFO"), .init("StartTime", "2026-01-01T00:00:00Z"),
        ]
        let settings: [QueryCall.Parameter] = [
            .init("ApplicationName", "my-app"), .init("EnvironmentName", "my-env"),
        ]
        return [
            list, version, update, QueryCall("DescribeEvents", events, isIdempotent: true), plain,
            QueryCall("DescribeConfigurationSettings", settings, isIdempotent: true),
            QueryCall("DescribeEnvironments", isIdempotent: true),
            QueryCall("CreateStorageLocation", isIdempotent: true),
        ]
    }

    @Test("given calls that the aws CLI was captured sending, when we send them, then the bytes are the same")
    func captured() throws {
        guard let lines = try Published.lines("client-requests/awscli.jsonl") else { return }
        #expect(lines.count == Self.calls.count)
        for (line, call) in zip(lines, Self.calls) {
            let captured = try JSON(parsing: Data(line.utf8))
            let request = call.request(to: beanstalk, version: "2010-12-01")
            #expect(request.text == captured["body"]?.string)
            #expect(request.target == captured["path"]?.string)
            #expect(request.headers[.contentType] == captured["headers"]?["Content-Type"]?.string)
        }
    }

    @Test("given the typed calls, when we send what a client was captured sending, then form and document agree")
    func capturedElsewhere() throws {
        guard let lines = try Published.lines("client-requests/other.jsonl") else { return }
        let bodies = try lines.compactMap { try JSON(parsing: Data($0.utf8))["body"]?.string }
        let modify = try #require(bodies.first { $0.hasPrefix("Action=ModifyRule") })
        let fields = try fields(of: modify)
        let arn = try #require(fields["RuleArn"])
        let targets = try [(1, 75), (2, 25)].map { index, weight in
            let name = "Actions.member.1.ForwardConfig.TargetGroups.member.\(index).TargetGroupArn"
            return RuleAction.Forward.Target(try #require(fields[name]), weight: weight)
        }
        let call = LoadBalancingCalls.modifyRule(arn, actions: [RuleAction(.init(targets))])
        #expect(call.request(to: beanstalk, version: LoadBalancingCalls.version).text == modify)
        let identity = STSCalls.getCallerIdentity.request(to: beanstalk, version: STSCalls.version).text
        #expect(bodies.contains(identity))
        let change = try #require(bodies.first { $0.hasPrefix("<ChangeResourceRecordSetsRequest") })
        let captured = try XMLNode(parsing: Array(change.utf8))
        let records = try (captured["ChangeBatch"]?.members("Changes") ?? []).map {
            try RecordSet(try #require($0["ResourceRecordSet"]))
        }
        let ours = Route53Calls.upsert(records, zone: "/hostedzone/Z1", comment: "c")
        #expect(ours.body == captured)
        let request = ours.request(to: beanstalk, namespace: Route53Calls.namespace)
        #expect(request.text.hasSuffix(change))
        #expect(request.target == "/2013-04-01/hostedzone/Z1/rrset/")
    }

    private func fields(of form: String) throws -> [String: String] {
        var components = URLComponents()
        components.percentEncodedQuery = form
        return try Dictionary(
            uniqueKeysWithValues: #require(components.queryItems).map { ($0.name, $0.value ?? "") }
        )
    }
}
