public import SlipwayBase

/// A bundle that is fit to be released: its form and size are what Elastic Beanstalk takes, and no name in it leads
/// out of the folder it is unpacked in.
///
/// Accepted are zip archives (also as war or jar), and what Elastic Beanstalk's Docker platforms take without an
/// archive: a `Dockerrun.aws.json` of version 1, 2 or 3, recognised by its content, and a file that is called
/// `docker-compose.yml`, `docker-compose.yaml` or `Dockerfile`. The names are those of the zip's directory, the one
/// that unpacking programs go by.
public struct SourceBundle: Sendable {
    /// The file and what it hashes to.
    public let content: HashedFile
    /// What a key of its digest ends in: `.zip`, `.war`, `.jar`, or `/Dockerrun.aws.json` and the like, because a plain
    /// file must keep its name.
    public let keyEnding: String
    /// The one folder that everything lies in; Elastic Beanstalk looks beside it, so this is worth a warning.
    public let soleFolder: String?

    /// Reads and checks all of `file`, which the user knows as `path`.
    public init(reading file: any FileReader, path: String) throws(InputFailure) {
        let shown = path.printable(max: 300)
        guard file.byteCount > 0 else { throw InputFailure("\(shown) is empty; a bundle is a zip of the application.") }
        guard file.byteCount <= Limits.bundleBytesMax else {
            throw InputFailure(
                "\(shown) has \(file.byteCount) bytes, more than the \(Limits.bundleBytesMax) (512 MB) that Elastic"
                    + " Beanstalk takes; leave out what is not needed to run it."
            )
        }
        let name = String(path.split(separator: "/").last ?? "")
        let magic = try file.read(at: 0, count: min(4, file.byteCount))
        if magic.starts(with: [0x50, 0x4B]), magic.count == 4, [[3, 4], [5, 6], [7, 8]].contains(Array(magic[2...])) {
            let names = try ZipDirectory(file, shown)
            (keyEnding, soleFolder) = (Self.archiveEnding(name), names.soleFolder)
        } else {
            guard let plain = try Self.plainName(of: file, name) else {
                throw InputFailure(
                    "\(shown) is no zip, war or jar; pack the application with its files at the top of the archive."
                )
            }
            (keyEnding, soleFolder) = ("/\(plain)", nil)
        }
        content = try HashedFile(file)
    }

    /// Where the bundle of `application` lies: the same bytes always under the same key.
    public func key(for application: String) -> String { "slipway/\(application)/\(content.sha256)\(keyEnding)" }

    /// What a key of the bundle at `path` ends in, as far as its name says; a plain file ends in its own name.
    public static func ending(of path: String) -> String {
        let name = String(path.split(separator: "/").last ?? "")
        if plainNames.contains(name) { return "/\(name)" }
        return name.lowercased().hasSuffix(".json") ? "/Dockerrun.aws.json" : archiveEnding(name)
    }

    private static let plainNames = ["docker-compose.yml", "docker-compose.yaml", "Dockerfile"]

    private static func archiveEnding(_ name: String) -> String {
        [".war", ".jar"].first { name.lowercased().hasSuffix($0) } ?? ".zip"
    }

    /// The name under which Elastic Beanstalk takes the file as it is; nil when it does not.
    private static func plainName(of file: any FileReader, _ name: String) throws(InputFailure) -> String? {
        guard file.byteCount <= Limits.bundleTextBytesMax else { return nil }
        let bytes = try file.read(at: 0, count: file.byteCount)
        guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else { return nil }
        if plainNames.contains(name) { return name }
        guard let json = try? JSON(parsing: bytes), let version = json["AWSEBDockerrunVersion"] else { return nil }
        return [1, 2, 3].contains(version.int ?? version.string.flatMap { Int($0) }) ? "Dockerrun.aws.json" : nil
    }
}
