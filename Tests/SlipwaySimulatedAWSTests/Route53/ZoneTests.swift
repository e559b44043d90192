import HTTPTypes
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

struct ZoneTests {
    private static func titles(_ response: Response) -> [String] {
        (response.xml?["ResourceRecordSets"]?.children ?? []).map { record in
            ["Name", "Type", "SetIdentifier"].compactMap { record[$0]?.text }.joined(separator: " ")
        }
    }

    @Test("given a zone, when its records are listed, then they come by name from the right, type and identifier")
    func order() {
        var names = Names()
        _ = names.change(
            Names.record("CREATE", "a.b.example.com", "A", "192.0.2.1"),
            Names.record("CREATE", "b.example.com", "TXT", "&quot;x&quot;"),
            Names.record("CREATE", "b.example.com", "A", "192.0.2.2")
        )
        let list = names.ask(.get, "hostedzone/\(names.zone)/rrset")
        #expect(list.xml?.names == ["ResourceRecordSets", "IsTruncated", "MaxItems"])
        #expect(
            Self.titles(list) == [
                "example.com. NS", "example.com. SOA", "b.example.com. A", "b.example.com. TXT", "a.b.example.com. A",
                "shop.example.com. CNAME blue", "shop.example.com. CNAME green",
            ]
        )
        let records = list.xml?["ResourceRecordSets"]?.children ?? []
        #expect(records.last?.names == ["Name", "Type", "SetIdentifier", "Weight", "TTL", "ResourceRecords"])
        #expect(records[3].at("ResourceRecords", "ResourceRecord", "Value")?.text == "\"x\"")
    }

    @Test("given pages of one, when their markers are followed, then every record comes once")
    func pages() {
        var names = Names()
        var seen: [String] = []
        var target = "hostedzone/\(names.zone)/rrset?maxitems=1"
        for _ in 0..<9 {
            let page = names.ask(.get, target)
            seen += Self.titles(page)
            guard page.xml?["IsTruncated"]?.text == "true" else { break }
            let next = [("name", "NextRecordName"), ("type", "NextRecordType"), ("identifier", "NextRecordIdentifier")]
            target =
                "hostedzone/\(names.zone)/rrset?maxitems=1"
                + next.compactMap { name, element in page.xml?[element].map { "&\(name)=\($0.text)" } }.joined()
        }
        #expect(
            seen == [
                "example.com. NS", "example.com. SOA", "shop.example.com. CNAME blue", "shop.example.com. CNAME green",
            ]
        )
        let from = names.ask(.get, "hostedzone/\(names.zone)/rrset?name=shop.example.com&type=CNAME&identifier=green")
        #expect(Self.titles(from) == ["shop.example.com. CNAME green"])
        #expect(names.ask(.get, "hostedzone/\(names.zone)/rrset?type=A").code == "InvalidInput")
        #expect(names.ask(.get, "hostedzone/\(names.zone)/rrset?maxitems=x").code == "InvalidInput")
    }

    @Test(
        "given a change that cannot be, when its batch is sent, then nothing of it is done and the reason is told",
        arguments: [
            (Names.weighted("CREATE", "blue", 1), "but it already exists"),
            (Names.weighted("DELETE", "red", 1), "but it was not found"),
            (Names.weighted("DELETE", "blue", 1), "do not match the current values"),
            (Names.record("CREATE", "shop.example.com", "CNAME", "x.example.com"), "weighted RRSet with the same name"),
            (Names.record("CREATE", "shop.example.com", "A", "192.0.2.1"), "conflicting RRSet of type CNAME"),
            (Names.record("CREATE", "example.com", "CNAME", "x.example.com"), "at apex in zone example.com."),
            (Names.record("CREATE", "shop.example.org", "A", "192.0.2.1"), "not permitted in zone example.com."),
            (Names.record("DELETE", "example.com", "NS", "ns", ttl: 1), "do not match"),
        ]
    )
    func invalidBatches(change: String, sentence: String) {
        var names = Names()
        let before = names.route53.records(in: names.zone)
        let response = names.change(Names.record("CREATE", "new.example.com", "A", "192.0.2.9"), change)
        #expect(response.status == 400)
        #expect(response.code == "InvalidChangeBatch")
        #expect(response.message?.contains(sentence) == true)
        #expect(names.route53.records(in: names.zone) == before)
    }

    @Test(
        "given a change that makes no sense by itself, when it is sent, then it is invalid input",
        arguments: [
            Names.record("UPSERT", "a.example.com", "A", "192.0.2.1", "<Weight>1</Weight>"),
            Names.record("UPSERT", "a.example.com", "A", "192.0.2.1", "<SetIdentifier>x</SetIdentifier>"),
            Names.weighted("UPSERT", "blue", 256), Names.weighted("REPLACE", "blue", 1),
            Names.record("UPSERT", "a.example.com", "AB", "192.0.2.1"), "<Change/>", "",
            "<Change><Action>UPSERT</Action><ResourceRecordSet><Name>a.example.com</Name><Type>A</Type>"
                + "</ResourceRecordSet></Change>",
        ]
    )
    func invalidInput(change: String) {
        var names = Names()
        #expect(names.change(change).code == "InvalidInput")
    }

    @Test("given a record that is replaced by one of another type, when both stand in one batch, then it is done")
    func replaced() {
        var names = Names()
        let response = names.change(
            Names.weighted("DELETE", "blue", 100),
            Names.weighted("DELETE", "green", 0),
            Names.record("CREATE", "shop.example.com", "A", "192.0.2.1")
        )
        #expect(response.status == 200)
        #expect(names.route53.records(in: names.zone).map(\.type) == ["NS", "SOA", "A"])
        #expect(
            names.change(
                Names.record("UPSERT", "x.example.com", "A", "1"),
                Names.record("UPSERT", "x.example.com", "A", "2")
            ).code == "InvalidChangeBatch"
        )
    }

    @Test("given zones, when they are made, listed and got, then the ids lead to them and unknown ones are refused")
    func zones() {
        var names = Names()
        let body =
            "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
            + "<Name>example.org</Name><CallerReference>x1</CallerReference></CreateHostedZoneRequest>"
        let created = names.ask(.post, "hostedzone", body: body)
        #expect(created.status == 201)
        #expect(created.xml?.names == ["HostedZone", "ChangeInfo", "DelegationSet"])
        let id = created.xml?.at("HostedZone", "Id")?.text ?? ""
        #expect(id.hasPrefix("/hostedzone/Z"))
        #expect(names.ask(.post, "hostedzone", body: body).code == "HostedZoneAlreadyExists")
        let got = names.ask(.get, String(id.dropFirst()))
        #expect(got.xml?["HostedZone"]?["Name"]?.text == "example.org.")
        #expect(got.xml?["DelegationSet"]?["NameServers"]?.children.count == 4)
        let listed = names.ask(.get, "hostedzone").xml?["HostedZones"]?.children ?? []
        #expect(Set(listed.compactMap { $0["Name"]?.text }) == ["example.com.", "example.org."])
        let byName = names.ask(.get, "hostedzonesbyname?dnsname=example.org&maxitems=1").xml
        #expect(byName?.at("HostedZones", "HostedZone", "Id")?.text == id)
        #expect(names.ask(.get, "hostedzone/Z0").code == "NoSuchHostedZone")
        #expect(names.ask(.get, "change/C0").code == "NoSuchChange")
        #expect(names.ask(.get, "healthcheck").status == 404)
        names.asking.account = "210987654321"
        #expect(names.ask(.get, String(id.dropFirst())).code == "AccessDenied")
        #expect(names.ask(.get, "hostedzone").xml?["HostedZones"]?.children.isEmpty == true)
    }
}
