public import SlipwayBase
import SlipwaySigning

/// Route 53 as far as releases need it: hosted zones, record sets with weights, and changes that take their time.
///
/// Not there: health checks, traffic policies, private zones; routing other than by weight is kept and not evaluated.
public struct SimulatedRoute53: Sendable {
    /// How long a change is `PENDING` before the name servers answer by it.
    public var propagationTakes: Duration = .seconds(30)
    /// How long resolvers keep the answer of an alias, which has no TTL of its own.
    public var aliasTTLSeconds = 60

    var zones: [HostedZone] = []
    var changes: [ChangeInfo] = []
    private var made = 0

    /// No zones.
    public init() {}

    /// Adds a hosted zone with its NS and SOA records, and gives its id: the one given, or one such as `Z0A1…`.
    @discardableResult
    public mutating func addZone(
        _ name: String,
        id: String? = nil,
        account: String,
        at now: Timestamp
    ) -> String {
        let id = id ?? identifier("Z", name)
        zones.append(HostedZone(id: id, name: name, account: account, callerReference: id, at: now))
        return id
    }

    /// Puts a record set into a zone as somebody else would have done long ago: name servers answer by it at once.
    public mutating func put(_ record: RecordSet, in zoneID: String, at now: Timestamp) {
        guard let index = zones.firstIndex(where: { $0.id == zoneID }) else { return }
        let records = zones[index].records.filter { !$0.isSame(as: record) } + [record]
        zones[index].replace(records, answeredFrom: now)
    }

    /// The record sets of a zone as the API shows them.
    public func records(in zoneID: String) -> [RecordSet] { zone(zoneID)?.records ?? [] }

    /// When a change will have got through to the name servers; nil when none is on its way.
    public func nextChange(after now: Timestamp) -> Timestamp? { changes.map(\.syncedAt).filter { $0 > now }.min() }

    func zone(_ id: String) -> HostedZone? { zones.first { $0.id == id } }

    /// An id in Route 53's form, derived from what it names.
    mutating func identifier(_ prefix: String, _ name: String) -> String {
        made += 1
        return prefix + SHA256.hexDigest(of: "\(prefix)\(name)#\(made)").prefix(20).uppercased()
    }
}
