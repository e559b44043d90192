import SlipwayBase

extension JSON {
    /// Sets a member that is absent or null.
    fileprivate mutating func setDefault(_ key: String, _ value: @autoclosure () -> JSON) {
        if self[key].map(\.isNull) ?? true { self[key] = value() }
    }

    /// Changes every element of a list member in place.
    fileprivate mutating func editEach(_ key: String, _ body: (inout JSON) -> Void) {
        guard let elements = self[key]?.array else { return }
        self[key] = .array(
            elements.map { element in
                var copy = element
                body(&copy)
                return copy
            }
        )
    }
}

extension KubernetesWorld {
    /// Fills in what the server fills in: defaults of the kind, and what it assigns itself.
    mutating func complete(_ object: inout JSON, _ kind: ResourceKind, _ present: JSON?) {
        if let present, object["spec"] == present["spec"] { return }
        switch kind {
        case .deployment: object.edit("spec") { Self.completeDeployment(&$0) }
        case .replicaSet:
            object.edit("spec") {
                $0.setDefault("replicas", 1)
                $0.edit("template") { Self.completeTemplate(&$0) }
            }
        case .service: completeService(&object, present)
        case .ingress: object.edit("spec") { spec in spec.editEach("rules") { Self.completeIngressRule(&$0) } }
        case .httpRoute: object.edit("spec") { Self.completeRoute(&$0) }
        case .gateway:
            object.edit("spec") { spec in
                spec.editEach("listeners") { $0.setDefault("allowedRoutes", ["namespaces": ["from": "Same"]]) }
            }
        case .autoscaler: object.edit("spec") { $0.setDefault("minReplicas", 1) }
        case .namespace: object["spec"] = object["spec"] ?? ["finalizers": ["kubernetes"]]
        case .event:
            for (name, value) in Self.eventDefaults { object.setDefault(name, value) }
        case .pod, .endpointSlice, .virtualService, .lease: break
        }
    }

    /// The status that a new object begins with.
    func initialStatus(_ kind: ResourceKind) -> JSON? {
        switch kind {
        case .deployment: [:]
        case .replicaSet: ["replicas": 0]
        case .service, .ingress: ["loadBalancer": [:]]
        case .namespace: ["phase": "Active"]
        case .gateway:
            [
                "conditions": .array(
                    ["Accepted", "Programmed"].map { type in
                        [
                            "lastTransitionTime": "1970-01-01T00:00:00Z", "message": "Waiting for controller",
                            "reason": "Pending", "status": "Unknown", "type": .string(type),
                        ]
                    }
                )
            ]
        case .autoscaler: ["desiredReplicas": 0, "currentMetrics": .null]
        default: nil
        }
    }

    private static var eventDefaults: [(String, JSON)] {
        [
            ("source", [:]), ("firstTimestamp", .null), ("lastTimestamp", .null), ("eventTime", .null),
            ("reportingComponent", ""), ("reportingInstance", ""),
        ]
    }

    private static func completeDeployment(_ spec: inout JSON) {
        spec.setDefault("replicas", 1)
        spec.edit("template") { completeTemplate(&$0) }
        spec.edit("strategy") { strategy in
            strategy.setDefault("type", "RollingUpdate")
            guard strategy["type"]?.string == "RollingUpdate" else {
                strategy["rollingUpdate"] = nil
                return
            }
            strategy.edit("rollingUpdate") {
                $0.setDefault("maxUnavailable", "25%")
                $0.setDefault("maxSurge", "25%")
            }
        }
        spec.setDefault("revisionHistoryLimit", 10)
        spec.setDefault("progressDeadlineSeconds", 600)
        for (name, zero) in [("minReadySeconds", JSON.int(0)), ("paused", false)]
        where spec[name] == zero || spec[name] == .null {
            spec[name] = nil
        }
    }

    static func completeTemplate(_ template: inout JSON) {
        template.edit("metadata") { if $0["creationTimestamp"]?.isNull == true { $0["creationTimestamp"] = nil } }
        template.edit("spec") { spec in
            for list in ["initContainers", "containers"] { spec.editEach(list) { completeContainer(&$0) } }
            spec.setDefault("restartPolicy", "Always")
            spec.setDefault("terminationGracePeriodSeconds", 30)
            spec.setDefault("dnsPolicy", "ClusterFirst")
            spec.setDefault("securityContext", [:])
            spec.setDefault("schedulerName", "default-scheduler")
        }
    }

    private static func completeContainer(_ container: inout JSON) {
        container.editEach("ports") { $0.setDefault("protocol", "TCP") }
        container.setDefault("resources", [:])
        container.setDefault("terminationMessagePath", "/dev/termination-log")
        container.setDefault("terminationMessagePolicy", "File")
        let image = container["image"]?.string ?? ""
        let tag = image.split(separator: "/").last.map(String.init)?.split(separator: ":").dropFirst().last
        let isMoving = !image.contains("@") && (tag == nil || tag == "latest")
        container.setDefault("imagePullPolicy", isMoving ? "Always" : "IfNotPresent")
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] where container[probe]?.object != nil {
            container.edit(probe) { probe in
                if probe["httpGet"] != nil { probe.edit("httpGet") { $0.setDefault("scheme", "HTTP") } }
                probe.setDefault("timeoutSeconds", 1)
                probe.setDefault("periodSeconds", 10)
                probe.setDefault("successThreshold", 1)
                probe.setDefault("failureThreshold", 3)
            }
        }
    }

    private mutating func completeService(_ object: inout JSON, _ present: JSON?) {
        let address = present?["spec"]?["clusterIP"]?.string ?? identity.clusterAddress()
        object.edit("spec") { spec in
            spec.editEach("ports") {
                $0.setDefault("protocol", "TCP")
                let port = $0["port"] ?? .null
                $0.setDefault("targetPort", port)
            }
            spec.setDefault("clusterIP", .string(address))
            let own = spec["clusterIP"] ?? .string(address)
            spec.setDefault("clusterIPs", [own])
            spec.setDefault("type", "ClusterIP")
            spec.setDefault("sessionAffinity", "None")
            spec.setDefault("ipFamilies", ["IPv4"])
            spec.setDefault("ipFamilyPolicy", "SingleStack")
            spec.setDefault("internalTrafficPolicy", "Cluster")
        }
    }

    private static func completeIngressRule(_ rule: inout JSON) {
        guard rule["http"] != nil else { return }
        rule.edit("http") { http in http.editEach("paths") { $0.setDefault("pathType", "ImplementationSpecific") } }
    }

    private static func completeRoute(_ spec: inout JSON) {
        spec.editEach("parentRefs") {
            $0.setDefault("group", "gateway.networking.k8s.io")
            $0.setDefault("kind", "Gateway")
        }
        spec.setDefault("rules", [["matches": [["path": ["type": "PathPrefix", "value": "/"]]]]])
        spec.editEach("rules") { rule in
            rule.setDefault("matches", [["path": ["type": "PathPrefix", "value": "/"]]])
            rule.editEach("matches") { $0.setDefault("path", ["type": "PathPrefix", "value": "/"]) }
            rule.editEach("backendRefs") {
                $0.setDefault("group", "")
                $0.setDefault("kind", "Service")
                $0.setDefault("weight", 1)
            }
        }
    }
}
