import SlipwayBase
import SlipwayConfig

extension ElasticBeanstalkLayout {
    /// Reads the names that decide the layout; nil after a mistake was reported.
    init?(reading reader: ConfigReader) {
        // Every key is known in every layout, so that a key of another layout is explained and not called unknown.
        let environment = reader.environmentName("environment")
        let pairs = [("blue", "green"), ("stable", "canary")].map {
            (reader.environmentName($0), reader.environmentName($1))
        }
        let cname = reader.cname("cname")
        let weights = Self.weights(reader)
        func isWritten(_ keys: String...) -> Bool { keys.contains { reader.node($0) != nil } }
        let isPlain = isWritten("environment")
        let isBlueGreen = isWritten("blue", "green")
        let isCanary = isWritten("stable", "canary")
        guard [isPlain, isBlueGreen, isCanary].count(where: { $0 }) == 1 else {
            reader.findings.error(
                reader.node,
                "must name exactly one of `environment`, `blue` and `green`, or `stable` and `canary`"
            )
            return nil
        }
        if let foreign = Self.foreignKey(isBlueGreen, isCanary, isWritten) {
            reader.findings.error(reader.node(foreign.key) ?? reader.node, foreign.why)
            return nil
        }
        if isPlain {
            guard let environment else { return nil }
            self = .environment(name: environment)
            return
        }
        let names = isBlueGreen ? ("blue", "green") : ("stable", "canary")
        guard let pair = Self.two(names, isBlueGreen ? pairs[0] : pairs[1], reader, isWritten) else { return nil }
        if isBlueGreen {
            guard let cname else {
                if !isWritten("cname") {
                    reader.findings.error(reader.node, "must say with `cname` which name production comes in by")
                }
                return nil
            }
            self = .blueGreen(blue: pair.0, green: pair.1, cname: cname)
            return
        }
        guard let weights else {
            if !isWritten("listenerRule", "route53") {
                reader.findings.error(
                    reader.node,
                    "must say what shares production between the two environments: `listenerRule` or `route53`"
                )
            }
            return nil
        }
        self = .canary(stable: pair.0, canary: pair.1, weights: weights)
    }

    private static func foreignKey(
        _ isBlueGreen: Bool,
        _ isCanary: Bool,
        _ isWritten: (String...) -> Bool
    ) -> (key: String, why: String)? {
        if !isBlueGreen, isWritten("cname") {
            return ("cname", "`cname` belongs to `blue` and `green`, between which production is switched")
        }
        for key in ["listenerRule", "route53"] where !isCanary && isWritten(key) {
            return (key, "`\(key)` belongs to `stable` and `canary`, between which it shares production")
        }
        return nil
    }

    /// Two different names; nil after a mistake was reported.
    private static func two(
        _ keys: (String, String),
        _ pair: (String?, String?),
        _ reader: ConfigReader,
        _ isWritten: (String...) -> Bool
    ) -> (String, String)? {
        if let first = pair.0, let second = pair.1, first.lowercased() != second.lowercased() { return (first, second) }
        // A name that is written and could not be read has been reported; nothing more is said about it.
        if isWritten(keys.0) && pair.0 == nil || isWritten(keys.1) && pair.1 == nil { return nil }
        reader.findings.error(
            reader.node,
            "must name both `\(keys.0)` and `\(keys.1)`, and two different environments; the second one is made when "
                + "it is not there"
        )
        return nil
    }

    private static func weights(_ reader: ConfigReader) -> Weights? {
        guard let (key, _) = reader.oneOf(["listenerRule", "route53"]) else { return nil }
        if key == "listenerRule" { return reader.listenerRule("listenerRule").map { .listenerRule(arn: $0) } }
        guard let section = reader.mapping("route53") else { return nil }
        defer { section.finish() }
        let zone = section.hostedZone("hostedZone", required: true)
        let name = section.dnsName("name", required: true)
        guard let zone, let name else { return nil }
        return .route53(hostedZone: zone, name: name)
    }
}
