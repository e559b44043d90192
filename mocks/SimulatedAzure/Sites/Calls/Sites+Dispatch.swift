import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension AppService {
    /// Answers one call of `Microsoft.Web`.
    mutating func respond(to call: ARMCall) throws(ARMFault) -> Response {
        now = max(now, call.now)
        switch call.address.parts.first {
        case "serverfarms": return try answerPlan(call)
        case "checknameavailability":
            return ARMAnswer.json(["nameAvailable": true, "reason": "", "message": ""])
        case "sites":
            guard call.address.parts.count > 1 else { return try listSites(call) }
            return try answerSite(call)
        default: throw .noRoute(call.address)
        }
    }

    private mutating func answerPlan(_ call: ARMCall) throws(ARMFault) -> Response {
        guard call.address.parts.count == 2 else {
            guard call.method == .get, call.address.parts.count == 1 else { throw .noRoute(call.address) }
            return ARMAnswer.list(plans.filter { $0.group.names(call.address.group ?? $0.group) }.map { json(of: $0) })
        }
        let name = call.address.names[1]
        let index = plans.firstIndex { $0.name.names(name) && $0.group.names(call.address.group ?? "") }
        switch call.method {
        case .get:
            guard let index else { throw .noResource(call.address) }
            return ARMAnswer.json(json(of: plans[index]))
        case .put:
            var plan = Plan(call.body ?? [:], name: name, group: call.address.group ?? "", at: now)
            if let index { (plan.created, plans[index]) = (plans[index].created, plan) } else { plans.append(plan) }
            return ARMAnswer.json(json(of: plan, isWritten: true), tag: now.webTag)
        default: throw .noMethod(call.method)
        }
    }

    private func listSites(_ call: ARMCall) throws(ARMFault) -> Response {
        guard call.method == .get else { throw .noMethod(call.method) }
        let found = sites.filter { $0.group.names(call.address.group ?? $0.group) }
        return ARMAnswer.list(found.map { json(of: $0.slots[0], in: $0) })
    }

    /// A path under `sites/{name}`, with or without a slot.
    private mutating func answerSite(_ call: ARMCall) throws(ARMFault) -> Response {
        let parts = call.address.parts
        let group = call.address.group ?? ""
        let index = sites.firstIndex { $0.name.names(parts[1]) && $0.group.names(group) }
        var rest = Array(parts.dropFirst(2))
        guard let index else {
            guard rest.isEmpty, call.method == .put else { throw .noResource(call.address) }
            return try createSite(call)
        }
        var slot = 0
        if rest.count > 1, rest[0] == "slots" {
            let name = call.address.names[3]
            rest = Array(rest.dropFirst(2))
            if rest.isEmpty, call.method == .put { return try putSlot(call, name: name, of: index) }
            guard let found = sites[index].index(of: name), found > 0 else {
                if rest.isEmpty, call.method == .delete { return ARMAnswer.empty(204) }
                throw .noResource(call.address)
            }
            slot = found
        }
        return try answer(call, rest, at: SlotPlace(site: index, slot: slot))
    }

    /// What is asked of a site or slot.
    private mutating func answer(_ call: ARMCall, _ rest: [String], at place: SlotPlace) throws(ARMFault) -> Response {
        switch (call.method, rest.first, rest.count) {
        case (.get, nil, _):
            let site = sites[place.site]
            return ARMAnswer.json(
                json(of: site.slots[place.slot], in: site),
                tag: site.slots[place.slot].modified.webTag
            )
        case (.get, "slots", 1): return listSlots(call, of: place.site)
        case (.put, nil, _), (.patch, nil, _): return try changeSite(call, at: place)
        case (.delete, nil, _): return try delete(call, at: place)
        case (_, "config", 2...): return try answerConfig(call, Array(rest.dropFirst()), at: place)
        case (.post, "start", 1), (.post, "stop", 1), (.post, "restart", 1):
            return try turn(rest[0], at: place)
        case (.post, "slotsswap", 1): return try swap(call, at: place)
        case (.post, "applyslotconfig", 1): return try applyConfig(call, at: place)
        case (.post, "resetslotconfig", 1): return try resetConfig(at: place)
        case (.post, "slotsdiffs", 1): return try differences(call, at: place)
        case (.get, "operationresults", 2): return try poll(call, call.address.names.last ?? "")
        case (_, "sitecontainers", 1...2): return try answerContainers(call, rest, at: place)
        case (_, nil, _): throw .noMethod(call.method)
        default: return try answerDeployment(call, rest, at: place)
        }
    }

    /// Refuses a write while something else holds the site or slot.
    mutating func admitWrite(at place: SlotPlace, evenPrepared: Bool = false) throws(ARMFault) {
        let site = sites[place.site]
        let slot = site.slots[place.slot]
        if let id = site.operation, let operation = operations[id] { throw .anotherOperation(operation) }
        if let end = site.lockedUntil, now < end { throw .siteLock }
        let planted = failure(release: nil, slot: slot.name) { $0 == .siteLock || $0 == .anotherOperation }
        if planted == .siteLock { throw .siteLock }
        if planted == .anotherOperation {
            let other = SwapOperation(
                id: naming.uuid(),
                site: site.name,
                source: slot.name,
                target: Site.production,
                began: now,
                wasPrepared: false
            )
            throw .anotherOperation(other)
        }
        if !evenPrepared, slot.preparedFor != nil { throw .prepared }
    }

    /// The place of a host name of a site, and of one of its Kudu.
    func place(ofHost host: String) -> SlotPlace? { place { $0.host == host } }
    func place(ofKudu host: String) -> SlotPlace? { place { $0.kuduHost == host } }

    private func place(where isMeant: (Slot) -> Bool) -> SlotPlace? {
        for (site, value) in sites.enumerated() {
            if let slot = value.slots.firstIndex(where: isMeant) { return SlotPlace(site: site, slot: slot) }
        }
        return nil
    }
}

extension Plan {
    /// A plan as it is put.
    fileprivate init(_ body: JSON, name: String, group: String, at now: Timestamp) {
        let tier = body["sku"]?["tier"]?.string ?? "Standard"
        self.init(
            group: group,
            name: name,
            size: body["sku"]?["name"]?.string ?? "S1",
            tier: tier == tier.uppercased() ? tier.capitalized : tier,
            instances: body["sku"]?["capacity"]?.int ?? 1,
            isLinux: body["properties"]?["reserved"]?.bool ?? false,
            created: now
        )
    }
}

extension String {
    /// The text with only its first letter in upper case.
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
