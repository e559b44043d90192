import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension SimulatedRoute53 {
    static let namespace = "https://route53.amazonaws.com/doc/2013-04-01/"

    /// Answers one request as Route 53 would.
    mutating func respond(to request: ServiceRequest) -> Response {
        do throws(ServiceFault) {
            return try answer(request)
        } catch {
            return error.queryResponse(namespace: Self.namespace, requestID: request.requestID)
        }
    }

    private mutating func answer(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        guard let target = RequestTarget(request.request.target) else {
            throw ServiceFault("InvalidInput", "The path cannot be decoded")
        }
        let path = target.path.split(separator: "/").map { String($0) }
        guard path.first == "2013-04-01" else { throw unknown(request) }
        switch (request.request.method, path.dropFirst().first, path.count) {
        case (.get, "hostedzone", 2): return try listZones(request, target.query)
        case (.post, "hostedzone", 2): return try createZone(request)
        case (.get, "hostedzone", 3): return try getZone(path[2], request)
        case (.get, "hostedzone", 4) where path[3] == "rrset": return try listRecords(path[2], request, target.query)
        case (.post, "hostedzone", 4) where path[3] == "rrset": return try changeRecords(path[2], request)
        case (.get, "hostedzonesbyname", 2): return try listZonesByName(request, target.query)
        case (.get, "change", 3): return try getChange(path[2], request)
        default: throw unknown(request)
        }
    }

    private func unknown(_ request: ServiceRequest) -> ServiceFault {
        ServiceFault(
            "InvalidAction",
            "The simulated Route 53 does not do \(request.request.method.rawValue) \(request.request.target)",
            status: 404
        )
    }

    /// A document in Route 53's namespace.
    func reply(
        _ name: String,
        status: Int = 200,
        _ content: (inout XMLWriter) -> Void
    ) -> Response {
        var xml = XMLWriter()
        xml.named(name, "xmlns=\"\(Self.namespace)\"", content)
        let declaration = "<?xml version=\"1.0\"?>\n"
        return Response(status: status, headers: .xml, body: declaration.utf8 + xml.bytes)
    }

    func visibleZone(_ id: String, _ request: ServiceRequest) throws(ServiceFault) -> HostedZone {
        guard let zone = zone(id) else {
            throw ServiceFault("NoSuchHostedZone", "No hosted zone found with ID: \(id)", status: 404)
        }
        guard zone.account == request.account else {
            throw ServiceFault("AccessDenied", "Access to hosted zone \(id) is denied", status: 403)
        }
        return zone
    }

    func itemsMax(_ query: QueryParameters, limit: Int) throws(ServiceFault) -> Int {
        guard let text = query.text("maxitems") else { return limit }
        guard let number = Int(text), number > 0 else {
            throw ServiceFault("InvalidInput", "The value of maxitems is not valid: \(text)")
        }
        return min(number, limit)
    }

    mutating func changeRecords(_ id: String, _ request: ServiceRequest) throws(ServiceFault) -> Response {
        let zone = try visibleZone(id, request)
        let batch = try ChangeBatch(request.body)
        let records = try zone.applying(batch)
        let change = ChangeInfo(
            id: identifier("C", id),
            submittedAt: request.now,
            syncedAt: request.now + propagationTakes,
            comment: batch.comment
        )
        if let index = zones.firstIndex(where: { $0.id == id }) {
            zones[index].replace(records, answeredFrom: change.syncedAt)
        }
        changes.append(change)
        return reply("ChangeResourceRecordSetsResponse") { xml in
            xml.element("ChangeInfo") { change.write(&$0, at: request.now) }
        }
    }

    private func getChange(_ id: String, _ request: ServiceRequest) throws(ServiceFault) -> Response {
        guard let change = changes.first(where: { $0.id == id }) else {
            throw ServiceFault("NoSuchChange", "A change with the specified change ID does not exist.", status: 404)
        }
        return reply("GetChangeResponse") { xml in
            xml.element("ChangeInfo") { change.write(&$0, at: request.now) }
        }
    }
}
