import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// The containers of a site that has several.
extension AppService {
    mutating func answerContainers(_ call: ARMCall, _ rest: [String], at place: SlotPlace) throws(ARMFault) -> Response
    {
        let site = sites[place.site]
        let slot = site.slots[place.slot]
        guard rest.count == 2 else {
            guard call.method == .get else { throw .noMethod(call.method) }
            return ARMAnswer.list(slot.containers.members.map { container($0.key, $0.value, slot, site) })
        }
        let name = call.address.names.last ?? ""
        switch call.method {
        case .get:
            guard let found = slot.containers[name] else { throw .noResource(call.address) }
            return ARMAnswer.json(container(name, found, slot, site))
        case .put:
            try admitWrite(at: place)
            guard call.properties["image"]?.string != nil else { throw .missingParameter("image") }
            let isNew = slot.containers[name] == nil
            let kept = slot.containers[name]?["properties"]
            let value: JSON = ["properties": call.properties]
            sites[place.site].slots[place.slot].containers[name] = value
            sites[place.site].slots[place.slot].modified = now
            if kept != call.properties { restart(place) }
            return ARMAnswer.json(container(name, value, slot, site), status: isNew ? 201 : 200)
        case .delete:
            try admitWrite(at: place)
            guard slot.containers[name] != nil else { return ARMAnswer.empty(204) }
            sites[place.site].slots[place.slot].containers[name] = nil
            restart(place)
            return ARMAnswer.empty()
        default: throw .noMethod(call.method)
        }
    }

    private func container(_ name: String, _ value: JSON, _ slot: Slot, _ site: Site) -> JSON {
        var properties: JSON = [
            "image": .null, "targetPort": .null, "isMain": false, "startUpCommand": .null, "authType": "Anonymous",
            "userName": .null, "passwordSecret": .null, "userManagedIdentityClientId": .null,
            "createdTime": .string(site.created.zoneless), "lastModifiedTime": .string(slot.modified.zoneless),
            "volumeMounts": .null, "environmentVariables": .null,
        ]
        for (key, member) in (value["properties"]?.object ?? [:]).members { properties[key] = member }
        // A secret that was written does not come back.
        properties["passwordSecret"] = .null
        return [
            "id": .string("\(id(of: slot, in: site))/sitecontainers/\(name)"), "name": .string(name),
            "type": .string("Microsoft.Web/sites\(slot.isProduction ? "" : "/slots")/sitecontainers"),
            "properties": properties,
        ]
    }
}
