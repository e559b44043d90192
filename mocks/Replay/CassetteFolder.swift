internal import Foundation
internal import SlipwayBase

/// Cassettes in a folder on disk: the one place of this module that touches files.
public struct CassetteFolder: Sendable {
    /// The folder.
    public let path: String

    /// The folder at `path`.
    public init(path: String) { self.path = path }

    /// The `mocks/cassettes` folder of the package that holds the source file `file` (pass `#filePath`).
    public init(ofPackageWith file: String) throws(CassetteFailure) {
        var folder = URL(fileURLWithPath: file)
        repeat {
            folder.deleteLastPathComponent()
            let cassettes = folder.appendingPathComponent("mocks/cassettes").path
            if FileManager.default.fileExists(atPath: cassettes) {
                self.init(path: cassettes)
                return
            }
        } while folder.path.count > 1
        throw CassetteFailure(cassette: "folder", problem: "no folder above the source file holds mocks/cassettes")
    }

    /// The names of the cassettes below the folder, such as `kubernetes/lease`, sorted.
    public func names() -> [String] {
        let files = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Reads one cassette, at most `Limits.cassetteBytesMax` of it.
    public func load(_ name: String) throws(CassetteFailure) -> Cassette {
        guard !name.split(separator: "/").contains("..") else {
            throw CassetteFailure(cassette: name.printable(max: 200), problem: "its name leads out of the folder")
        }
        guard let file = FileHandle(forReadingAtPath: "\(path)/\(name).json") else {
            let hint = name.nearest(of: names()).map { "; the nearest is \($0)" } ?? ""
            throw CassetteFailure(cassette: name.printable(max: 200), problem: "there is no such cassette\(hint)")
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: Limits.cassetteBytesMax + 1) else {
            throw CassetteFailure(cassette: name.printable(max: 200), problem: "it is empty or cannot be read")
        }
        return try Cassette(parsing: Array(data), name: name)
    }
}
