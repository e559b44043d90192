import SlipwayBase
import SlipwayConfig

extension KubernetesLayout {
    /// Reads the names that decide the layout; which other keys are known follows from them. A canary may have one of
    /// the keys `fronts` in place of a route.
    init?(reading reader: ConfigReader, fronts: [String]) {
        // Every key is known in every layout, so that a key of another layout is explained and not called unknown.
        let deployment = reader.objectName("deployment")
        let pairs = [("blue", "green"), ("stable", "canary")].map { (reader.objectName($0), reader.objectName($1)) }
        let services = ["blueService", "greenService", "stableService", "canaryService"].map { reader.objectName($0) }
        let preview = reader.objectName("previewService")
        let front = Front(reading: reader, fronts: fronts)
        // A name that is written and could not be read has been reported; nothing more is said about it.
        func isWritten(_ keys: String...) -> Bool { keys.contains { reader.node($0) != nil } }
        let isPlain = isWritten("deployment")
        let isBlueGreen = isWritten("blue", "green")
        let isCanary = isWritten("stable", "canary")
        guard [isPlain, isBlueGreen, isCanary].count(where: { $0 }) == 1 else {
            reader.findings.error(
                reader.node,
                "must name exactly one of `deployment`, `blue` and `green`, or `stable` and `canary`"
            )
            return nil
        }
        if isPlain {
            guard front == nil, preview == nil, services.allSatisfy({ $0 == nil }) else {
                reader.findings.error(
                    reader.node,
                    "names one `deployment`, which is replaced in place and needs no Service or route"
                )
                return nil
            }
            guard let deployment else { return nil }
            self = .rolling(deployment: deployment)
            return
        }
        let names = isBlueGreen ? ("blue", "green") : ("stable", "canary")
        let pair = isBlueGreen ? pairs[0] : pairs[1]
        let isUnread = isWritten(names.0) && pair.0 == nil || isWritten(names.1) && pair.1 == nil
        guard let first = pair.0, let second = pair.1, first != second else {
            if isUnread { return nil }
            reader.findings.error(
                reader.node,
                "must name both `\(names.0)` and `\(names.1)`, and two different Deployments"
            )
            return nil
        }
        let fleets = isBlueGreen ? (services[0], services[1]) : (services[2], services[3])
        let one = KubernetesFleet(deployment: first, service: fleets.0)
        let two = KubernetesFleet(deployment: second, service: fleets.1)
        guard let front else {
            Self.reportNoFront(reader, fronts, isCanary: isCanary)
            return nil
        }
        guard let layout = Self.paired(one, two, front, preview: preview, isBlueGreen: isBlueGreen, reader) else {
            return nil
        }
        self = layout
    }

    private static func reportNoFront(_ reader: ConfigReader, _ fronts: [String], isCanary: Bool) {
        let isWritten = (Front.routes + fronts).contains { reader.node($0) != nil }
        guard !isWritten else { return }
        let more = ["virtualService"] + fronts
        let last = more.last.map { " or `\($0)`" } ?? ""
        let choices = (Front.routes.prefix(3) + (isCanary ? more.dropLast() : [])).map { "`\($0)`" }
        reader.findings.error(
            reader.node,
            "must say what leads production to the two fleets: one of \(choices.joined(separator: ", "))"
                + (isCanary ? last : "")
        )
    }

    private static func paired(
        _ one: KubernetesFleet,
        _ two: KubernetesFleet,
        _ front: Front,
        preview: String?,
        isBlueGreen: Bool,
        _ reader: ConfigReader
    ) -> KubernetesLayout? {
        switch (front, isBlueGreen) {
        case (.service(let name), true):
            return .blueGreen(blue: one, green: two, front: .service(name: name), preview: preview)
        case (.ingress(let name), true):
            return .blueGreen(blue: one, green: two, front: .ingress(name: name), preview: preview)
        case (.httpRoute(let name, let rule), true):
            return .blueGreen(blue: one, green: two, front: .httpRoute(name: name, rule: rule), preview: preview)
        case (.virtualService, true), (.external, true):
            let key = if case .external(let key) = front { key } else { "virtualService" }
            reader.findings.error(
                reader.node,
                "`\(key)` shares traffic for a canary; for blue and green name a `service`, `ingress` or `httpRoute`"
            )
            return nil
        case (_, false) where preview != nil:
            reader.findings.error(
                reader.node,
                "`previewService` belongs to `blue` and `green`; a canary is reached through its own Service"
            )
            return nil
        case (.service(let name), false): return .canary(stable: one, canary: two, front: .replicaRatio(service: name))
        case (.ingress(let name), false): return .canary(stable: one, canary: two, front: .ingress(name: name))
        case (.httpRoute(let name, let rule), false):
            return .canary(stable: one, canary: two, front: .httpRoute(name: name, rule: rule))
        case (.virtualService(let name, let route), false):
            return .canary(stable: one, canary: two, front: .virtualService(name: name, route: route))
        case (.external(let key), false): return .canary(stable: one, canary: two, front: .external(words: key))
        }
    }

    private enum Front {
        case service(String)
        case ingress(String)
        case httpRoute(String, Int?)
        case virtualService(String, String?)
        case external(String)

        static let routes = ["service", "ingress", "httpRoute", "virtualService"]

        init?(reading reader: ConfigReader, fronts: [String]) {
            guard let (key, _) = reader.oneOf(Self.routes + fronts) else { return nil }
            if fronts.contains(key) {
                self = .external(key)
                return
            }
            if key == "service" {
                guard let name = reader.objectName("service") else { return nil }
                self = .service(name)
                return
            }
            guard let section = reader.mapping(key) else { return nil }
            defer { section.finish() }
            let name = section.objectName("name", required: true)
            let rule = key == "httpRoute" ? section.int("rule", in: 0...100) : nil
            let route = key == "virtualService" ? section.string("route") : nil
            guard let name else { return nil }
            switch key {
            case "ingress": self = .ingress(name)
            case "httpRoute": self = .httpRoute(name, rule)
            default: self = .virtualService(name, route)
            }
        }
    }
}
