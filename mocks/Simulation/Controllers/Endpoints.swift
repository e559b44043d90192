import SlipwayBase

extension KubernetesWorld {
    /// Looks again, soon, at every Service that selects pods with these labels.
    mutating func endpointsMayChange(for namespace: String, _ labels: JSONObject) {
        for entry in store.entries(.service, in: namespace) {
            guard let selector = entry.object["spec"]?["selector"]?.object, !selector.isEmpty,
                selects(selector, labels)
            else { continue }
            due.add(.endpoints(entry.key), at: now + settings.endpointsLag)
        }
    }

    /// Whether labels have every value of a Service's selector.
    func selects(_ selector: JSONObject, _ labels: JSONObject) -> Bool {
        selector.members.allSatisfy { labels[$0.key] == $0.value }
    }

    /// Brings the EndpointSlice of a Service in line with its pods.
    mutating func syncEndpoints(_ service: ObjectKey) {
        guard let object = store.object(.service, service), let selector = object["spec"]?["selector"]?.object,
            !selector.isEmpty
        else { return }
        let members = podsSelected(by: selector, in: service.namespace)
        let endpoints = members.filter { $0.record.isStarted && $0.record.waiting?.reason.contains("Pull") != true }
            .map { endpoint($0.key, $0.record) }
        let ports = slicePorts(object, members.first.flatMap { store.object(.pod, $0.key) })
        let present = store.entries(.endpointSlice, in: service.namespace)
            .first { $0.object.labels["kubernetes.io/service-name"]?.string == service.name }
        guard var slice = present?.object, let key = present?.key else {
            return createSlice(service, object, endpoints, ports)
        }
        guard slice["endpoints"] != .array(endpoints) || slice["ports"] != ports else { return }
        slice["endpoints"] = .array(endpoints)
        slice["ports"] = ports
        let generation = slice.generation + 1
        slice.edit("metadata") { metadata in
            metadata["generation"] = JSON(generation)
            metadata.edit("annotations") {
                $0["endpoints.kubernetes.io/last-change-trigger-time"] = .string(now.rfc3339Seconds)
            }
        }
        store.put(.endpointSlice, key, slice)
    }

    /// The pods with every label of `selector`, by name.
    func podsSelected(by selector: JSONObject, in namespace: String) -> [(key: ObjectKey, record: PodRecord)] {
        store.entries(.pod, in: namespace).compactMap { entry in
            guard let record = pods[entry.key], selects(selector, record.labels) else { return nil }
            return (entry.key, record)
        }
    }

    private mutating func createSlice(_ service: ObjectKey, _ object: JSON, _ endpoints: [JSON], _ ports: JSON) {
        let key = ObjectKey(service.namespace, "\(service.name)-\(identity.suffix())")
        var labels: JSON = [:]
        for (name, value) in object.labels.members { labels[name] = value }
        labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io"
        labels["kubernetes.io/service-name"] = .string(service.name)
        store.put(
            .endpointSlice,
            key,
            [
                "kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1",
                "metadata": [
                    "name": .string(key.name), "generateName": .string(service.name + "-"),
                    "namespace": .string(key.namespace), "uid": .string(identity.uid()), "generation": 1,
                    "creationTimestamp": .string(now.rfc3339Seconds), "labels": labels,
                    "annotations": ["endpoints.kubernetes.io/last-change-trigger-time": .string(now.rfc3339Seconds)],
                    "ownerReferences": [Self.ownerReference("v1", "Service", service.name, object.uid)],
                ],
                "addressType": "IPv4", "endpoints": .array(endpoints), "ports": ports,
            ]
        )
    }

    private func endpoint(_ key: ObjectKey, _ record: PodRecord) -> JSON {
        [
            "addresses": [.string(record.address)],
            "conditions": [
                "ready": .bool(record.isReady && !record.isTerminating), "serving": .bool(record.isReady),
                "terminating": .bool(record.isTerminating),
            ],
            "targetRef": [
                "kind": "Pod", "namespace": .string(key.namespace), "name": .string(key.name),
                "uid": .string(record.uid),
            ],
            "nodeName": .string("node-\(record.node)"), "zone": .string(record.node == 1 ? "zone-a" : "zone-b"),
        ]
    }

    /// The ports of a slice: named target ports are looked up in the first pod's container.
    private func slicePorts(_ service: JSON, _ pod: JSON?) -> JSON {
        let containerPorts = (pod?["spec"]?["containers"]?.array ?? []).flatMap { $0["ports"]?.array ?? [] }
        return .array(
            (service["spec"]?["ports"]?.array ?? []).map { port in
                let target = port["targetPort"]
                let named = containerPorts.first { $0["name"] == target }?["containerPort"]
                return [
                    "name": port["name"] ?? "", "protocol": port["protocol"] ?? "TCP",
                    "port": target?.int.map { JSON($0) } ?? named ?? .null,
                ]
            }
        )
    }
}
