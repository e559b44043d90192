import SlipwayBase

/// The cells of one object's row, in the words of the server's own printers.
struct Cells {
    var object: JSON
    var now: Timestamp

    func cells(of kind: ResourceKind) -> [JSON] {
        switch kind {
        case .deployment: deployment
        case .replicaSet: replicaSet
        case .pod: pod
        case .service: service
        case .endpointSlice: endpointSlice
        case .ingress: ingress
        case .httpRoute: [name, .string(texts(spec["hostnames"]).text), age]
        case .gateway:
            [
                name, spec["gatewayClassName"] ?? "", .string(texts(addresses).joined(separator: ",")),
                .string(condition("Programmed") ?? ""), age,
            ]
        case .virtualService:
            [name, .string(texts(spec["gateways"]).text), .string(texts(spec["hosts"]).text), age]
        case .lease: [name, spec["holderIdentity"] ?? "", age]
        case .autoscaler: autoscaler
        case .event: event
        case .namespace: [name, status["phase"] ?? "Active", age]
        }
    }

    private var spec: JSON { object["spec"] ?? [:] }
    private var status: JSON { object["status"] ?? [:] }
    private var name: JSON { .string(object.name) }
    private var age: JSON { .string(since(object.metadata["creationTimestamp"])) }

    private func count(_ name: String, in part: JSON) -> JSON { part[name] ?? 0 }

    private func number(_ name: String, in part: JSON) -> Int { part[name]?.int ?? 0 }

    private func texts(_ list: JSON?) -> [String] { (list?.array ?? []).compactMap(\.string) }

    private func since(_ time: JSON?) -> String {
        guard let text = time?.string, let time = Timestamp(rfc3339: text) else { return "<unknown>" }
        return (now - time).inShort
    }

    private func condition(_ type: String) -> String? {
        status["conditions"]?.array?.first { $0["type"]?.string == type }?["status"]?.string
    }

    private var deployment: [JSON] {
        let wanted = number("replicas", in: spec)
        let ready = "\(number("readyReplicas", in: status))/\(wanted)"
        return [
            name, .string(ready), count("updatedReplicas", in: status), count("availableReplicas", in: status), age,
        ] + containers
    }

    private var replicaSet: [JSON] {
        [
            name, count("replicas", in: spec), count("replicas", in: status), count("readyReplicas", in: status), age,
        ] + containers
    }

    /// Containers, images and the selector: the wide columns of workloads.
    private var containers: [JSON] {
        let containers = spec["template"]?["spec"]?["containers"]?.array ?? []
        func joined(_ field: String) -> JSON {
            .string(containers.compactMap { $0[field]?.string }.joined(separator: ","))
        }
        return [joined("name"), joined("image"), .string(pairs(spec["selector"]?["matchLabels"]))]
    }

    private func pairs(_ labels: JSON?) -> String {
        let pairs = (labels?.object?.members ?? []).map { "\($0.key)=\($0.value.string ?? "")" }.sorted()
        return pairs.isEmpty ? "<none>" : pairs.joined(separator: ",")
    }

    private var pod: [JSON] {
        let states = status["containerStatuses"]?.array ?? []
        let total = spec["containers"]?.array?.count ?? 0
        let ready = states.filter { $0["ready"]?.bool == true }.count
        let restarts = states.reduce(0) { $0 + ($1["restartCount"]?.int ?? 0) }
        return [
            name, .string("\(ready)/\(total)"), .string(podStatus(states)), .string(String(restarts)), age,
            status["podIP"] ?? "<none>", spec["nodeName"] ?? "<none>", "<none>", "<none>",
        ]
    }

    private func podStatus(_ states: [JSON]) -> String {
        if object.metadata["deletionTimestamp"] != nil { return "Terminating" }
        for state in states {
            let waiting = state["state"]?["waiting"]?["reason"]?.string
            if let reason = waiting ?? state["state"]?["terminated"]?["reason"]?.string { return reason }
        }
        return status["phase"]?.string ?? "Unknown"
    }

    private var service: [JSON] {
        let ports = (spec["ports"]?.array ?? []).map { port in
            "\(port["port"]?.int ?? 0)/\(port["protocol"]?.string ?? "TCP")"
        }
        return [
            name, spec["type"] ?? "ClusterIP", spec["clusterIP"] ?? "<none>", "<none>",
            .string(ports.isEmpty ? "<none>" : ports.joined(separator: ",")), age, .string(pairs(spec["selector"])),
        ]
    }

    private var endpointSlice: [JSON] {
        let ports = (object["ports"]?.array ?? []).compactMap { $0["port"]?.int }.map(String.init)
        let addresses = (object["endpoints"]?.array ?? []).flatMap { texts($0["addresses"]) }
        return [
            name, object["addressType"] ?? "IPv4", .string(ports.isEmpty ? "<unset>" : ports.joined(separator: ",")),
            .string(addresses.isEmpty ? "<unset>" : addresses.short(3)), age,
        ]
    }

    private var ingress: [JSON] {
        let hosts = (spec["rules"]?.array ?? []).compactMap { $0["host"]?.string }
        return [
            name, spec["ingressClassName"] ?? "<none>", .string(hosts.isEmpty ? "*" : hosts.joined(separator: ",")),
            "", .string(spec["tls"] == nil ? "80" : "80, 443"), age,
        ]
    }

    private var addresses: JSON {
        .array((status["addresses"]?.array ?? []).compactMap { $0["value"] })
    }

    private var autoscaler: [JSON] {
        let target = spec["scaleTargetRef"] ?? [:]
        return [
            name, .string("\(target["kind"]?.string ?? "")/\(target["name"]?.string ?? "")"), "<none>",
            .string(spec["minReplicas"]?.int.map(String.init) ?? "<unset>"), count("maxReplicas", in: spec),
            count("currentReplicas", in: status), age,
        ]
    }

    private var event: [JSON] {
        let about = object["involvedObject"] ?? object["regarding"] ?? [:]
        let kind = about["kind"]?.string?.lowercased() ?? ""
        let last = object["lastTimestamp"] ?? object["deprecatedLastTimestamp"]
        let first = object["firstTimestamp"] ?? object["deprecatedFirstTimestamp"]
        return [
            .string(since(last)), object["type"] ?? "", object["reason"] ?? "",
            .string("\(kind)/\(about["name"]?.string ?? "")"), "",
            object["source"]?["component"] ?? object["reportingController"] ?? "",
            object["message"] ?? object["note"] ?? "", .string(since(first)), object["count"] ?? 1, name,
        ]
    }
}

extension [String] {
    /// As the printers show a list of a custom resource.
    fileprivate var text: String { isEmpty ? "" : JSON.array(map { .string($0) }).text }

    fileprivate func short(_ most: Int) -> String {
        count <= most
            ? joined(separator: ",") : prefix(most).joined(separator: ",") + " + \(count - most) more..."
    }
}

extension Duration {
    /// The age of something as people are shown it: `12s`, `5m3s`, `150m`, `7h5m`, `30h`, `3d4h`, `40d`.
    fileprivate var inShort: String {
        let seconds = max(milliseconds / 1000, 0)
        let (minutes, hours) = (seconds / 60, seconds / 3600)
        func pair(_ whole: Int64, _ unit: String, _ rest: Int64, _ part: String) -> String {
            rest == 0 ? "\(whole)\(unit)" : "\(whole)\(unit)\(rest)\(part)"
        }
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return pair(minutes, "m", seconds % 60, "s")
        case ..<(3 * 3600): return "\(minutes)m"
        case ..<(8 * 3600): return pair(hours, "h", minutes % 60, "m")
        case ..<(48 * 3600): return "\(hours)h"
        case ..<(8 * 86_400): return pair(hours / 24, "d", hours % 24, "h")
        default: return "\(hours / 24)d"
        }
    }
}
