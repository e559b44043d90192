import SlipwayBase

extension KubernetesWorld {
    /// Tells the gateway controller what to do with one route.
    public mutating func setBehaviour(_ behaviour: RouteBehaviour, ofRoute name: String, namespace: String = "default")
    {
        let key = ObjectKey(namespace, name)
        routeBehaviours[key] = behaviour
        routeChanged(key)
    }

    /// Looks again, soon, at every route of a namespace: a Service came or went.
    mutating func routesMayChange(in namespace: String) {
        for entry in store.entries(.httpRoute, in: namespace) { routeChanged(entry.key) }
    }

    mutating func routeChanged(_ key: ObjectKey) {
        guard store.object(.httpRoute, key) != nil else { return }
        switch routeBehaviours[key] ?? .follows(after: nil) {
        case .follows(let delay): due.add(.route(key), at: now + (delay ?? settings.gatewayLag))
        case .refuses: due.add(.route(key), at: now + settings.gatewayLag)
        case .ignores: break
        }
    }

    /// Writes `status.parents` of a route for every parent that exists.
    mutating func syncRoute(_ key: ObjectKey) {
        guard var route = store.object(.httpRoute, key) else { return }
        if routeBehaviours[key] == .ignores { return }
        let old = route["status"]?["parents"]?.array ?? []
        let foreign = old.filter { $0["controllerName"]?.string != Self.controllerName }
        let parents = (route["spec"]?["parentRefs"]?.array ?? []).filter { reference in
            let namespace = reference["namespace"]?.string ?? key.namespace
            return store.object(.gateway, ObjectKey(namespace, reference["name"]?.string ?? "")) != nil
        }
        let own = parents.map { reference -> JSON in
            let before = old.first {
                $0["parentRef"] == reference && $0["controllerName"]?.string == Self.controllerName
            }
            return [
                "conditions": .array(routeConditions(key, route, before?["conditions"]?.array ?? [])),
                "controllerName": .string(Self.controllerName), "parentRef": reference,
            ]
        }
        let status: JSON = ["parents": .array(foreign + own)]
        guard route["status"] != status, !(own.isEmpty && route["status"] == nil) else { return }
        route["status"] = status
        store.put(.httpRoute, key, route)
    }

    /// Accepts a Gateway's listeners.
    mutating func syncGateway(_ key: ObjectKey) {
        guard var gateway = store.object(.gateway, key) else { return }
        let old = gateway["status"]?["conditions"]?.array ?? []
        let conditions = ["Accepted", "Programmed"].map { type in
            condition(type, "True", type, "", gateway.generation, old)
        }
        guard old != conditions else { return }
        gateway["status"] = ["conditions": .array(conditions)]
        store.put(.gateway, key, gateway)
        for entry in store.entries(.httpRoute) { routeChanged(entry.key) }
    }

    /// The name under which the simulated gateway controller writes.
    static let controllerName = "simulation.example.com/gateway"

    private func routeConditions(_ key: ObjectKey, _ route: JSON, _ old: [JSON]) -> [JSON] {
        var accepted = (status: "True", reason: "Accepted", message: "")
        if case .refuses(let reason, let message)? = routeBehaviours[key] { accepted = ("False", reason, message) }
        let missing = missingBackend(key.namespace, route)
        return [
            condition("Accepted", accepted.status, accepted.reason, accepted.message, route.generation, old),
            condition(
                "ResolvedRefs",
                missing == nil ? "True" : "False",
                missing == nil ? "ResolvedRefs" : "BackendNotFound",
                missing.map { "Service \"\($0)\" not found" } ?? "",
                route.generation,
                old
            ),
        ]
    }

    private func missingBackend(_ namespace: String, _ route: JSON) -> String? {
        for rule in route["spec"]?["rules"]?.array ?? [] {
            for backend in rule["backendRefs"]?.array ?? [] where backend["kind"]?.string ?? "Service" == "Service" {
                let name = backend["name"]?.string ?? ""
                let place = backend["namespace"]?.string ?? namespace
                if store.object(.service, ObjectKey(place, name)) == nil { return name }
            }
        }
        return nil
    }

    private func condition(
        _ type: String,
        _ status: String,
        _ reason: String,
        _ message: String,
        _ generation: Int,
        _ old: [JSON]
    ) -> JSON {
        let before = old.first { $0["type"]?.string == type && $0["status"]?.string == status }
        return [
            "lastTransitionTime": before?["lastTransitionTime"] ?? .string(now.rfc3339Seconds),
            "message": .string(message), "observedGeneration": JSON(generation), "reason": .string(reason),
            "status": .string(status), "type": .string(type),
        ]
    }
}
