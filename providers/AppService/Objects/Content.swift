import SlipwayBase
import SlipwayModel

/// What we leave beside an application that was deployed from a zip: it travels with it in a swap.
///
/// It counts only together with the deployment it names: whoever deploys later has deployed something else.
struct Marker: Hashable, Sendable {
    var version: String
    var sha256: String
    var deployment: String

    var json: JSON {
        ["version": .string(version), "sha256": .string(sha256), "deployment": .string(deployment)]
    }

    init(version: String, sha256: String, deployment: String) {
        (self.version, self.sha256, self.deployment) = (version, sha256, deployment)
    }

    init?(_ json: JSON) {
        guard let version = json["version"]?.words, let sha256 = json["sha256"]?.words,
            let deployment = json["deployment"]?.words
        else { return nil }
        self.init(
            version: version.printable(max: 200),
            sha256: sha256.printable(max: 64),
            deployment: deployment.printable(max: 100)
        )
    }
}

/// What a site or slot runs.
enum Content: Hashable, Sendable {
    /// A container image by its reference.
    case image(String)
    /// A deployed package: the number of its deployment, and our marker where it is valid.
    case package(deployment: String?, marker: Marker?)
    /// What no release of ours can be: a set of containers in one file.
    case composed

    /// For people.
    var words: String {
        switch self {
        case .image(let reference): reference.isEmpty ? "no image" : reference.printable(max: 200)
        case .package(_, let marker?): "\(marker.version) (zip \(marker.sha256.prefix(12)))"
        case .package(let deployment?, nil): "deployment \(deployment.printable(max: 60))"
        case .package(nil, nil): "no deployment that is known"
        case .composed: "several containers in one file"
        }
    }

    /// As a release; nil for what cannot be one.
    var release: Release? {
        switch self {
        case .image(let reference):
            return Release(version: Self.version(of: reference), artifact: .image(reference: reference))
        case .package(let deployment, let marker):
            let name = marker?.version ?? deployment?.printable(max: 100) ?? "unknown"
            return Release(version: name, artifact: .label(name: name))
        case .composed: return nil
        }
    }

    var json: JSON {
        switch self {
        case .image(let reference): return ["image": .string(reference)]
        case .package(let deployment, let marker):
            var json: JSON = ["package": true]
            json["deployment"] = deployment.map { .string($0) }
            json["marker"] = marker?.json
            return json
        case .composed: return ["composed": true]
        }
    }

    init?(_ json: JSON?) {
        guard let json else { return nil }
        if let reference = json["image"]?.string {
            self = .image(reference)
        } else if json["composed"] != nil {
            self = .composed
        } else if json["package"] != nil {
            self = .package(deployment: json["deployment"]?.string, marker: json["marker"].flatMap(Marker.init))
        } else {
            return nil
        }
    }

    /// The tag of an image reference, or the whole of it when it has none.
    private static func version(of reference: String) -> String {
        let name = reference.split(separator: "/").last ?? ""
        guard let colon = name.lastIndex(of: ":"), !name.contains("@") else { return reference.printable(max: 200) }
        return String(name[name.index(after: colon)...]).printable(max: 200)
    }
}
