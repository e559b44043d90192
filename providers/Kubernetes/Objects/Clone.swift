import SlipwayBase

/// A second fleet made from the live one: its probes, resources and affinity, under another name and other labels.
enum Clone {
    /// Fields that belong to the original alone.
    private static let kept: Set<String> = ["kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"]

    /// A Deployment `name` like `original`.
    ///
    /// `selected` are the labels that the Service of the new fleet selects by; where there is no such Service, label values
    /// that name the original name the new fleet instead, and when none does, the first label says it.
    static func deployment(
        from original: DeploymentView, named name: String, selected: JSON?, container: String, image: String,
        replicas: Int, marks: JSON
    ) -> JSON {
        let labels = labels(of: original, named: name, selected: selected)
        var template = original.template
        template[path: "metadata", "labels"] = labels.pod
        template[path: "metadata", "creationTimestamp"] = nil
        template[path: "spec", "containers"] = .array(
            original.containers.map { spec in
                var spec = spec
                if spec["name"]?.string == container { spec["image"] = .string(image) }
                return spec
            })
        template = renamed(template, labels: labels)
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
    static func labels(of original: DeploymentView, named name: String, selected: JSON?) -> Labels {
        var selector = original.json[path: "spec", "selector", "matchLabels"] ?? [:]
        var pod = original.podLabels
        for (key, value) in selected?.object?.members ?? [] {
            pod[key] = value
            if selector[key] != nil { selector[key] = value }
        }
        if differs(selector, original) { return (selector, pod) }
        for (key, value) in DeploymentView.pairs(selector) where selected?[key] == nil {
            guard let replaced = replacing(original.name, by: name, in: value) else { continue }
            (selector[key], pod[key]) = (.string(replaced), .string(replaced))
        }
        if !differs(selector, original) {
            // Nothing names the fleet: a label of our own tells the two apart, and no Service selects by it.
            (selector["slipway.dev/fleet"], pod["slipway.dev/fleet"]) = (.string(name), .string(name))
            if let first = DeploymentView.pairs(selector).first, selected == nil {
                (selector[first.0], pod[first.0]) = (.string(name), .string(name))
            }
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

    /// Affinity and spreading rules that speak of the original's pods speak of the new fleet's.
    private static func renamed(_ template: JSON, labels: Labels) -> JSON {
        func walk(_ value: JSON) -> JSON {
            switch value {
            case .array(let elements): return .array(elements.map(walk))
            case .object(let object):
                return .object(
                    JSONObject(
                        object.members.map { key, member in
                            guard key == "matchLabels", let rules = member.object else { return (key, walk(member)) }
                            return (key, .object(JSONObject(rules.members.map { ($0.key, labels.pod[$0.key] ?? $0.value) })))
                        }))
            default: return value
            }
        }
        var template = template
        for field in ["affinity", "topologySpreadConstraints"] {
            if let rules = template[path: "spec", field] { template[path: "spec", field] = walk(rules) }
        }
        return template
    }
}
