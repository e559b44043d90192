import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// Profiles, groups and origins of Front Door.
extension AzureWorld {
    /// Answers one call of `Microsoft.Cdn`.
    mutating func answerFrontDoor(_ call: ARMCall) throws(ARMFault) -> Response {
        let parts = call.address.parts
        if parts.first == "operationresults", parts.count == 2 { return try change(call) }
        guard parts.first == "profiles", parts.count > 1 else { throw .noRoute(call.address) }
        let index = fronts.doors.firstIndex { door in
            door.seed.profile.names(parts[1]) && door.seed.group.names(call.address.group ?? "")
        }
        guard let index else { throw .noResource(call.address) }
        let door = fronts.doors[index]
        if parts.count == 2 {
            guard call.method == .get else { throw .noMethod(call.method) }
            return ARMAnswer.json(profileJSON(door))
        }
        guard parts[2] == "origingroups" else { throw .noRoute(call.address) }
        guard parts.count > 3 else { return ARMAnswer.json(["value": [groupJSON(door)]]) }
        guard door.seed.originGroup.names(parts[3]) else { throw .noResource(call.address) }
        switch (call.method, parts.count) {
        case (.get, 4): return ARMAnswer.json(groupJSON(door))
        case (.get, 5) where parts[4] == "origins":
            return ARMAnswer.json(["value": .array(door.seed.origins.map { originJSON($0, door) })])
        case (_, 6) where parts[4] == "origins":
            guard let leg = door.seed.origins.firstIndex(where: { $0.name.names(parts[5]) }) else {
                throw .noResource(call.address)
            }
            if call.method == .get { return ARMAnswer.json(originJSON(door.seed.origins[leg], door)) }
            guard call.method == .patch else { throw .noMethod(call.method) }
            return try changeOrigin(leg, of: index, call)
        default: throw .noRoute(call.address)
        }
    }

    /// How a change stands; an error without one is told as `None`.
    private func change(_ call: ARMCall) throws(ARMFault) -> Response {
        let found = fronts.doors.flatMap(\.changes).first { $0.id.names(call.address.names[1]) }
        guard let found else { throw .noResource(call.address) }
        let isDone = now >= found.accepted
        var response = ARMAnswer.json(
            [
                "name": .string(found.id), "status": isDone ? "Succeeded" : "InProgress",
                "startTime": .string(found.began.rfc3339), "error": ["code": "None", "message": .null],
            ]
        )
        if !isDone { response.headers[.retryAfter] = "5" }
        return response
    }

    private mutating func changeOrigin(_ leg: Int, of index: Int, _ call: ARMCall) throws(ARMFault) -> Response {
        let wanted = try Self.changed(
            fronts.doors[index].seed.origins[leg],
            by: call.properties,
            enabled: "enabledState"
        )
        fronts.doors[index].seed.origins[leg] = wanted
        // Changes wait for one another.
        let begin = max(now, fronts.doors[index].changes.last?.accepted ?? now)
        let accepted = begin + timings.frontDoorUpdate
        let change = Fronts.Change(
            id: naming.uuid(),
            began: now,
            accepted: accepted,
            effective: accepted + timings.frontDoorPropagation,
            profile: fronts.doors[index].seed.profile,
            origin: wanted.name
        )
        fronts.doors[index].changes.append(change)
        fronts.doors[index].coming.append((change.effective, fronts.doors[index].seed.origins))
        var response = ARMAnswer.json(originJSON(wanted, fronts.doors[index]), status: 202)
        let address =
            "\(call.origin)/subscriptions/\(home.subscription)/resourcegroups/\(fronts.doors[index].seed.group)"
            + "/providers/Microsoft.Cdn/operationresults/\(change.id)?api-version=\(call.version)"
        if let name = HTTPField.Name("Azure-AsyncOperation") { response.headers[name] = address }
        response.headers[.retryAfter] = "5"
        return response
    }

    /// A leg with what was written of it.
    static func changed(_ leg: Seed.Leg, by properties: JSON, enabled key: String) throws(ARMFault) -> Seed.Leg {
        var changed = leg
        if let weight = properties["weight"] {
            guard let weight = weight.int, (1...1000).contains(weight) else {
                throw ARMFault(400, "BadRequest", "The weight must be between 1 and 1000.", isGateway: false)
            }
            changed.weight = weight
        }
        if let state = properties[key]?.string { changed.isEnabled = state == "Enabled" }
        return changed
    }

    private func doorID(_ door: Fronts.Door) -> String {
        "/subscriptions/\(home.subscription)/resourcegroups/\(door.seed.group)/providers/Microsoft.Cdn/profiles/"
            + door.seed.profile
    }

    private func profileJSON(_ door: Fronts.Door) -> JSON {
        [
            "id": .string(doorID(door)), "type": "Microsoft.Cdn/profiles", "name": .string(door.seed.profile),
            "location": "Global", "kind": "frontdoor", "tags": [:], "sku": ["name": "Standard_AzureFrontDoor"],
            "properties": [
                "originResponseTimeoutSeconds": 60, "provisioningState": "Succeeded", "resourceState": "Active",
                "frontDoorId": "77777777-7777-7777-7777-777777777777", "extendedProperties": [:],
            ],
        ]
    }

    private func groupJSON(_ door: Fronts.Door) -> JSON {
        [
            "id": .string("\(doorID(door))/origingroups/\(door.seed.originGroup)"),
            "type": "Microsoft.Cdn/profiles/origingroups", "name": .string(door.seed.originGroup),
            "properties": [
                "loadBalancingSettings": [
                    "sampleSize": 4, "successfulSamplesRequired": 3,
                    "additionalLatencyInMilliseconds": JSON(door.seed.additionalLatencyMilliseconds),
                ],
                "healthProbeSettings": [
                    "probePath": "/", "probeRequestType": "HEAD", "probeProtocol": "Https",
                    "probeIntervalInSeconds": 100,
                ], "trafficRestorationTimeToHealedOrNewEndpointsInMinutes": .null,
                "sessionAffinityState": door.seed.hasAffinity ? "Enabled" : "Disabled",
                "provisioningState": "Succeeded", "deploymentStatus": "NotStarted",
            ],
        ]
    }

    private func originJSON(_ leg: Seed.Leg, _ door: Fronts.Door) -> JSON {
        let isBusy = door.changes.contains { $0.origin == leg.name && now < $0.accepted }
        let host = JSON.string(host(of: leg.backend))
        return [
            "id": .string("\(doorID(door))/origingroups/\(door.seed.originGroup)/origins/\(leg.name)"),
            "type": "Microsoft.Cdn/profiles/origingroups/origins", "name": .string(leg.name),
            "properties": [
                "originGroupName": .string(door.seed.originGroup), "hostName": host, "httpPort": 80, "httpsPort": 443,
                "originHostHeader": host, "priority": 1, "weight": JSON(leg.weight),
                "enabledState": leg.isEnabled ? "Enabled" : "Disabled", "sharedPrivateLinkResource": .null,
                "enforceCertificateNameCheck": true, "provisioningState": isBusy ? "Updating" : "Succeeded",
                "deploymentStatus": "NotStarted",
            ],
        ]
    }
}
