internal import Foundation
internal import SlipwayBase
internal import SlipwaySigning

/// Cassettes in a folder on disk: the one place of this module that touches files.
public struct CassetteFolder: Sendable {
    /// The folder.
    public let path: String

    /// Whether only its owner may read what is in it.
    private let isPrivate: Bool

    /// The folder at `path`; when it is made, only its owner may look into one that is `private`.
    public init(path: String, isPrivate: Bool = false) { (self.path, self.isPrivate) = (path, isPrivate) }

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

    /// Whether there is such a folder.
    public var exists: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The names of the cassettes below the folder, such as `kubernetes/lease`, sorted.
    public func names() -> [String] {
        let files = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Reads one cassette, at most `Limits.cassetteBytesMax` of it and of each body in a file.
    public func load(_ name: String) throws(CassetteFailure) -> Cassette {
        let shown = name.printable(max: 200)
        guard !name.split(separator: "/").contains("..") else {
            throw CassetteFailure(cassette: shown, problem: "its name leads out of the folder")
        }
        guard let file = FileHandle(forReadingAtPath: "\(path)/\(name).json") else {
            let hint = name.nearest(of: names()).map { "; the nearest is \($0)" } ?? ""
            throw CassetteFailure(cassette: shown, problem: "there is no such cassette\(hint)")
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: Limits.cassetteBytesMax + 1) else {
            throw CassetteFailure(cassette: shown, problem: "it is empty or cannot be read")
        }
        let folder = bodies(of: name)
        let bodies = BodyFiles { (body) throws(InputFailure) in
            guard Self.type(folder) != .typeSymbolicLink else {
                throw InputFailure("the folder of its bodies is a link")
            }
            return try Self.bytes(ofFile: "\(folder)/\(body)", called: body)
        }
        return try Cassette(parsing: Array(data), name: name, bodies: bodies)
    }

    /// Reads one cassette; nil when there is none of that name.
    public func loadIfPresent(_ name: String) throws(CassetteFailure) -> Cassette? {
        FileManager.default.fileExists(atPath: "\(path)/\(name).json") ? try load(name) : nil
    }

    /// The names of the files beside `cassette` that none of its bodies names.
    public func orphans(of cassette: Cassette) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: bodies(of: cassette.name))) ?? []
        return Set(files).subtracting(cassette.bodyFiles.map(\.name)).sorted()
    }

    /// Writes `cassette`, secrets masked, long bodies in files beside it; what stood there before is replaced at once.
    public func save(_ cassette: Cassette) throws(CassetteFailure) {
        let cassette = cassette.redacted().withBodyFiles
        let shown = cassette.name.printable(max: 200)
        guard !cassette.name.split(separator: "/").contains("..") else {
            throw CassetteFailure(cassette: shown, problem: "its name leads out of the folder")
        }
        if let name = cassette.bodyFiles.map(\.name).first(where: { !BodyFiles.isPlain($0) }) {
            throw CassetteFailure(
                cassette: shown,
                problem: "\(name.printable(max: 80)) is no plain name of a body file"
            )
        }
        let (target, folder) = ("\(path)/\(cassette.name).json", bodies(of: cassette.name))
        if let type = Self.type(folder), type != .typeDirectory {
            throw CassetteFailure(
                cassette: shown,
                problem: "the folder of its bodies is a link or a file; take it away"
            )
        }
        do {
            if isPrivate {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
            let above = URL(fileURLWithPath: target).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
            if !cassette.bodyFiles.isEmpty {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            for (name, bytes) in cassette.bodyFiles {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
            }
            try Data(cassette.text.utf8).write(to: URL(fileURLWithPath: target), options: .atomic)
        } catch {
            throw CassetteFailure(cassette: shown, problem: "it cannot be written to \(path.printable(max: 200))")
        }
        // Only what could be a body is taken away: this folder may hold what somebody else put there.
        for orphan in orphans(of: cassette)
        where BodyFiles.isPlain(orphan) && Self.type("\(folder)/\(orphan)") == .typeRegular {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(orphan)")
        }
    }

    private func bodies(of name: String) -> String { "\(path)/\(name).bodies" }
}

extension CassetteFolder {
    /// The digest and size of the file at `path`, read in pieces.
    static func digest(ofFile path: String) throws(InputFailure) -> RecordedBody {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw InputFailure("\(path.printable(max: 200)) cannot be read")
        }
        defer { try? file.close() }
        var digest = SHA256.Stream()
        var count = 0
        while let piece = try? file.read(upToCount: 1 << 20), !piece.isEmpty {
            digest.update(piece)
            count += piece.count
        }
        return .digest(sha256: digest.finishHex(), byteCount: count)
    }

    /// What stands there, links themselves included; nil for nothing.
    fileprivate static func type(_ path: String) -> FileAttributeType? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    }

    /// The bytes of a file that is none of the links by which a name could lead elsewhere.
    fileprivate static func bytes(ofFile path: String, called name: String) throws(InputFailure) -> [UInt8] {
        guard let type = type(path) else { throw InputFailure("there is no file \(name) in the cassette's folder") }
        guard type == .typeRegular else {
            throw InputFailure("\(name) is a link or a folder, and a body is a plain file")
        }
        guard let file = FileHandle(forReadingAtPath: path),
            let data = try? file.read(upToCount: Limits.cassetteBytesMax + 1) ?? Data()
        else { throw InputFailure("\(name) cannot be read") }
        try? file.close()
        guard data.count <= Limits.cassetteBytesMax else {
            throw InputFailure("\(name) is larger than \(Limits.cassetteBytesMax >> 20) MiB")
        }
        return Array(data)
    }
}

extension Cassette {
    /// Bodies longer than this, and no text, go to files.
    private static let inlineBytesMax = 16 << 10

    fileprivate var bodyFiles: [(name: String, bytes: [UInt8])] {
        interactions.compactMap { interaction in
            guard case .response(let response) = interaction.outcome,
                case .whole(.file(let name, let bytes)?) = response.content
            else { return nil }
            return (name, bytes)
        }
    }

    /// The cassette with long bodies that nobody could read in a diff named as files, and short ones in place.
    fileprivate var withBodyFiles: Cassette {
        var cassette = self
        for index in interactions.indices {
            guard case .response(var response) = interactions[index].outcome, case .whole(let body?) = response.content
            else { continue }
            guard case .base64(let bytes) = body, bytes.count > Self.inlineBytesMax else { continue }
            let id = String(decoding: interactions[index].id.utf8.filter { $0.isWordByte || $0 == 0x2D }, as: UTF8.self)
            response.content = .whole(.file("\(index + 1)-\(id.prefix(60)).bin", bytes))
            cassette.interactions[index].outcome = .response(response)
        }
        return cassette
    }
}
