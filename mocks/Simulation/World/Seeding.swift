public import SlipwayBase

extension KubernetesWorld {
    /// Adds a namespace unless it is there.
    public mutating func seedNamespace(_ name: String) throws(InputFailure) {
        guard store.object(.namespace, ObjectKey("", name)) == nil else { return }
        try plant(
            .namespace,
            ObjectKey("", name),
            ["metadata": ["labels": ["kubernetes.io/metadata.name": .string(name)]]]
        )
    }

    /// Adds any object as it would be sent to the API.
    public mutating func seed(_ object: JSON) throws(InputFailure) {
        let kind = ResourceKind.allCases.first { kind in
            kind.facts.kind == object["kind"]?.string
                && kind.facts.versions.contains { kind.facts.apiVersion($0) == object["apiVersion"]?.string }
        }
        guard let kind else {
            throw InputFailure(
                "the simulated cluster knows no \(object["apiVersion"]?.string ?? "?") \(object["kind"]?.string ?? "?")"
            )
        }
        let namespace = kind.facts.isNamespaced ? object.metadata["namespace"]?.string ?? "default" : ""
        try plant(kind, ObjectKey(namespace, object.name), object)
    }

    /// Adds a Deployment whose pods are ready at once.
    public mutating func seed(_ deployment: SeedDeployment) throws(InputFailure) {
        let labels = texts(deployment.labels.isEmpty ? ["app": deployment.name] : deployment.labels)
        let selector = deployment.selector.map(texts) ?? labels
        var rolling: JSON = [:]
        rolling["maxSurge"] = deployment.maxSurge
        rolling["maxUnavailable"] = deployment.maxUnavailable
        var spec: JSON = [
            "replicas": JSON(deployment.replicas), "minReadySeconds": JSON(deployment.minReadySeconds),
            "selector": ["matchLabels": selector], "strategy": ["type": "RollingUpdate", "rollingUpdate": rolling],
            "template": [
                "metadata": ["labels": labels],
                "spec": [
                    "containers": [
                        [
                            "name": .string(deployment.name), "image": .string(deployment.image),
                            "ports": [["name": "http", "containerPort": JSON(deployment.port)]],
                        ]
                    ]
                ],
            ],
        ]
        spec["progressDeadlineSeconds"] = deployment.progressDeadlineSeconds.map { JSON($0) }
        let metadata: JSON = ["labels": labels, "annotations": texts(deployment.annotations)]
        try plant(.deployment, ObjectKey(deployment.namespace, deployment.name), ["metadata": metadata, "spec": spec])
    }

    /// Adds a Service with its EndpointSlice.
    public mutating func seed(_ service: SeedService) throws(InputFailure) {
        let spec: JSON = [
            "selector": texts(service.selector),
            "ports": [["name": "http", "port": JSON(service.port), "targetPort": "http"]],
        ]
        try plant(.service, ObjectKey(service.namespace, service.name), ["spec": spec])
    }

    /// Adds a route, accepted already; an HTTPRoute's Gateway is made when there is none.
    public mutating func seed(_ route: SeedRoute) throws(InputFailure) {
        let key = ObjectKey(route.namespace, route.name)
        switch route.kind {
        case .httpRoute(let gateway):
            let edge = ObjectKey(route.namespace, gateway)
            if store.object(.gateway, edge) == nil {
                let listeners: JSON = [["name": "http", "protocol": "HTTP", "port": 80]]
                try plant(.gateway, edge, ["spec": ["gatewayClassName": "simulated", "listeners": listeners]])
            }
            try plant(.httpRoute, key, httpRoute(route, gateway: gateway))
        case .ingress:
            try plant(.ingress, key, ingress(route, service: route.stable, annotations: [:]))
            guard let canary = route.canary else { return }
            let annotations: JSON = [
                "nginx.ingress.kubernetes.io/canary": "true",
                "nginx.ingress.kubernetes.io/canary-weight": .string(String(route.canaryWeight)),
            ]
            let name = ObjectKey(route.namespace, route.name + "-canary")
            try plant(.ingress, name, ingress(route, service: canary, annotations: annotations))
        case .virtualService: try plant(.virtualService, key, virtualService(route))
        }
    }

    /// Adds a Lease.
    public mutating func seed(_ lease: SeedLease) throws(InputFailure) {
        let time = JSON.string((lease.renewed ?? now).rfc3339Micro)
        let spec: JSON = [
            "holderIdentity": .string(lease.holder), "leaseDurationSeconds": JSON(lease.durationSeconds),
            "acquireTime": time, "renewTime": time, "leaseTransitions": 0,
        ]
        try plant(.lease, ObjectKey(lease.namespace, lease.name), ["spec": spec])
    }

    /// Adds an autoscaler that keeps what is there until told otherwise.
    public mutating func seed(_ autoscaler: SeedAutoscaler) throws(InputFailure) {
        let target: JSON = ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(autoscaler.deployment)]
        let spec: JSON = [
            "scaleTargetRef": target, "minReplicas": JSON(autoscaler.least), "maxReplicas": JSON(autoscaler.most),
        ]
        try plant(.autoscaler, ObjectKey(autoscaler.namespace, autoscaler.name), ["spec": spec])
    }

    /// Keeps an object and lets the controllers finish with it in no time, pods ready whatever their image.
    private mutating func plant(_ kind: ResourceKind, _ key: ObjectKey, _ object: JSON) throws(InputFailure) {
        guard store.object(kind, key) == nil else {
            throw InputFailure("\(kind.facts.kind) \"\(key.name)\" is seeded twice")
        }
        if kind.facts.isNamespaced { try seedNamespace(key.namespace) }
        let (settings, behaviours) = (settings, podBehaviours)
        defer { (self.settings, podBehaviours) = (settings, behaviours) }
        self.settings = .instant
        podBehaviours = []
        do throws(Refusal) {
            _ = try commit(kind, key, from: nil, to: object, Writer(manager: "seed"), isDryRun: false)
        } catch {
            let status = try? JSON(parsing: error.body)
            throw InputFailure(status?["message"]?.string ?? "\(kind.facts.kind) \"\(key.name)\" is refused")
        }
        advance(to: now)
    }
}

extension SimulationSettings {
    /// Everything at once and without a word.
    fileprivate static var instant: SimulationSettings {
        var settings = SimulationSettings()
        (settings.controllerLag, settings.writeLag, settings.startDelay, settings.readyDelay) = (
            .zero, .zero, .zero, .zero
        )
        (settings.endpointsLag, settings.gatewayLag, settings.autoscalerLag) = (.zero, .zero, .zero)
        settings.recordsEvents = false
        return settings
    }
}

private func texts(_ values: [String: String]) -> JSON {
    .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
}

private func httpRoute(_ route: SeedRoute, gateway: String) -> JSON {
    func backend(_ name: String, _ weight: Int) -> JSON {
        ["name": .string(name), "port": JSON(route.port), "weight": JSON(weight)]
    }
    var backends = [backend(route.stable, 100 - route.canaryWeight)]
    if let canary = route.canary { backends.append(backend(canary, route.canaryWeight)) }
    let matches: JSON = [["path": ["type": "PathPrefix", "value": "/"]]]
    return [
        "spec": [
            "parentRefs": [["name": .string(gateway)]], "hostnames": [.string(route.host)],
            "rules": [["matches": matches, "backendRefs": .array(backends)]],
        ]
    ]
}

private func ingress(_ route: SeedRoute, service: String, annotations: JSON) -> JSON {
    let backend: JSON = ["service": ["name": .string(service), "port": ["number": JSON(route.port)]]]
    let path: JSON = ["path": "/", "pathType": "Prefix", "backend": backend]
    return [
        "metadata": ["annotations": annotations],
        "spec": ["ingressClassName": "nginx", "rules": [["host": .string(route.host), "http": ["paths": [path]]]]],
    ]
}

private func virtualService(_ route: SeedRoute) -> JSON {
    func destination(_ name: String, _ weight: Int) -> JSON {
        ["destination": ["host": .string(name), "port": ["number": JSON(route.port)]], "weight": JSON(weight)]
    }
    var destinations = [destination(route.stable, 100 - route.canaryWeight)]
    if let canary = route.canary { destinations.append(destination(canary, route.canaryWeight)) }
    return ["spec": ["hosts": [.string(route.host)], "http": [["route": .array(destinations)]]]]
}
