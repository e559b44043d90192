public import SlipwayBase

/// One of the answers that a name has, and how often it is given.
public struct RecordShare: Hashable, Sendable {
    /// The identifier of its record set; nil for a simple one.
    public var setIdentifier: String?
    /// The values, or the name that an alias stands for.
    public var values: [String]
    /// Its weight; nil when the set is not weighted.
    public var weight: Int?
    /// Its part of the answers, from 0 to 1.
    public var share: Double
    /// How long resolvers keep it.
    public var ttlSeconds: Int
}

/// Answers of the past that some resolvers may still hold.
public struct CachedAnswers: Hashable, Sendable {
    /// When the last of them is forgotten, by resolvers that keep to the TTL.
    public var until: Timestamp
    /// The answers.
    public var shares: [RecordShare]
}

extension SimulatedRoute53 {
    /// What the name servers answer for a name at a moment; a change counts once it is `INSYNC`.
    ///
    /// Weights of zero are answered only when all are, then evenly. Without `type`, CNAME, A and AAAA are looked for.
    public func shares(of name: String, type: String? = nil, at now: Timestamp) -> [RecordShare] {
        guard let edition = zone(of: name)?.editions.last(where: { $0.from <= now }) else { return [] }
        return shares(of: name, type, in: edition.records)
    }

    /// What resolvers may hold from before the latest changes, newest first; empty when all of it is forgotten.
    public func cached(of name: String, type: String? = nil, at now: Timestamp) -> [CachedAnswers] {
        let past = zone(of: name)?.editions.filter { $0.from <= now } ?? []
        let current = past.last.map { shares(of: name, type, in: $0.records) }
        return zip(past, past.dropFirst()).reversed().compactMap { edition, next in
            let shares = shares(of: name, type, in: edition.records)
            let until = next.from + .seconds(shares.map(\.ttlSeconds).max() ?? 0)
            return now < until && shares != current ? CachedAnswers(until: until, shares: shares) : nil
        }
    }

    private func zone(of name: String) -> HostedZone? {
        let name = RecordSet.normalized(name)
        return zones.filter { $0.contains(name) }.max { $0.name.utf8.count < $1.name.utf8.count }
    }

    private func shares(of name: String, _ type: String?, in records: [RecordSet]) -> [RecordShare] {
        let name = RecordSet.normalized(name)
        let types = type.map { [$0] } ?? ["CNAME", "A", "AAAA"]
        let named = records.filter { $0.name == name }
        let found = types.map { type in named.filter { $0.type == type } }.first { !$0.isEmpty } ?? []
        let total = found.reduce(0) { $0 + ($1.weight ?? 0) }
        return found.map { record in
            RecordShare(
                setIdentifier: record.setIdentifier,
                values: record.alias.map { [$0.dnsName] } ?? record.values,
                weight: record.weight,
                share: total == 0 ? 1 / Double(found.count) : Double(record.weight ?? 0) / Double(total),
                ttlSeconds: record.ttlSeconds ?? aliasTTLSeconds
            )
        }
    }
}
