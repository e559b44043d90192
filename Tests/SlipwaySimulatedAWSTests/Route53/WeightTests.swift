import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

struct WeightTests {
    @Test("given weights that change, when time passes, then answers follow once the change is INSYNC")
    func propagation() {
        var names = Names()
        let start = names.asking.now
        let response = names.change(Names.weighted("UPSERT", "blue", 75), Names.weighted("UPSERT", "green", 25))
        #expect(response.status == 200)
        #expect(response.xml?.name == "ChangeResourceRecordSetsResponse")
        #expect(response.xml?["ChangeInfo"]?.names == ["Id", "Status", "SubmittedAt", "Comment"])
        #expect(response.xml?["ChangeInfo"]?["Status"]?.text == "PENDING")
        let id = response.xml?["ChangeInfo"]?["Id"]?.text ?? ""
        #expect(id.hasPrefix("/change/C"))
        #expect(names.route53.shares(of: "shop.example.com", at: start).map(\.share) == [1, 0])
        #expect(names.route53.nextChange(after: start) == start + .seconds(30))
        names.asking.now = start + .seconds(29)
        #expect(names.ask(.get, String(id.dropFirst())).xml?["ChangeInfo"]?["Status"]?.text == "PENDING")
        names.asking.now = start + .seconds(30)
        #expect(names.ask(.get, String(id.dropFirst())).xml?["ChangeInfo"]?["Status"]?.text == "INSYNC")
        let shares = names.route53.shares(of: "Shop.Example.com.", at: names.asking.now)
        #expect(shares.map(\.share) == [0.75, 0.25])
        #expect(shares.map(\.setIdentifier) == ["blue", "green"])
        #expect(shares.first?.values == ["blue.us-east-1.elasticbeanstalk.com"])
        #expect(names.route53.nextChange(after: names.asking.now) == nil)
    }

    @Test("given a change that got through, when its TTL has not passed, then the old answers may still be held")
    func tail() {
        var names = Names()
        let synced = names.asking.now + .seconds(30)
        _ = names.change(Names.weighted("UPSERT", "blue", 0), Names.weighted("UPSERT", "green", 100))
        #expect(names.route53.cached(of: "shop.example.com", at: names.asking.now + .seconds(29)).isEmpty)
        let held = names.route53.cached(of: "shop.example.com", at: synced + .seconds(59))
        #expect(held.map(\.until) == [synced + .seconds(60)])
        #expect(held.first?.shares.map(\.share) == [1, 0])
        #expect(names.route53.cached(of: "shop.example.com", at: synced + .seconds(60)).isEmpty)
        #expect(names.route53.shares(of: "shop.example.com", at: synced).map(\.share) == [0, 1])
    }

    @Test("given all weights zero, when the name is asked, then every record is answered evenly")
    func allZero() {
        var names = Names()
        names.route53.propagationTakes = .zero
        _ = names.change(Names.weighted("UPSERT", "blue", 0))
        #expect(names.route53.shares(of: "shop.example.com", at: names.asking.now).map(\.share) == [0.5, 0.5])
        #expect(names.route53.shares(of: "none.example.com", at: names.asking.now).isEmpty)
        #expect(names.route53.shares(of: "shop.example.org", at: names.asking.now).isEmpty)
    }

    @Test("given an alias, when it is sent, then it comes back as it was and its answer is the target")
    func alias() {
        var names = Names()
        names.route53.propagationTakes = .zero
        let body =
            "<Change><Action>CREATE</Action><ResourceRecordSet><Name>*.example.com</Name><Type>A</Type>"
            + "<SetIdentifier>g</SetIdentifier><Weight>10</Weight><AliasTarget><HostedZoneId>Z117KPS5GTRQ2G"
            + "</HostedZoneId><DNSName>g.us-east-1.elasticbeanstalk.com</DNSName><EvaluateTargetHealth>true"
            + "</EvaluateTargetHealth></AliasTarget><HealthCheckId>h-1</HealthCheckId></ResourceRecordSet></Change>"
        #expect(names.change(body).status == 200)
        let list = names.ask(.get, "hostedzone/\(names.zone)/rrset?name=%5C052.example.com&maxitems=1").xml
        let record = list?.at("ResourceRecordSets", "ResourceRecordSet")
        #expect(record?.names == ["Name", "Type", "SetIdentifier", "Weight", "AliasTarget", "HealthCheckId"])
        #expect(record?["Name"]?.text == "\\052.example.com.")
        #expect(record?["AliasTarget"]?.texts == ["Z117KPS5GTRQ2G", "g.us-east-1.elasticbeanstalk.com.", "true"])
        let shares = names.route53.shares(of: "*.example.com", at: names.asking.now)
        #expect(shares.map(\.values) == [["g.us-east-1.elasticbeanstalk.com."]])
        #expect(shares.map(\.ttlSeconds) == [60])
    }
}
