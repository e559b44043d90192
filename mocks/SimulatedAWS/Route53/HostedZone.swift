import SlipwayBase

/// A hosted zone: what the API shows at once, and what the name servers answer once a change has got through to them.
struct HostedZone: Sendable {
    /// What all name servers answer from a moment on.
    struct Edition: Sendable {
        var from: Timestamp
        var records: [RecordSet]
    }

    /// How many past answers are remembered; resolvers forget sooner.
    private static let editionsMax = 64

    var id: String
    /// In lower case with its last dot.
    var name: String
    var account: String
    var callerReference: String
    var comment: String?
    var nameServers: [String]
    /// What the API shows.
    private(set) var records: [RecordSet]
    private(set) var editions: [Edition]

    init(id: String, name: String, account: String, callerReference: String, at now: Timestamp) {
        (self.id, self.account, self.callerReference) = (id, account, callerReference)
        let zone = RecordSet.normalized(name)
        self.name = zone
        let servers = [("ns-2048", "com"), ("ns-2049", "net"), ("ns-2050", "org"), ("ns-2051", "co.uk")]
            .map { "\($0.0).awsdns-64.\($0.1)." }
        nameServers = servers
        let authority = "\(servers[0]) awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
        records = [
            RecordSet(zone, "NS", servers, ttlSeconds: 172_800), RecordSet(zone, "SOA", [authority], ttlSeconds: 900),
        ]
        editions = [Edition(from: now, records: records)]
    }

    /// Makes `records` what the API shows, and what name servers answer from `time` on.
    mutating func replace(_ records: [RecordSet], answeredFrom time: Timestamp) {
        self.records = records.sorted { $0.order.lexicographicallyPrecedes($1.order) }
        // What was answered for no time at all is in no resolver's memory.
        if editions.last?.from == time { editions.removeLast() }
        editions.append(Edition(from: time, records: self.records))
        if editions.count > Self.editionsMax { editions.removeFirst(editions.count - Self.editionsMax) }
    }

    func contains(_ record: String) -> Bool { record == name || record.hasSuffix("." + name) }
}

/// A batch of changes on its way to the name servers.
struct ChangeInfo: Sendable {
    var id: String
    var submittedAt: Timestamp
    var syncedAt: Timestamp
    var comment: String?

    func write(_ xml: inout XMLWriter, at now: Timestamp) {
        xml.text("Id", "/change/\(id)")
        xml.text("Status", now < syncedAt ? "PENDING" : "INSYNC")
        xml.text("SubmittedAt", submittedAt.rfc3339)
        xml.text("Comment", comment)
    }
}
