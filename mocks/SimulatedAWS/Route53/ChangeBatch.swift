/// What a `ChangeResourceRecordSetsRequest` asks for.
struct ChangeBatch {
    enum Action: String {
        case create = "CREATE"
        case delete = "DELETE"
        case upsert = "UPSERT"
    }

    struct Change {
        var action: Action
        var record: RecordSet

        /// How Route 53's sentences name it.
        var description: String {
            let identifier = record.setIdentifier ?? "null"
            return "[Action=\(action.rawValue), Name=\(record.name), Type=\(record.type), SetIdentifier=\(identifier)]"
        }
    }

    var comment: String?
    var changes: [Change] = []

    /// Reads and checks everything that can be checked without the zone.
    init(_ body: [UInt8]) throws(ServiceFault) {
        guard let root = XMLReading.root(of: body), root.name == "ChangeResourceRecordSetsRequest",
            let batch = root["ChangeBatch"], let list = batch["Changes"], !list.all("Change").isEmpty
        else { throw ServiceFault("InvalidInput", "Invalid XML ; a ChangeBatch with at least one Change is expected") }
        comment = batch["Comment"]?.text
        for element in list.all("Change") {
            let text = element["Action"]?.text ?? ""
            guard let action = Action(rawValue: text), let record = element["ResourceRecordSet"] else {
                throw ServiceFault(
                    "InvalidInput",
                    "Invalid XML ; cvc-enumeration-valid: Value '\(text)' is not facet-valid with respect to "
                        + "enumeration '[CREATE, DELETE, UPSERT]'. It must be a value from the enumeration."
                )
            }
            let change = Change(action: action, record: try RecordSet(record))
            try check(change)
            changes.append(change)
        }
        guard changes.count <= 1000 else {
            throw ServiceFault("InvalidChangeBatch", "[Number of records limit of 1000 exceeded.]")
        }
    }

    private func check(_ change: Change) throws(ServiceFault) {
        let record = change.record
        let ways = record.other.filter { RecordSet.routing.contains($0.name) }.count + (record.weight == nil ? 0 : 1)
        if record.setIdentifier == nil, ways > 0 {
            throw ServiceFault(
                "InvalidInput",
                "Invalid request: Missing field 'SetIdentifier' in Change with \(change.description)"
            )
        }
        if record.setIdentifier != nil, ways != 1 {
            throw ServiceFault(
                "InvalidInput",
                "Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, "
                    + "CidrRoutingConfig, GeoProximityLocation], but found \(ways == 0 ? "none" : "more than one") in "
                    + "Change with \(change.description)"
            )
        }
        let hasValues = record.ttlSeconds != nil && !record.values.isEmpty
        let isHalf = (record.ttlSeconds != nil) != !record.values.isEmpty
        let contents = (record.alias == nil ? 0 : 1) + (hasValues ? 1 : 0)
        guard contents == 1, !isHalf else {
            throw ServiceFault(
                "InvalidInput",
                "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
                    + "TrafficPolicyInstanceId], but found \(contents == 0 ? "none" : "more than one") in Change with "
                    + change.description
            )
        }
    }
}

extension HostedZone {
    /// The records after a batch, which is done as a whole or not at all; says every reason at once.
    func applying(_ batch: ChangeBatch) throws(ServiceFault) -> [RecordSet] {
        var after = records
        var problems: [String] = []
        for (index, change) in batch.changes.enumerated() {
            let isRepeated = batch.changes[..<index].contains {
                $0.record.isSame(as: change.record) && $0.action == change.action
            }
            if isRepeated {
                problems.append(
                    "The request contains an invalid set of changes for a resource record set "
                        + "'\(change.record.type) \(change.record.name)'"
                )
                continue
            }
            if let problem = apply(change, to: &after) { problems.append(problem) }
        }
        for change in batch.changes where change.action != .delete {
            if let problem = conflict(of: change.record, in: after), !problems.contains(problem) {
                problems.append(problem)
            }
        }
        if !["NS", "SOA"].allSatisfy({ type in after.contains { $0.name == name && $0.type == type } }) {
            problems.append(
                "A HostedZone must contain exactly one SOA record and at least one NS record for the zone itself."
            )
        }
        guard problems.isEmpty else {
            throw ServiceFault("InvalidChangeBatch", "[\(problems.joined(separator: ", "))]")
        }
        return after
    }

    private func apply(_ change: ChangeBatch.Change, to records: inout [RecordSet]) -> String? {
        let record = change.record
        let identifier = record.setIdentifier.map { ", set identifier='\($0)'" } ?? ""
        let title = "[name='\(record.name)', type='\(record.type)'\(identifier)]"
        let index = records.firstIndex { $0.isSame(as: record) }
        switch (change.action, index) {
        case (.create, nil), (.upsert, nil): records.append(record)
        case (.create, _?): return "Tried to create resource record set \(title) but it already exists"
        case (.upsert, let index?): records[index] = record
        case (.delete, nil): return "Tried to delete resource record set \(title) but it was not found"
        case (.delete, let index?):
            guard records[index] == record else {
                return "Tried to delete resource record set \(title) but the values provided do not match the current "
                    + "values"
            }
            records.remove(at: index)
        }
        return nil
    }

    private func conflict(of record: RecordSet, in records: [RecordSet]) -> String? {
        guard contains(record.name) else {
            return "RRSet with DNS name \(record.name) is not permitted in zone \(name)"
        }
        let start = "RRSet of type \(record.type) with DNS name \(record.name) is not permitted"
        if record.type == "CNAME", record.name == name { return "\(start) at apex in zone \(name)" }
        let named = records.filter { $0.name == record.name && !$0.isSame(as: record) }
        if record.type == "CNAME", named.contains(where: { $0.type != "CNAME" }) {
            return "\(start) as it conflicts with other records with the same DNS name in zone \(name)"
        }
        if record.type != "CNAME", named.contains(where: { $0.type == "CNAME" }) {
            return "\(start) because a conflicting RRSet of type CNAME with the same DNS name already exists in zone "
                + name
        }
        let routing = record.routingPolicy
        guard let other = named.first(where: { $0.type == record.type && $0.routingPolicy != routing }) else {
            return nil
        }
        return "RRSet with DNS name \(record.name), type \(record.type), SetIdentifier "
            + "\(record.setIdentifier ?? "null") cannot be created because a \(other.routingPolicy) RRSet with the "
            + "same name and type already exists"
    }
}

extension RecordSet {
    /// By what Route 53 chooses among the sets of this name and type.
    var routingPolicy: String {
        if weight != nil { return "weighted" }
        return other.first { Self.routing.contains($0.name) }?.name ?? "simple"
    }
}
