import SlipwayAccess
import SlipwayBase

/// The two profile files of a machine; what is missing is empty.
struct Profiles: Sendable {
    let config: ProfileFile
    let credentials: ProfileFile
    private(set) var warnings: [Diagnostic] = []

    /// Reads `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, or `~/.aws/config` and `~/.aws/credentials`.
    init(in environment: AccessEnvironment) throws(InputFailure) {
        config = try Self.read("AWS_CONFIG_FILE", .config, environment).file
        let (file, isOpen) = try Self.read("AWS_SHARED_CREDENTIALS_FILE", .credentials, environment)
        credentials = file
        if isOpen {
            let place = Diagnostic.Place(file: file.path.printable(max: 300))
            let message = "other users can read this file with credentials; take that away with chmod go-r"
            warnings.append(Diagnostic(.warning, place: place, message))
        }
    }

    /// What both files say about a profile, the credentials file first; nil when neither knows it.
    func profile(_ name: String) -> Profile? {
        let parts = [credentials, config].compactMap { file in
            file.profiles[name].map { Profile.Part(file: file.path, section: $0) }
        }
        return parts.isEmpty ? nil : Profile(name: name, parts: parts)
    }

    /// What one of the files says about a profile; without properties when it does not know it.
    func profile(_ name: String, in file: ProfileFile) -> Profile {
        let part = Profile.Part(file: file.path, section: file.profiles[name] ?? ProfileFile.Section())
        return Profile(name: name, parts: [part])
    }

    /// The name of every profile.
    var names: [String] { Set(credentials.profiles.keys).union(config.profiles.keys).sorted() }

    /// There is no such profile: a sentence, with the name that was probably meant.
    func unknown(_ name: String, from place: String) -> String {
        let hint = name.nearest(of: names).map { "; did you mean \"\($0.printable(max: 100))\"?" }
        return "\(place) names the profile \"\(name.printable(max: 100))\", which is neither in "
            + "\(config.path.printable(max: 300)) nor in \(credentials.path.printable(max: 300))"
            + (hint ?? "; write it there, or name another one")
    }

    private static func read(
        _ variable: String,
        _ kind: ProfileFile.Kind,
        _ environment: AccessEnvironment
    ) throws(InputFailure) -> (file: ProfileFile, isOpen: Bool) {
        let name = kind == .config ? "config" : "credentials"
        let path = environment.expanded(environment.filled(variable) ?? "~/.aws/\(name)")
        // /dev/null is how people say "none"; it is no regular file, so it cannot be read as one.
        guard path != "/dev/null" else { return (ProfileFile(path: path, kind: kind), false) }
        let contents: AccessEnvironment.File
        do throws(AccessEnvironment.FileFailure) {
            contents = try environment.readFile(path, Limits.configBytesMax)
        } catch {
            if error == .missing { return (ProfileFile(path: path, kind: kind), false) }
            throw ProfileFile.failure(path, 0, "this file \(error.words)")
        }
        return (try ProfileFile(path: path, kind: kind, bytes: contents.bytes), contents.isReadableByOthers)
    }
}

/// A profile as one file or both have it.
struct Profile: Sendable {
    /// A profile's section in one file.
    struct Part: Sendable {
        var file: String
        var section: ProfileFile.Section
    }

    let name: String
    let parts: [Part]

    /// The value of a property without its comment; an empty one counts as absent.
    subscript(_ key: String) -> String? { property(key)?.property.value }

    /// The value of a property as written.
    func raw(_ key: String) -> String? { property(key)?.property.raw }

    /// `file:line` of a property, or the file of the profile.
    func place(_ key: String) -> String {
        guard let found = property(key) else { return (parts.first?.file ?? "").printable(max: 300) }
        return "\(found.file.printable(max: 300)):\(found.property.line)"
    }

    /// The profile by name, and where: how sentences begin.
    var shown: String { "the profile \"\(name.printable(max: 100))\"" }

    /// Whether it is one that takes a role with the credentials of another place.
    var takesRole: Bool { self["role_arn"] != nil && self["web_identity_token_file"] == nil }

    /// Whether either half of a fixed key stands in it.
    var hasFixedKeys: Bool { self["aws_access_key_id"] != nil || self["aws_secret_access_key"] != nil }

    private func property(_ key: String) -> (property: ProfileFile.Property, file: String)? {
        for part in parts {
            if let property = part.section.properties[key], !property.value.isEmpty { return (property, part.file) }
        }
        return nil
    }
}

extension AccessEnvironment {
    /// Whether a switch is on: the SDKs know `true` in any case.
    func isOn(_ name: String) -> Bool { variable(name)?.trimmed.lowercased() == "true" }
}
