import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension SimulatedRoute53 {
    func listZones(_ request: ServiceRequest, _ query: QueryParameters) throws(ServiceFault) -> Response {
        let itemsMax = try itemsMax(query, limit: 100)
        let all = zones.filter { $0.account == request.account }.sorted { $0.id < $1.id }
        let rest = all.filter { $0.id >= (query["marker"] ?? "") }
        let page = rest.prefix(itemsMax)
        return reply("ListHostedZonesResponse") { xml in
            xml.list("HostedZones", of: Array(page), each: "HostedZone") { write($1, &$0) }
            xml.text("Marker", query.text("marker"))
            xml.flag("IsTruncated", page.count < rest.count)
            if page.count < rest.count { xml.text("NextMarker", rest[page.endIndex].id) }
            xml.number("MaxItems", itemsMax)
        }
    }

    func listZonesByName(_ request: ServiceRequest, _ query: QueryParameters) throws(ServiceFault) -> Response {
        let itemsMax = try itemsMax(query, limit: 100)
        let start = query.text("dnsname").map { order(RecordSet.normalized($0)) } ?? ""
        let id = query.text("hostedzoneid") ?? ""
        let all = zones.filter { $0.account == request.account }
        let sorted = all.sorted { (order($0.name), $0.id) < (order($1.name), $1.id) }
        let rest = sorted.filter { (order($0.name), $0.id) >= (start, id) }
        let page = rest.prefix(itemsMax)
        return reply("ListHostedZonesByNameResponse") { xml in
            xml.list("HostedZones", of: Array(page), each: "HostedZone") { write($1, &$0) }
            xml.text("DNSName", query.text("dnsname"))
            xml.text("HostedZoneId", query.text("hostedzoneid"))
            xml.flag("IsTruncated", page.count < rest.count)
            if page.count < rest.count {
                xml.text("NextDNSName", rest[page.endIndex].name)
                xml.text("NextHostedZoneId", rest[page.endIndex].id)
            }
            xml.number("MaxItems", itemsMax)
        }
    }

    private func order(_ name: String) -> String { name.split(separator: ".").reversed().joined(separator: "\u{0}") }

    func getZone(_ id: String, _ request: ServiceRequest) throws(ServiceFault) -> Response {
        let zone = try visibleZone(id, request)
        return reply("GetHostedZoneResponse") { xml in
            xml.element("HostedZone") { write(zone, &$0) }
            writeDelegation(zone, &xml)
        }
    }

    mutating func createZone(_ request: ServiceRequest) throws(ServiceFault) -> Response {
        guard let root = XMLReading.root(of: request.body), root.name == "CreateHostedZoneRequest",
            let name = root["Name"]?.text, let reference = root["CallerReference"]?.text, !reference.isEmpty
        else { throw ServiceFault("InvalidInput", "Invalid XML ; Name and CallerReference are expected") }
        guard name.contains("."), name.allSatisfy({ $0.isASCII && !$0.isWhitespace }), name.count <= 255 else {
            throw ServiceFault("InvalidDomainName", "The domain name is not valid: \(name)")
        }
        guard !zones.contains(where: { $0.account == request.account && $0.callerReference == reference }) else {
            throw ServiceFault(
                "HostedZoneAlreadyExists",
                "A hosted zone has already been created with the specified caller reference.",
                status: 409
            )
        }
        let id = addZone(name, account: request.account, at: request.now)
        guard let index = zones.firstIndex(where: { $0.id == id }) else { throw ServiceFault("InternalFailure", "") }
        zones[index].callerReference = reference
        zones[index].comment = root["HostedZoneConfig"]?["Comment"]?.text
        let zone = zones[index]
        let synced = request.now + propagationTakes
        let change = ChangeInfo(id: identifier("C", id), submittedAt: request.now, syncedAt: synced)
        changes.append(change)
        var response = reply("CreateHostedZoneResponse", status: 201) { xml in
            xml.element("HostedZone") { write(zone, &$0) }
            xml.element("ChangeInfo") { change.write(&$0, at: request.now) }
            writeDelegation(zone, &xml)
        }
        response.headers[.location] = "https://route53.amazonaws.com/2013-04-01/hostedzone/\(id)"
        return response
    }

    private func write(_ zone: HostedZone, _ xml: inout XMLWriter) {
        xml.text("Id", "/hostedzone/\(zone.id)")
        xml.text("Name", zone.name)
        xml.text("CallerReference", zone.callerReference)
        xml.element("Config") { xml in
            xml.text("Comment", zone.comment)
            xml.flag("PrivateZone", false)
        }
        xml.number("ResourceRecordSetCount", zone.records.count)
    }

    private func writeDelegation(_ zone: HostedZone, _ xml: inout XMLWriter) {
        xml.element("DelegationSet") { xml in
            xml.list("NameServers", of: zone.nameServers.map { String($0.dropLast()) }, each: "NameServer") {
                $0.escape($1)
            }
        }
    }

    /// The records from a name, type and identifier on.
    func listRecords(
        _ id: String,
        _ request: ServiceRequest,
        _ query: QueryParameters
    ) throws(ServiceFault) -> Response {
        let zone = try visibleZone(id, request)
        let itemsMax = try itemsMax(query, limit: 300)
        let (name, type, identifier) = (query.text("name"), query.text("type"), query.text("identifier"))
        guard name != nil || type == nil, type != nil || identifier == nil else {
            throw ServiceFault("InvalidInput", "A type needs a name to start from, and an identifier needs a type")
        }
        var start = RecordSet(name ?? "", type ?? "", [])
        start.setIdentifier = identifier
        let order = name == nil ? [] : start.order
        let rest = zone.records.filter { !$0.order.lexicographicallyPrecedes(order) }
        let page = rest.prefix(itemsMax)
        return reply("ListResourceRecordSetsResponse") { xml in
            xml.list("ResourceRecordSets", of: Array(page), each: "ResourceRecordSet") { $1.write(&$0) }
            xml.flag("IsTruncated", page.count < rest.count)
            if page.count < rest.count {
                let next = rest[page.endIndex]
                xml.text("NextRecordName", next.name)
                xml.text("NextRecordType", next.type)
                xml.text("NextRecordIdentifier", next.setIdentifier)
            }
            xml.number("MaxItems", itemsMax)
        }
    }
}
