import SlipwayBase
import SlipwayModel

/// Reads `release:`: a version, and the artifact in one form or in several for different platforms.
enum ReleaseDecoder {
    static func read(_ reader: ConfigReader) -> ReleaseConfiguration? {
        guard let release = reader.mapping("release", required: true) else { return nil }
        defer { release.finish() }
        let version = version(release)
        let forms: [Form] = [image(release), bundle(release), object(release)]
        guard forms.contains(where: { $0.isWritten }) else {
            release.require(["image", "bundle", "s3"])
            return nil
        }
        let artifacts = forms.compactMap(\.artifact)
        guard let version, artifacts.count == forms.count(where: \.isWritten) else { return nil }
        return ReleaseConfiguration(version: version, artifacts: artifacts)
    }

    /// One form of the release: written or not, and if so right or already reported.
    private struct Form {
        var isWritten: Bool
        var artifact: Artifact?
    }

    private static func version(_ release: ConfigReader) -> String? {
        guard let version = release.string("version", required: true) else { return nil }
        if version.count > 128 || version != version.printable(max: 128) {
            release.findings.error(
                release.node["version"] ?? release.node,
                "must be one line of at most 128 characters"
            )
        }
        return version
    }

    private static func image(_ release: ConfigReader) -> Form {
        guard release.has("image") else { return Form(isWritten: false) }
        guard let image = release.string("image", required: true), let node = release.node["image"] else {
            return Form(isWritten: true)
        }
        guard image.utf8.count <= 512, image.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            release.findings.error(
                node,
                "must be an image reference without spaces, such as registry.example.com/shop:2.4.1"
            )
            return Form(isWritten: true)
        }
        return Form(isWritten: true, artifact: .image(reference: image))
    }

    private static func bundle(_ release: ConfigReader) -> Form {
        guard release.has("bundle") else { return Form(isWritten: false) }
        let path = release.string("bundle", required: true)
        return Form(isWritten: true, artifact: path.map { .bundle(path: $0, sha256: nil) })
    }

    private static func object(_ release: ConfigReader) -> Form {
        guard release.has("s3") else { return Form(isWritten: false) }
        guard let section = release.mapping("s3", required: true) else { return Form(isWritten: true) }
        defer { section.finish() }
        guard let bucket = section.string("bucket", required: true), let key = section.string("key", required: true)
        else { return Form(isWritten: true) }
        guard (3...63).contains(bucket.utf8.count), bucket.utf8.allSatisfy(isBucketByte) else {
            section.findings.error(
                section.node["bucket"] ?? section.node,
                "must be the name of a bucket: 3 to 63 of a-z, 0-9, - and ."
            )
            return Form(isWritten: true)
        }
        guard key.utf8.count <= 1024 else {
            section.findings.error(section.node["key"] ?? section.node, "must be at most 1024 bytes long")
            return Form(isWritten: true)
        }
        return Form(isWritten: true, artifact: .object(bucket: bucket, key: key))
    }

    private static func isBucketByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }
}
