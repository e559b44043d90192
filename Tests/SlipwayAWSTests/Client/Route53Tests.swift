import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct Route53Tests {
    static let page = """
        <ListResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ResourceRecordSets>
        <ResourceRecordSet><Name>App.example.com.</Name><Type>CNAME</Type><SetIdentifier>blue</SetIdentifier>
        <Weight>90</Weight><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>b.example.net</Value></ResourceRecord>
        </ResourceRecords><HealthCheckId>h &amp; h</HealthCheckId></ResourceRecordSet>
        <ResourceRecordSet><Name>\\052.example.com.</Name><Type>A</Type><SetIdentifier>green</SetIdentifier>
        <Novelty>n</Novelty><AliasTarget><HostedZoneId>Z2</HostedZoneId><DNSName>g.example.net.</DNSName>
        <EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget></ResourceRecordSet></ResourceRecordSets>
        <IsTruncated>true</IsTruncated><NextRecordName>b.example.com.</NextRecordName><NextRecordType>A</NextRecordType>
        <NextRecordIdentifier>x y</NextRecordIdentifier><MaxItems>100</MaxItems></ListResourceRecordSetsResponse>
        """

    static func read(_ text: String) async throws -> RecordPage {
        let client = RestClient(beanstalk, namespace: Route53Calls.namespace, transport: Script(.status(200, text)))
        let call = Route53Calls.listResourceRecordSets(zone: "Z1", from: RecordCursor("example.com"))
        return try RecordPage(try await client.send(call))
    }

    @Test("given records, when they are read, then names, weights and values are known however they are written")
    func records() async throws {
        let page = try await Self.read(Self.page)
        #expect(page.records.map(\.weight) == [90, nil])
        #expect(page.records.map(\.identifier) == ["blue", "green"])
        #expect(page.records.map(\.ttlSeconds) == [60, nil])
        #expect(page.records.map(\.values) == [["b.example.net"], ["g.example.net."]])
        #expect(page.records[0].isNamed("app.EXAMPLE.com"))
        #expect(!page.records[0].isNamed("app.example.co"))
        #expect(page.records[1].isNamed("*.example.com."))
    }

    @Test("given a truncated page, when the next one is asked for, then it begins where the first one ended")
    func paging() async throws {
        let next = try #require(try await Self.read(Self.page).next)
        #expect(
            Route53Calls.listResourceRecordSets(zone: "/hostedzone/Z1", from: next).target
                == "/2013-04-01/hostedzone/Z1/rrset?maxitems=100&name=b.example.com.&type=A&identifier=x%20y"
        )
        let last = Self.page.replacing("<IsTruncated>true", with: "<IsTruncated>false")
        #expect(try await Self.read(last).next == nil)
    }

    @Test("given a record, when its weight changes, then everything else is written back as it was read")
    func weighing() async throws {
        let page = try await Self.read(Self.page)
        let call = Route53Calls.upsert(page.records.map { $0.weighing(7) }, zone: "Z1", comment: "<c>")
        #expect(call.isIdempotent)
        let request = call.request(to: beanstalk, namespace: Route53Calls.namespace)
        let written = try XMLNode(parsing: Array(request.text.utf8))["ChangeBatch"]
        #expect(written?.text("Comment") == "<c>")
        let changes = written?.members("Changes") ?? []
        #expect(changes.map { $0.text("Action") } == ["UPSERT", "UPSERT"])
        var expected = page.records.map(\.node)
        expected[0].children[3].text = "7"
        expected[1].children.insert(XMLNode("Weight", text: "7"), at: 3)
        #expect(changes.map { $0["ResourceRecordSet"] } == expected.map(Optional.some))
        #expect(request.method == .post)
        #expect(request.text.contains("<HealthCheckId>h &amp; h</HealthCheckId>"))
    }

    @Test("given a new weighted record, when it is written, then its parts stand in the service's order")
    func newRecord() {
        let record = RecordSet(
            name: "a.example.com",
            type: "CNAME",
            identifier: "green",
            weight: 0,
            ttlSeconds: 60,
            values: ["g.example.net"]
        )
        let names = ["Name", "Type", "SetIdentifier", "Weight", "TTL", "ResourceRecords"]
        #expect(record.node.children.map(\.name) == names)
        #expect(record.weight == 0)
        #expect(record.values == ["g.example.net"])
    }

    @Test("given a change, when it is asked about, then only INSYNC counts as done", arguments: ["PENDING", "INSYNC"])
    func change(status: String) async throws {
        let text =
            "<GetChangeResponse><ChangeInfo><Id>/change/C1</Id><Status>\(status)</Status></ChangeInfo>"
            + "</GetChangeResponse>"
        let script = Script(.status(200, text))
        let client = RestClient(beanstalk, namespace: Route53Calls.namespace, transport: script)
        let change = try DNSChange(try await client.send(Route53Calls.getChange("/change/C1")), of: "GetChange")
        #expect(change.isInSync == (status == "INSYNC"))
        #expect(script.requests[0].target == "/2013-04-01/change/C1")
        #expect(script.requests[0].method == .get)
    }

    @Test(
        "given ids with characters of their own meaning, when they are put into a path, then they stay one part of it"
    )
    func paths() {
        #expect(Route53Calls.getChange("../x?y#z").target == "/2013-04-01/change/x%3Fy%23z")
        #expect(Route53Calls.getChange("").target == "/2013-04-01/change/")
    }
}
