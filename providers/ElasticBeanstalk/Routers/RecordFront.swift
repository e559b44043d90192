import SlipwayAWS
import SlipwayBase
import SlipwayModel

/// Weighted records of one name in Route 53, one for each environment. Approximated: resolvers keep answers.
struct RecordFront: Front {
    let client: RestClient
    let zone: String
    let name: String
    /// Every weighted record of the name, of whatever type, in the zone's order.
    let records: [RecordSet]
    let stable: Environment
    let candidate: Environment?

    var words: String { "the records of \(name)" }

    private func mine(_ environment: Environment?) -> [RecordSet] {
        guard let environment else { return [] }
        let names = [environment.cname, environment.endpoint].compactMap { $0 }.map(Self.plain)
        return records.filter { record in record.values.contains { names.contains(Self.plain($0)) } }
    }

    private static func plain(_ name: String) -> String {
        var name = name.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if name.hasPrefix("dualstack.") { name.removeFirst("dualstack.".count) }
        return name
    }

    var shares: Shares { Shares(stable: mine(stable).first?.weight, candidate: mine(candidate).first?.weight) }

    var remembered: JSON {
        .array(
            records.map {
                ["type": .string($0.type), "id": .string($0.identifier ?? ""), "weight": JSON($0.weight ?? 0)]
            }
        )
    }

    var trouble: Fidelity? {
        let instead = "one weighted record for each environment, with its CNAME as the value"
        guard let candidate else {
            return .impossible(
                why: "the canary environment is not there, so that \(name) has no record for it",
                instead: "an environment that was made once, with a weighted record"
            )
        }
        for environment in [stable, candidate] where mine(environment).isEmpty {
            return .impossible(why: "\(name) has no weighted record for \(environment.name)", instead: instead)
        }
        let types = [stable, candidate].map { Set(mine($0).map(\.type)) }
        guard types[0] == types[1] else {
            return .impossible(why: "the records of \(name) have different types", instead: instead)
        }
        let known = mine(stable) + mine(candidate)
        guard records.allSatisfy({ known.contains($0) || $0.weight == 0 }) else {
            return .impossible(why: "\(name) has weighted records for others too", instead: instead)
        }
        return nil
    }

    func set(percent: Int) async throws(AWSFailure) -> String? {
        try await write(
            mine(stable).map { $0.weighing(100 - percent) } + mine(candidate).map { $0.weighing(percent) }
        )
    }

    func restore(_ remembered: JSON) async throws(AWSFailure) -> String? {
        let former = remembered.array ?? []
        return try await write(
            records.compactMap { record in
                let same = former.first {
                    $0["type"]?.string == record.type && $0["id"]?.string == record.identifier ?? ""
                }
                return same?["weight"]?.int.map { record.weighing($0) }
            }
        )
    }

    private func write(_ wanted: [RecordSet]) async throws(AWSFailure) -> String? {
        let call = Route53Calls.upsert(wanted, zone: zone, comment: "weights by slipway")
        return try DNSChange(try await client.send(call), of: call.action).id
    }

    func missing(forCandidate isCandidate: Bool) async throws(ProviderFailure) -> Missing? {
        guard let environment = isCandidate ? candidate : stable else { return .time("it is not there") }
        return environment.isReady ? nil : .time("\(environment.name) \(environment.status.words)")
    }

    func isEverywhere(_ change: String) async throws(ProviderFailure) -> Bool {
        let call = Route53Calls.getChange(change)
        do throws(AWSFailure) { return try DNSChange(try await client.send(call), of: call.action).isInSync } catch {
            // A change that is forgotten was long ago.
            if error.kind == .absent { return true }
            throw ProviderFailure(error)
        }
    }
}

extension RecordFront {
    static func read(
        zone: String,
        name: String,
        _ stable: Environment,
        _ candidate: Environment?,
        _ cloud: Cloud
    ) async throws(ProviderFailure) -> RecordFront {
        let client = cloud.clients.route53
        var records: [RecordSet] = []
        var cursor: RecordCursor? = RecordCursor(name)
        do throws(AWSFailure) {
            for _ in 0..<Cloud.pagesMax {
                guard let start = cursor else { break }
                let page = try RecordPage(
                    try await client.send(Route53Calls.listResourceRecordSets(zone: zone, from: start))
                )
                records += page.records.filter { $0.isNamed(name) }
                cursor = page.records.allSatisfy { $0.isNamed(name) } ? page.next : nil
            }
        } catch { throw ProviderFailure(error) }
        let weighted = records.filter { $0.weight != nil && ["A", "AAAA", "CNAME"].contains($0.type) }
        return RecordFront(
            client: client,
            zone: zone,
            name: name,
            records: weighted,
            stable: stable,
            candidate: candidate
        )
    }
}
