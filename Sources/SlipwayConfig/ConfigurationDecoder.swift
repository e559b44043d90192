import SlipwayBase
import SlipwayModel

/// Reads the keys of a config that no platform owns.
struct ConfigurationDecoder {
    let platforms: [PlatformSection]

    func read(_ reader: ConfigReader) -> Configuration? {
        version(reader)
        let application = reader.string("application", required: true)
        let release = ReleaseDecoder.read(reader)
        let strategy = reader.has("strategy") ? strategy(reader) : nil
        let accept = accept(reader)
        let targets = targets(reader, Common(release: release, strategy: strategy, accept: accept))
        guard let application, let release else { return nil }
        return Configuration(
            application: application,
            release: release,
            targets: targets,
            warnings: reader.findings.warnings
        )
    }

    private func version(_ reader: ConfigReader) {
        guard let node = reader.node("apiVersion", required: true) else { return }
        guard node.scalar?.text != Configuration.apiVersion else { return }
        reader.findings.error(node, "must be \(Configuration.apiVersion), not \(node.kindInWords)")
    }

    private func strategy(_ reader: ConfigReader) -> (any Strategy)? {
        reader.mapping("strategy", required: true).flatMap(StrategyDecoder.read)
    }

    private func accept(_ reader: ConfigReader) -> Set<String> {
        let known = platforms.reduce(into: Set<String>()) { $0.formUnion($1.approximations) }
        let names = reader.strings("accept", max: 100) ?? []
        for (index, name) in names.enumerated() where !known.isEmpty && !known.contains(name) {
            guard let element = reader.node["accept"]?.elements?[index] else { continue }
            let hint =
                name.nearest(of: known.sorted()).map { "did you mean \"\($0)\"?" }
                ?? "known: \(known.sorted().joined(separator: ", "))"
            reader.findings.error(element, "no approximation is called \"\(name.printable(max: 80))\"; \(hint)")
        }
        return Set(names)
    }

    /// What holds for every target that says nothing else.
    private struct Common {
        var release: ReleaseConfiguration?
        var strategy: (any Strategy)?
        var accept: Set<String>
    }

    private func targets(
        _ reader: ConfigReader,
        _ common: Common
    ) -> [TargetConfiguration] {
        guard let elements = reader.list("targets", required: true, max: Limits.targetsMax) else { return [] }
        if elements.isEmpty, let list = reader.node["targets"] {
            reader.findings.error(list, "has no target; name at least one")
        }
        var names: [String: String] = [:]
        return elements.compactMap { element in
            let target = ConfigReader(element, into: reader.findings)
            defer { target.finish() }
            let name = name(target, &names)
            let hasOwn = target.has("strategy")
            let strategy = hasOwn ? strategy(target) : common.strategy
            if !hasOwn, !reader.has("strategy"), element.entries != nil {
                target.findings.error(element, "has no strategy; give it one, or one for all at the top of the file")
            }
            let accept = common.accept.union(accept(target))
            let section = section(target, strategy)
            guard let (platform, node) = section, let release = release(common.release, for: platform, node, target),
                let name, let strategy
            else { return nil }
            return TargetConfiguration(
                name: name,
                platform: platform,
                section: node,
                release: release,
                strategy: strategy,
                accept: accept
            )
        }
    }

    private func name(_ target: ConfigReader, _ names: inout [String: String]) -> String? {
        guard let name = target.string("name", required: true), let node = target.node["name"] else { return nil }
        let isName =
            (1...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isName else {
            target.findings.error(node, "must be 1 to 63 of a-z, 0-9 and -, not \(node.kindInWords)")
            return nil
        }
        if let other = names.updateValue(target.node.path, forKey: name) {
            target.findings.error(node, "\"\(name)\" is the name of \(other) already; names must differ")
            names[name] = other
        }
        return name
    }

    private func section(_ target: ConfigReader, _ strategy: (any Strategy)?) -> (String, ConfigNode)? {
        guard let (key, node) = target.oneOf(platforms.map(\.key), required: true) else { return nil }
        let section = ConfigReader(node, into: target.findings)
        platforms.first { $0.key == key }?.check(section, strategy)
        section.finish()
        return (key, node)
    }

    /// The release in a form that `platform` takes; reports when none of those is given.
    private func release(
        _ release: ReleaseConfiguration?,
        for key: String,
        _ section: ConfigNode,
        _ target: ConfigReader
    ) -> Release? {
        guard let release, let platform = platforms.first(where: { $0.key == key }) else { return nil }
        let kinds = platform.artifact(section).map { [$0] } ?? platform.artifacts
        if let found = release.release(as: kinds) { return found }
        let wanted = ConfigReader.inWords(kinds.map { "release.\($0.rawValue)" })
        let given = release.artifacts.map { "release.\($0.kind.rawValue)" }.joined(separator: " and ")
        target.findings.error(target.node, "\(key) takes \(wanted), and only \(given) is given")
        return nil
    }
}
