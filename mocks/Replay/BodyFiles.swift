internal import SlipwayBase

/// Bodies that stand in files of a cassette's own folder.
struct BodyFiles: Sendable {
    /// The bytes of the file with this plain name, in one sentence why there are none.
    var read: @Sendable (_ name: String) throws(InputFailure) -> [UInt8] = { (_) throws(InputFailure) in
        throw InputFailure("files are only read for cassettes in a folder")
    }

    /// Whether `name` is the name of a file and nothing else: no path, no `..`, nothing hidden.
    static func isPlain(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isWordByte, name.utf8.count <= 200 else { return false }
        return name.utf8.allSatisfy { $0.isWordByte || "._-".utf8.contains($0) } && !name.contains("..")
    }
}
