/// Where the simulation differs from the recordings on purpose, each with its reason.
enum Differences {
    /// Why a recording is not replayed; nil when it is.
    static func reason(toSkip id: String) -> String? { skipped.first { matches(id, $0.id) }?.reason }

    /// Why a difference is allowed in a recording; nil when it is not.
    static func reason(for difference: String, in id: String) -> String? {
        allowed.first { rule in matches(id, rule.id) && difference.contains(rule.part) }?.reason
    }

    /// Seconds that passed before a request whose answer shows what the controllers had done meanwhile.
    static let delays: [String: Double] = [
        "apply/unchanged": 0.052, "apply/yaml-body": 0.006, "apply/forced": 0.0505, "service/endpointslices-watch": 0.1,
    ]

    private static func matches(_ id: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? id.hasPrefix(pattern.dropLast()) : id == pattern
    }

    private static let skipped: [(id: String, reason: String)] = [
        ("discovery/*", "the recorded server has more kinds; ClientViewTests compares what is simulated"),
        ("auth/ssrr", "the recorded rights are other ones; ReviewTests compares the form"),
        ("auth/whoami*", "self reviews are not simulated"),
        ("auth/serviceaccount-token", "tokens are not issued"),
        ("eviction/*", "disruption budgets are not simulated"),
        ("errors/429-eviction", "disruption budgets are not simulated"),
        ("errors/429-priority-and-fairness", "planted by a fault hook, not by the cluster"),
        ("errors/504*", "planted by a fault hook, not by the cluster"),
        ("errors/closed-without-response", "planted by a fault hook, not by the cluster"),
        ("errors/500-readyz-starting", "planted by a fault hook, not by the cluster"),
        ("watch/cut-off", "planted by a fault hook, not by the cluster"),
        ("list/table", "columns have other descriptions; ClientViewTests compares the rest"),
        ("list/gzip", "config maps are not kept and answers not compressed"),
    ]

    private static let allowed: [(id: String, part: String, reason: String)] =
        [
            ("pod/*", ".spec.volumes", "admission adds the service account's volume"),
            ("list/page*", ".spec.volumes", "admission adds the service account's volume"),
        ]
        + ["pod/*", "list/page*"].flatMap { id in
            [
                (id, ".volumeMounts", "admission mounts the service account's volume"),
                (id, ".spec.enableServiceLinks", "a default of pods that nobody here reads"),
                (id, ".spec.preemptionPolicy", "admission adds the priority"),
                (id, ".spec.priority", "admission adds the priority"),
                (id, ".spec.serviceAccount", "admission adds the service account"),
                (id, ".spec.tolerations", "admission adds tolerations"),
                (id, "topology.kubernetes.io/zone", "admission of newer servers copies the node's zone"),
                (id, ".status.conditions[].reason", "the stand-in kubelet kept reasons of conditions that became true"),
                (
                    id, ".status.conditions[].message",
                    "the stand-in kubelet kept messages of conditions that became true"
                ),
            ]
        } + [
            ("errors/400-malformed", "message", "the words of another JSON parser"),
            ("errors/422-patch-type", "message", "the message holds the whole object, members in another order"),
            ("errors/422-patch-type", "details", "the message holds the whole object, members in another order"),
            ("list/bad-continue", "message", "continue tokens have another form"),
            ("watch/future", "message", "the message holds the present version"),
            ("apply/forced", ".status.replicas", "the first pods were not counted yet when the recording was made"),
            (
                "apply/forced", ".status.updatedReplicas",
                "the first pods were not counted yet when the recording was made"
            ),
            ("apply/get-01", "eplicas", "the first pods were not counted yet when the recording was made"),
            ("apply/get-01", "observedGeneration", "the first pods were not counted yet when the recording was made"),
            ("event/list", "", "the recording holds more kinds of event than the simulated controllers write"),
            ("watch/timeout", "BOOKMARK", "the simulation always ends with a bookmark when bookmarks are wanted"),
        ]
}
