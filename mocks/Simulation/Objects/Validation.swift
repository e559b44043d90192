import SlipwayBase

extension KubernetesWorld {
    /// What the server would refuse in a completed object.
    func validated(_ object: JSON, _ kind: ResourceKind, _ present: JSON?) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if present == nil, !Self.isName(object.name) { problems.append(Self.badName(object.name)) }
        switch kind {
        case .deployment, .replicaSet: problems += Self.workloadProblems(object, present)
        case .service: problems += Self.serviceProblems(object, present)
        case .httpRoute: problems += Self.routeProblems(object)
        case .lease: problems += Self.leaseProblems(object)
        default: break
        }
        return problems
    }

    private static func isName(_ name: String) -> Bool {
        let letters = name.utf8
        guard (1...253).contains(letters.count), let first = letters.first, let last = letters.last else {
            return false
        }
        func isAlphanumeric(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && letters.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E }
    }

    private static func badName(_ name: String) -> FieldProblem {
        guard !name.isEmpty else {
            return FieldProblem(
                field: "metadata.name",
                message: "Required value: name or generateName is required",
                reason: .required
            )
        }
        return FieldProblem(
            field: "metadata.name",
            message:
                """
                Invalid value: \"\(name)\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
                characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', \
                regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
                """
        )
    }

    private static func workloadProblems(_ object: JSON, _ present: JSON?) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let spec = object["spec"] ?? [:]
        for name in ["replicas", "minReadySeconds", "revisionHistoryLimit"] {
            guard let value = spec[name], (value.int ?? -1) < 0 else { continue }
            problems.append(
                FieldProblem(
                    field: "spec.\(name)",
                    message: "Invalid value: \(value.text): must be greater than or equal to 0"
                )
            )
        }
        let labels = spec["template"]?["metadata"]?["labels"]?.object ?? [:]
        if spec["selector"]?.object?.isEmpty ?? true {
            problems.append(FieldProblem(field: "spec.selector", message: "Required value", reason: .required))
        } else if !LabelSelector(workload: spec["selector"]).matches(labels) {
            problems.append(
                FieldProblem(
                    field: "spec.template.metadata.labels",
                    message: "Invalid value: \(JSON.object(labels).text): `selector` does not match template `labels`"
                )
            )
        }
        problems += containerProblems(spec["template"]?["spec"]?["containers"]?.array ?? [])
        problems += strategyProblems(spec["strategy"])
        if let old = present?["spec"]?["selector"], let new = spec["selector"], old != new {
            problems.append(
                FieldProblem(field: "spec.selector", message: "Invalid value: \(new.text): field is immutable")
            )
        }
        return problems
    }

    private static func containerProblems(_ containers: [JSON]) -> [FieldProblem] {
        let path = "spec.template.spec.containers"
        guard !containers.isEmpty else {
            return [FieldProblem(field: path, message: "Required value", reason: .required)]
        }
        var problems: [FieldProblem] = []
        for (index, container) in containers.enumerated() {
            for name in ["name", "image"] where container[name]?.string?.isEmpty ?? true {
                problems.append(
                    FieldProblem(field: "\(path)[\(index)].\(name)", message: "Required value", reason: .required)
                )
            }
        }
        return problems
    }

    private static func strategyProblems(_ strategy: JSON?) -> [FieldProblem] {
        guard let rolling = strategy?["rollingUpdate"] else { return [] }
        let surge = scaled(rolling["maxSurge"], of: 100, roundingUp: true)
        let unavailable = scaled(rolling["maxUnavailable"], of: 100, roundingUp: false)
        guard surge == 0, unavailable == 0 else { return [] }
        return [
            FieldProblem(
                field: "spec.strategy.rollingUpdate.maxUnavailable",
                message:
                    "Invalid value: \((rolling["maxUnavailable"] ?? .null).text): may not be 0 when `maxSurge` is 0"
            )
        ]
    }

    private static func serviceProblems(_ object: JSON, _ present: JSON?) -> [FieldProblem] {
        guard let present, let old = present["spec"]?["clusterIP"], let new = object["spec"]?["clusterIP"], old != new
        else { return [] }
        let list = object["spec"]?["clusterIPs"] ?? [new]
        return [
            FieldProblem(field: "spec.clusterIPs[0]", message: "Invalid value: \(list.text): may not change once set")
        ]
    }

    private static func leaseProblems(_ object: JSON) -> [FieldProblem] {
        guard let seconds = object["spec"]?["leaseDurationSeconds"]?.int, seconds <= 0 else { return [] }
        return [
            FieldProblem(
                field: "spec.leaseDurationSeconds",
                message: "Invalid value: \(seconds): must be greater than 0"
            )
        ]
    }

    private static func routeProblems(_ object: JSON) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for (index, rule) in (object["spec"]?["rules"]?.array ?? []).enumerated() {
            for (position, backend) in (rule["backendRefs"]?.array ?? []).enumerated() {
                let field = "spec.rules[\(index)].backendRefs[\(position)]"
                problems += backendProblems(backend, field)
            }
        }
        if problems.contains(where: { $0.reason == .wrongType }) {
            problems.append(
                FieldProblem(
                    field: "<nil>",
                    message:
                        """
                        Invalid value: null: some validation rules were not checked because the object was invalid; \
                        correct the existing errors to complete validation
                        """
                )
            )
        }
        return problems
    }

    private static func backendProblems(_ backend: JSON, _ field: String) -> [FieldProblem] {
        if let weight = backend["weight"] {
            guard let value = weight.int else {
                let type = weight.string != nil ? "string" : weight.bool != nil ? "boolean" : "number"
                let message = "Invalid value: \"\(type)\": \(field).weight in body must be of type integer: \"\(type)\""
                return [FieldProblem(field: "\(field).weight", message: message, reason: .wrongType)]
            }
            let bound =
                value < 0 ? "greater than or equal to 0" : value > 1_000_000 ? "less than or equal to 1e+06" : nil
            if let bound {
                let message = "Invalid value: \(value): \(field).weight in body should be \(bound)"
                return [FieldProblem(field: "\(field).weight", message: message)]
            }
        }
        guard backend["kind"]?.string == "Service", backend["port"] == nil else { return [] }
        return [FieldProblem(field: field, message: "Invalid value: Must have port for Service reference")]
    }
}

/// A count that may be a number or a percentage of `total`.
func scaled(_ value: JSON?, of total: Int, roundingUp: Bool) -> Int {
    if let count = value?.int { return count }
    guard let text = value?.string, text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return 0 }
    return (total * percent + (roundingUp ? 99 : 0)) / 100
}
