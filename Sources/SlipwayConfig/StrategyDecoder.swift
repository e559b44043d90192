import SlipwayBase
import SlipwayModel
import SlipwayStrategies

/// Reads the mapping that holds one strategy.
enum StrategyDecoder {
    static func read(_ reader: ConfigReader) -> (any Strategy)? {
        defer { reader.finish() }
        guard let (key, node) = reader.oneOf(["rolling", "blueGreen", "canary"], required: true) else { return nil }
        let strategy = ConfigReader(node, into: reader.findings)
        defer { strategy.finish() }
        guard node.entries != nil || node.isNull else { return nil }
        switch key {
        case "rolling": return rolling(strategy)
        case "blueGreen": return blueGreen(strategy)
        default: return CanaryDecoder.read(strategy)
        }
    }

    private static func rolling(_ reader: ConfigReader) -> RollingStrategy {
        let strategy = RollingStrategy(
            maxSurge: reader.amount("maxSurge"),
            maxUnavailable: reader.amount("maxUnavailable"),
            deadline: reader.duration("deadline")
        )
        if isZero(strategy.maxSurge), isZero(strategy.maxUnavailable) {
            reader.findings.error(
                reader.node,
                "maxSurge and maxUnavailable are both 0, so that nothing could be replaced; raise one of them"
            )
        }
        return strategy
    }

    private static func isZero(_ amount: Amount?) -> Bool { amount == .count(0) || amount == .percent(0) }

    private static func blueGreen(_ reader: ConfigReader) -> BlueGreenStrategy {
        BlueGreenStrategy(
            autoPromote: reader.bool("autoPromote") ?? true,
            // Zero has a meaning here, unlike for any other duration: dispose of the old fleet at once.
            scaleDownDelay: reader.duration("scaleDownDelay", in: .zero ... .seconds(Limits.durationSecondsMax))
                ?? .seconds(30),
            disposal: reader.choice("old", of: Disposal.self) ?? .scaleDown,
            deadline: reader.duration("deadline")
        )
    }
}
