import SlipwayBase
import SlipwayModel
import SlipwayStrategies

/// Reads the steps of a canary, in the words of Argo Rollouts.
enum CanaryDecoder {
    private static let kinds = ["setWeight", "pause", "setCanaryScale", "setHeaderRoute"]

    static func read(_ reader: ConfigReader) -> CanaryStrategy {
        let elements = reader.list("steps", required: true, max: Limits.canaryStepsMax)
        let deadline = reader.duration("deadline")
        var steps: [CanaryStrategy.Step] = []
        var weight = 0
        for element in elements ?? [] {
            let step = ConfigReader(element, into: reader.findings)
            if let step = self.step(step, after: &weight) { steps.append(step) }
            step.finish()
        }
        if let list = reader.node["steps"], let elements {
            if elements.isEmpty {
                reader.findings.error(list, "has no step; give at least one setWeight")
            } else if !elements.contains(where: { $0["setWeight"] != nil }),
                elements.allSatisfy({ step in kinds.contains { step[$0] != nil } })
            {
                reader.findings.error(list, "has no setWeight, so the canary would get no traffic; give at least one")
            }
        }
        return CanaryStrategy(steps: steps, deadline: deadline)
    }

    private static func step(_ reader: ConfigReader, after weight: inout Int) -> CanaryStrategy.Step? {
        guard let (kind, node) = reader.oneOf(kinds, required: true) else { return nil }
        if kind == "setWeight" { return setWeight(reader, after: &weight) }
        let values = ConfigReader(node, into: reader.findings)
        defer { values.finish() }
        guard node.entries != nil || node.isNull else { return nil }
        switch kind {
        case "pause":
            return .pause(values.duration("duration"))
        case "setCanaryScale": return scale(values)
        default:
            let matches = values.list("match", max: 16) ?? []
            return .setHeaderRoute(matches.compactMap { header(ConfigReader($0, into: reader.findings)) })
        }
    }

    private static func setWeight(_ reader: ConfigReader, after weight: inout Int) -> CanaryStrategy.Step? {
        guard let value = reader.percent("setWeight", in: 1...100, required: true) else { return nil }
        if value <= weight, let node = reader.node["setWeight"] {
            reader.findings.error(node, "must be greater than the weight \(weight) before it; weights only rise")
        }
        weight = max(weight, value)
        return .setWeight(value)
    }

    private static func scale(_ reader: ConfigReader) -> CanaryStrategy.Step? {
        guard let (key, node) = reader.oneOf(["replicas", "weight", "matchTrafficWeight"], required: true) else {
            return nil
        }
        switch key {
        case "replicas":
            return reader.int(key, in: 1...Limits.replicasMax, required: true).map { .setCanaryScale(.replicas($0)) }
        case "weight": return reader.percent(key, in: 1...100, required: true).map { .setCanaryScale(.percent($0)) }
        default:
            guard let isMatched = reader.bool(key, required: true) else { return nil }
            if !isMatched { reader.findings.error(node, "can only be true; leave it out and give replicas or weight") }
            return .setCanaryScale(nil)
        }
    }

    private static func header(_ reader: ConfigReader) -> HeaderMatch? {
        defer { reader.finish() }
        let name = reader.string("headerName", required: true)
        if let name, let node = reader.node["headerName"], !isToken(name) {
            reader.findings.error(node, "must be the name of a header, such as X-Canary, not \(node.kindInWords)")
        }
        guard let value = reader.mapping("headerValue", required: true) else { return nil }
        defer { value.finish() }
        guard let (key, node) = value.oneOf(HeaderMatch.Comparison.allCases.map(\.rawValue), required: true),
            let comparison = HeaderMatch.Comparison(rawValue: key), let text = value.string(key, required: true)
        else { return nil }
        if text.utf8.count > 1024 || text != text.printable(max: 1024) {
            reader.findings.error(node, "must be one line of at most 1024 characters")
        }
        return name.map { HeaderMatch(name: $0, comparison: comparison, value: text) }
    }

    private static func isToken(_ name: String) -> Bool {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        return (1...256).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || (48...57).contains($0.value) || marks.contains(UInt8($0.value)))
            }
    }
}
