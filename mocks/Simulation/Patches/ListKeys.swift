import SlipwayBase

/// Which lists of the built-in kinds are merged by key, and by which.
enum ListKeys {
    /// The keys that tell the elements of the list `name` apart; nil when the list is one value.
    ///
    /// The elements decide between the ports of containers and those of Services.
    static func keys(of name: String, _ elements: [JSON]) -> [String]? {
        switch name {
        case "containers", "initContainers", "ephemeralContainers", "env", "volumes", "imagePullSecrets": ["name"]
        case "ports":
            if elements.contains(where: { $0["containerPort"] != nil }) {
                ["containerPort", "protocol"]
            } else if elements.contains(where: {
                $0["port"] != nil && $0["name"]?.string != nil || $0["targetPort"] != nil
            }) {
                ["port", "protocol"]
            } else {
                elements.allSatisfy { $0["port"] != nil } ? ["port", "protocol"] : nil
            }
        case "volumeMounts": ["mountPath"]
        case "volumeDevices": ["devicePath"]
        case "hostAliases": ["ip"]
        case "conditions": ["type"]
        case "ownerReferences": ["uid"]
        case "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"]
        default: nil
        }
    }

    /// Objects that are one value although they look like several fields.
    static func isAtomic(_ name: String) -> Bool {
        ["selector", "nodeSelector", "configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef"].contains(name)
    }

    /// The keys of an element as FieldsV1 writes them: `k:{"name":"web"}`; ports are TCP unless they say otherwise.
    static func label(of element: JSON, _ keys: [String]) -> String {
        "k:" + JSON.object(JSONObject(keys.sorted().map { ($0, value(of: element, $0)) })).text
    }

    static func value(of element: JSON, _ key: String) -> JSON {
        element[key] ?? (key == "protocol" ? "TCP" : .null)
    }
}
