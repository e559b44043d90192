import SlipwayBase

/// A second fleet made from the live one: its probes, resources and affinity, under another name and other labels.
enum Clone {
    /// Fields that belong to the original alone.
    private static let kept: Set<String> = [
        "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision",
    ]

    /// A Deployment `name` like `original`, under other labels.
    static func deployment(
        from original: DeploymentView,
        named name: String,
        labels: Labels,
        container: String,
        image: String,
        replicas: Int,
        marks: JSON
    ) -> JSON {
        var template = original.template
        template[path: "metadata", "labels"] = labels.pod
        template[path: "metadata", "creationTimestamp"] = nil
        template[path: "spec", "containers"] = .array(
            original.containers.map { spec in
                var spec = spec
                if spec["name"]?.string == container { spec["image"] = .string(image) }
                return spec
            }
        )
        template = renamed(template, from: original.podLabels, labels: labels)
        var spec = original.json["spec"] ?? [:]
        spec["replicas"] = JSON(replicas)
        spec["selector"] = ["matchLabels": labels.selector]
        spec["template"] = template
        spec["paused"] = nil
        let annotations = (original.annotations.object?.members ?? []).filter {
            !kept.contains($0.key) && !$0.key.hasPrefix("slipway.dev/")
        }
        var all = JSON.object(JSONObject(annotations.map { ($0.key, $0.value) }))
        for (key, value) in marks.object?.members ?? [] { all[key] = value }
        var metadata: JSON = ["name": .string(name)]
        if let own = original.json[path: "metadata", "labels"] { metadata["labels"] = merged(own, labels.selector) }
        metadata["annotations"] = all
        return ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec]
    }

    typealias Labels = (selector: JSON, pod: JSON)

    /// The labels of a fleet `name` beside `original`; its selector matches none of the original's pods.
    ///
    /// The pods carry every label of `selected`, and `apart`, the selector of a Service that leads to the original,
    /// does not match them: a fleet that is brought up takes no traffic.
    static func labels(of original: DeploymentView, named name: String, selected: JSON?, apart: JSON? = nil) -> Labels {
        var selector = original.json[path: "spec", "selector", "matchLabels"] ?? [:]
        var pod = original.podLabels
        func set(_ key: String, _ value: JSON) {
            pod[key] = value
            if selector[key] != nil { selector[key] = value }
        }
        func isApart() -> Bool { apart.map { !DeploymentView.selects($0, pod) } ?? true }
        for (key, value) in selected?.object?.members ?? [] { set(key, value) }
        if differs(selector, original), isApart() { return (selector, pod) }
        for (key, value) in DeploymentView.pairs(pod) where selected?[key] == nil {
            if let replaced = replacing(original.name, by: name, in: value) { set(key, .string(replaced)) }
        }
        if !isApart(), let first = DeploymentView.pairs(apart).first { set(first.0, .string(name)) }
        if !differs(selector, original) {
            // Nothing in the selector names the fleet: a label of our own tells the two apart.
            (selector["slipway.dev/fleet"], pod["slipway.dev/fleet"]) = (.string(name), .string(name))
        }
        return (selector, pod)
    }

    private static func differs(_ selector: JSON, _ original: DeploymentView) -> Bool {
        original.podLabels.object.map { pod in
            DeploymentView.pairs(selector).contains { pod[$0.0]?.string != $0.1 }
        } ?? true
    }

    /// `shop-blue` → `shop-green` turns both `shop-blue` and a bare `blue` round; nil when `value` names neither.
    private static func replacing(_ original: String, by name: String, in value: String) -> String? {
        if value == original { return name }
        let shared = zip(original, name).prefix { $0 == $1 }.count
        let (from, to) = (original.dropFirst(shared), name.dropFirst(shared))
        return !from.isEmpty && !to.isEmpty && value == from ? String(to) : nil
    }

    private static func merged(_ labels: JSON, _ newer: JSON) -> JSON {
        var labels = labels
        for (key, value) in newer.object?.members ?? [] where labels[key] != nil { labels[key] = value }
        return labels
    }

    /// Affinity and spreading rules that speak of the original's pods speak of the new fleet's; those about other pods
    /// stay.
    private static func renamed(_ template: JSON, from former: JSON, labels: Labels) -> JSON {
        func value(_ key: String, _ value: JSON) -> JSON { former[key] == value ? labels.pod[key] ?? value : value }
        func walk(_ json: JSON) -> JSON {
            switch json {
            case .array(let elements): return .array(elements.map(walk))
            case .object(let object):
                if let key = json["key"]?.string, let values = json["values"]?.array {
                    var json = json
                    json["values"] = .array(values.map { value(key, $0) })
                    return json
                }
                let members = object.members.map { key, member -> (String, JSON) in
                    guard key == "matchLabels", let rules = member.object else { return (key, walk(member)) }
                    return (key, .object(JSONObject(rules.members.map { ($0.key, value($0.key, $0.value)) })))
                }
                return .object(JSONObject(members))
            default: return json
            }
        }
        var template = template
        for path in [["affinity", "podAffinity"], ["affinity", "podAntiAffinity"], ["topologySpreadConstraints"]] {
            var spec = template["spec"] ?? [:]
            if path.count == 2, let rules = spec[path[0]]?[path[1]] { spec[path: path[0], path[1]] = walk(rules) }
            if path.count == 1, let rules = spec[path[0]] { spec[path[0]] = walk(rules) }
            template["spec"] = spec
        }
        return template
    }
}
