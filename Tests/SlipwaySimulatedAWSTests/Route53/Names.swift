import HTTPTypes
import SlipwayBase
import SlipwayHTTP

@testable import SlipwaySimulatedAWS

/// A zone `example.com` with two weighted records, and a caller.
struct Names {
    var route53 = SimulatedRoute53()
    var asking = Asking()
    var zone: String

    init() {
        zone = route53.addZone("example.com", account: asking.account, at: asking.now)
        for (identifier, weight) in [("blue", 100), ("green", 0)] {
            let record = RecordSet(
                "shop.example.com",
                "CNAME",
                ["\(identifier).us-east-1.elasticbeanstalk.com"],
                ttlSeconds: 60,
                weighted: (identifier, weight)
            )
            route53.put(record, in: zone, at: asking.now)
        }
    }

    mutating func ask(_ method: HTTPRequest.Method, _ target: String, body: String = "") -> Response {
        route53.respond(to: asking.rest(method, "/2013-04-01/" + target, body: body))
    }

    /// Sends a batch of changes.
    mutating func change(_ changes: String...) -> Response {
        let list = changes.joined()
        return ask(
            .post,
            "hostedzone/\(zone)/rrset/",
            body: "<?xml version=\"1.0\"?><ChangeResourceRecordSetsRequest "
                + "xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Comment>c</Comment><Changes>"
                + "\(list)</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
        )
    }

    /// A change of one of the weighted records.
    static func weighted(_ action: String, _ identifier: String, _ weight: Int, ttl: Int = 60) -> String {
        record(
            action,
            "shop.example.com",
            "CNAME",
            "\(identifier).us-east-1.elasticbeanstalk.com",
            "<SetIdentifier>\(identifier)</SetIdentifier><Weight>\(weight)</Weight>",
            ttl: ttl
        )
    }

    /// A change of a record with one value.
    static func record(
        _ action: String,
        _ name: String,
        _ type: String,
        _ value: String,
        _ routing: String = "",
        ttl: Int = 60
    ) -> String {
        "<Change><Action>\(action)</Action><ResourceRecordSet><Name>\(name)</Name><Type>\(type)</Type>\(routing)"
            + "<TTL>\(ttl)</TTL><ResourceRecords><ResourceRecord><Value>\(value)</Value></ResourceRecord>"
            + "</ResourceRecords></ResourceRecordSet></Change>"
    }
}
