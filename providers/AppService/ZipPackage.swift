public import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// A package that is fit to be deployed: a zip, war, jar or ear whose names lead nowhere outside, read once and hashed.
public struct ZipPackage: Sendable {
    /// SHA-256 of the file, 64 characters in lower case.
    public let sha256: String
    /// The one folder that everything lies in; App Service looks beside it, so this is worth a warning.
    public let soleFolder: String?
    /// What the service is told that it is: `zip`, `war`, `jar` or `ear`.
    public let type: String
    let slice: FileSlice

    /// The largest package that is deployed: 2 GB.
    public static let bytesMax = 2 << 30

    /// Reads and checks all of `file`, which the user knows as `path`.
    public init(reading file: any FileReader, path: String) throws(InputFailure) {
        let shown = path.printable(max: 300)
        guard file.byteCount > 0 else {
            throw InputFailure("\(shown) is empty; a package is a zip of the application.")
        }
        guard file.byteCount <= Self.bytesMax else {
            throw InputFailure(
                "\(shown) has \(file.byteCount) bytes, more than the \(Self.bytesMax) (2 GB) that App Service takes; "
                    + "leave out what is not needed to run it."
            )
        }
        guard try file.read(at: 0, count: min(2, file.byteCount)) == [0x50, 0x4B] else {
            throw InputFailure(
                "\(shown) is no zip, war, jar or ear; pack the application with its files at the top of the archive."
            )
        }
        soleFolder = try ZipDirectory(file, shown).soleFolder
        sha256 = try Self.digest(of: file)
        type = Self.type(of: path)
        slice = FileSlice(of: file, 0..<file.byteCount, sha256: sha256)
    }

    /// What a file is by the end of its name.
    static func type(of path: String) -> String {
        ["war", "jar", "ear"].first { path.lowercased().hasSuffix(".\($0)") } ?? "zip"
    }

    private static func digest(of file: any FileReader) throws(InputFailure) -> String {
        var stream = SHA256.Stream()
        let piece = 256 << 10
        for start in stride(from: 0, to: file.byteCount, by: piece) {
            stream.update(try file.read(at: start, count: min(piece, file.byteCount - start)))
        }
        return stream.finishHex()
    }

    /// Whether the file can be read and still is what it was.
    var isUnchanged: Bool { (try? Self.digest(of: slice.file)) == sha256 }
}
