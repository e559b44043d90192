public import SlipwayBase

/// A piece of an open file that is read while it is sent, so that it is never in memory as a whole.
///
/// Two slices are equal when their content is: size and digest.
public struct FileSlice: Hashable, Sendable {
    /// The file.
    public let file: any FileReader
    /// Which bytes of it.
    public let range: Range<Int>
    /// What they hash to by SHA-256, 64 characters in lower case, as its maker found it.
    public let sha256: String

    /// Makes a slice whose digest is known.
    public init(of file: any FileReader, _ range: Range<Int>, sha256: String) {
        (self.file, self.range, self.sha256) = (file, range, sha256)
    }

    /// All of it, for transports that send nothing anywhere; throws when the file cannot be read any more.
    public func bytes() throws(InputFailure) -> [UInt8] {
        try file.read(at: range.lowerBound, count: range.count)
    }

    /// Whether both have the same content.
    public static func == (left: Self, right: Self) -> Bool {
        left.range.count == right.range.count && left.sha256 == right.sha256
    }

    /// By the content.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(range.count)
        hasher.combine(sha256)
    }
}
