import SlipwayAccess
import SlipwayBase
import SlipwayConfig

/// Kubeconfig files merged as kubectl merges them: of entries with one name, and of current contexts, the first wins.
struct Kubeconfig {
    /// A named entry, and the file it stands in.
    struct Entry {
        var name: String
        var value: ConfigNode
        var file: String

        /// `path` as seen from the entry's file.
        func resolve(_ path: String) -> String {
            guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
            return String(file[...slash]) + path
        }
    }

    private(set) var contexts: [Entry] = []
    private(set) var clusters: [Entry] = []
    private(set) var users: [Entry] = []
    private(set) var currentContext: String?
    private(set) var files: [String] = []
    private(set) var warnings: [Diagnostic] = []

    /// Reads the kubeconfig at `path`, or the files of `KUBECONFIG`, or `~/.kube/config`; nil when there is none.
    static func load(_ path: String?, in environment: AccessEnvironment) throws(InputFailure) -> Kubeconfig? {
        var kubeconfig = Kubeconfig()
        let home = environment.variable("HOME").flatMap { $0.isEmpty ? nil : $0 }
        if let path {
            let isInHome = path.hasPrefix("~/")
            let file = isInHome ? (home ?? "") + path.dropFirst() : path
            try kubeconfig.add(file, try read(file, environment))
            return kubeconfig
        }
        let listed = (environment.variable("KUBECONFIG") ?? "").split(separator: ":").map(String.init)
        guard !listed.isEmpty else {
            guard let home else { return nil }
            let file = home + "/.kube/config"
            guard let contents = try readIfThere(file, environment) else { return nil }
            try kubeconfig.add(file, contents)
            return kubeconfig
        }
        var seen: Set<String> = []
        for file in listed where seen.insert(file).inserted {
            if let contents = try readIfThere(file, environment) {
                try kubeconfig.add(file, contents)
            } else {
                kubeconfig.warnings.append(
                    Diagnostic(
                        .warning,
                        place: Diagnostic.Place(file: file),
                        "KUBECONFIG names this file, and it is not there"
                    )
                )
            }
        }
        guard !kubeconfig.files.isEmpty else {
            let names = listed.prefix(5).joined(separator: ", ").printable(max: 400)
            throw InputFailure("KUBECONFIG names no file that is there: \(names); correct it, or unset it")
        }
        return kubeconfig
    }

    /// Reads a kubeconfig that never was a file; `name` stands for the file's in sentences.
    static func parse(_ bytes: [UInt8], called name: String) throws(InputFailure) -> Kubeconfig {
        guard bytes.count <= Limits.configBytesMax else {
            throw InputFailure("\(name) \(AccessEnvironment.FileFailure.tooLarge.words)")
        }
        var kubeconfig = Kubeconfig()
        try kubeconfig.add(name, AccessEnvironment.File(bytes))
        return kubeconfig
    }

    private static func read(
        _ file: String,
        _ environment: AccessEnvironment
    ) throws(InputFailure) -> AccessEnvironment.File {
        if let contents = try readIfThere(file, environment) { return contents }
        throw InputFailure("the kubeconfig \(file.printable(max: 300)) is not there")
    }

    private static func readIfThere(
        _ file: String,
        _ environment: AccessEnvironment
    ) throws(InputFailure) -> AccessEnvironment.File? {
        do throws(AccessEnvironment.FileFailure) {
            return try environment.readFile(file, Limits.configBytesMax)
        } catch {
            if error == .missing { return nil }
            throw InputFailure("the kubeconfig \(file.printable(max: 300)) \(error.words)")
        }
    }

    private mutating func add(_ file: String, _ contents: AccessEnvironment.File) throws(InputFailure) {
        let node = try ConfigNode.parse(bytes: contents.bytes, file: file)
        let findings = Findings()
        if contents.isReadableByOthers {
            findings.add(
                Diagnostic(
                    .warning,
                    place: Diagnostic.Place(file: file),
                    "other users can read this kubeconfig; take that away with chmod go-r"
                )
            )
        }
        let reader = ConfigReader(node, into: findings)
        if let kind = reader.filled("kind"), kind != "Config", let node = reader.node["kind"] {
            findings.error(node, "must be Config: this is no kubeconfig")
        }
        merge(&clusters, reader, "clusters", "cluster", file)
        merge(&users, reader, "users", "user", file)
        merge(&contexts, reader, "contexts", "context", file)
        let current = reader.filled("current-context")
        try findings.throwIfRefused()
        currentContext = currentContext ?? current
        warnings += findings.warnings
        files.append(file)
    }

    private func merge(_ entries: inout [Entry], _ reader: ConfigReader, _ list: String, _ key: String, _ file: String)
    {
        for element in reader.list(list) ?? [] {
            let entry = ConfigReader(element, into: reader.findings)
            guard let name = entry.string("name", required: true), !entries.contains(where: { $0.name == name })
            else { continue }
            // Nothing below the key is what kubectl writes for an entry without settings.
            let value = entry.node(key) ?? ConfigNode(.mapping([]), path: element.path, place: element.place)
            entries.append(Entry(name: name, value: value, file: file))
        }
    }
}

extension ConfigReader {
    /// The text under `key`; an empty one counts as absent, because kubectl writes those.
    func filled(_ key: String, required: Bool = false) -> String? {
        guard node[key]?.scalar?.source != "" || required else {
            know(key)
            return nil
        }
        return string(key, required: required)
    }
}
