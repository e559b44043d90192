internal import SlipwayBase

/// Calls of Route 53, which is signed for region `us-east-1` whatever the target's region.
public enum Route53Calls {
    /// The namespace of its documents.
    public static let namespace = "https://route53.amazonaws.com/doc/2013-04-01/"
    private static let root = "/2013-04-01"

    /// One page of a zone's records, from `name` on in the service's own order.
    public static func listResourceRecordSets(zone: String, from start: RecordCursor) -> RestCall {
        var query = "name=\(start.name.percentEncoded())"
        if let type = start.type { query += "&type=\(type.percentEncoded())" }
        if let identifier = start.identifier { query += "&identifier=\(identifier.percentEncoded())" }
        return RestCall(
            "ListResourceRecordSets",
            "\(root)/hostedzone/\(identifierPart(zone))/rrset?maxitems=100&\(query)"
        )
    }

    /// Puts these records into a zone, each in place of the one with the same name, type and identifier.
    ///
    /// It writes an end state, so that sending it twice is as good as sending it once.
    public static func upsert(_ records: [RecordSet], zone: String, comment: String) -> RestCall {
        let changes = records.map { record in
            XMLNode("Change", children: [XMLNode("Action", text: "UPSERT"), record.node])
        }
        let batch = XMLNode(
            "ChangeBatch",
            children: [XMLNode("Comment", text: comment), XMLNode("Changes", children: changes)]
        )
        return RestCall(
            "ChangeResourceRecordSets",
            "\(root)/hostedzone/\(identifierPart(zone))/rrset/",
            body: XMLNode("ChangeResourceRecordSetsRequest", children: [batch])
        )
    }

    /// How far a change has come.
    public static func getChange(_ id: String) -> RestCall {
        RestCall("GetChange", "\(root)/change/\(identifierPart(id))")
    }

    /// `Z123` of `/hostedzone/Z123`: answers have the one form, paths want the other.
    private static func identifierPart(_ id: String) -> String {
        String(id.split(separator: "/").last ?? "").percentEncoded()
    }
}

/// Where a page of records begins.
public struct RecordCursor: Hashable, Sendable {
    /// The name of the first record.
    public var name: String
    /// Its type; nil for the first one.
    public var type: String?
    /// Its set identifier; nil for the first one.
    public var identifier: String?

    /// Begins at `name`.
    public init(_ name: String, type: String? = nil, identifier: String? = nil) {
        (self.name, self.type, self.identifier) = (name, type, identifier)
    }
}

/// One page of a zone's records.
public struct RecordPage: Hashable, Sendable {
    /// The records in the service's order.
    public var records: [RecordSet]
    /// Where the next page begins; nil on the last one.
    public var next: RecordCursor?

    /// Reads the answer to `ListResourceRecordSets`.
    public init(_ reply: AWSReply) throws(AWSFailure) {
        let call = "ListResourceRecordSets"
        records = []
        for node in reply.result.members("ResourceRecordSets") { records.append(try RecordSet(node)) }
        guard reply.result.flag("IsTruncated") else { return }
        next = RecordCursor(
            try reply.result.required("NextRecordName", of: call),
            type: reply.result.text("NextRecordType"),
            identifier: reply.result.text("NextRecordIdentifier")
        )
    }
}

/// A change of a zone on its way to the name servers.
public struct DNSChange: Hashable, Sendable {
    /// Its id, such as `/change/C123`.
    public var id: String
    /// Whether every name server has it.
    public var isInSync: Bool

    /// Reads the answer to `ChangeResourceRecordSets` or `GetChange`.
    public init(_ reply: AWSReply, of call: String) throws(AWSFailure) {
        let info = reply.result["ChangeInfo"] ?? XMLNode("ChangeInfo")
        id = try info.required("Id", of: call).printable(max: 100)
        isInSync = info.text("Status")?.uppercased() == "INSYNC"
    }
}
