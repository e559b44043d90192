import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// Profiles and endpoints of Traffic Manager, which change at once.
extension AzureWorld {
    /// Answers one call of `Microsoft.Network`.
    mutating func answerTrafficManager(_ call: ARMCall) throws(ARMFault) -> Response {
        let parts = call.address.parts
        guard parts.first == "trafficmanagerprofiles", parts.count > 1 else { throw .noRoute(call.address) }
        let index = fronts.profiles.firstIndex { profile in
            profile.seed.profile.names(parts[1]) && profile.seed.group.names(call.address.group ?? "")
        }
        guard let index else { throw .noResource(call.address) }
        let profile = fronts.profiles[index]
        if parts.count == 2 {
            guard call.method == .get else { throw .noMethod(call.method) }
            return ARMAnswer.json(json(of: profile))
        }
        guard parts.count == 4, parts[2] == profile.seed.endpointType.lowercased() else { throw .noRoute(call.address) }
        guard let leg = profile.seed.endpoints.firstIndex(where: { $0.name.names(parts[3]) }) else {
            throw .noResource(call.address)
        }
        switch call.method {
        case .get: break
        case .put, .patch:
            let old = profile.seed.endpoints
            let changed = try Self.changed(old[leg], by: call.properties, enabled: "endpointStatus")
            fronts.profiles[index].seed.endpoints[leg] = changed
            if changed != old[leg] { (fronts.profiles[index].before, fronts.profiles[index].changed) = (old, now) }
        default: throw .noMethod(call.method)
        }
        return ARMAnswer.json(json(of: fronts.profiles[index].seed.endpoints[leg], in: profile))
    }

    private func id(of profile: Fronts.Profile) -> String {
        "/subscriptions/\(home.subscription)/resourceGroups/\(profile.seed.group)/providers/Microsoft.Network"
            + "/trafficManagerProfiles/\(profile.seed.profile)"
    }

    private func json(of profile: Fronts.Profile) -> JSON {
        let name = profile.seed.profile
        return [
            "id": .string(id(of: profile)), "name": .string(name), "type": "Microsoft.Network/trafficManagerProfiles",
            "location": "global", "tags": [:],
            "properties": [
                "profileStatus": "Enabled", "trafficRoutingMethod": .string(profile.seed.method),
                "dnsConfig": [
                    "relativeName": .string(name), "fqdn": .string("\(name).trafficmanager.net"),
                    "ttl": JSON(profile.seed.ttlSeconds),
                ],
                "monitorConfig": [
                    "profileMonitorStatus": "Online", "protocol": "HTTPS", "port": 443, "path": "/",
                    "intervalInSeconds": 30, "toleratedNumberOfFailures": 3, "timeoutInSeconds": 10,
                ], "endpoints": .array(profile.seed.endpoints.map { json(of: $0, in: profile) }),
                "trafficViewEnrollmentStatus": "Disabled", "maxReturn": .null,
            ],
        ]
    }

    private func json(of leg: Seed.Leg, in profile: Fronts.Profile) -> JSON {
        let type = profile.seed.endpointType
        var target = JSON.null
        if case .site(let name) = leg.backend, let site = web.sites.first(where: { $0.name.names(name) }) {
            target = .string(web.id(of: site))
        }
        return [
            "id": .string("\(id(of: profile))/\(type)/\(leg.name)"), "name": .string(leg.name),
            "type": .string("Microsoft.Network/trafficManagerProfiles/\(type)"),
            "properties": [
                "endpointStatus": leg.isEnabled ? "Enabled" : "Disabled",
                "endpointMonitorStatus": leg.isEnabled ? "Online" : "Disabled", "targetResourceId": target,
                "target": .string(host(of: leg.backend)), "weight": JSON(leg.weight), "priority": 1,
                "endpointLocation": .string(home.location), "alwaysServe": "Disabled",
            ],
        ]
    }
}
