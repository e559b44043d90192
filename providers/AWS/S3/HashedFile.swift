public import SlipwayBase
internal import SlipwayHTTP
internal import SlipwaySigning

/// A file that was read once from end to end, and what it and its parts hash to.
///
/// Whoever stores it later compares with these digests, so that a file that changes meanwhile is noticed.
public struct HashedFile: Sendable {
    /// The file.
    public let file: any FileReader
    /// SHA-256 of the whole, 64 characters in lower case.
    public let sha256: String
    /// How many bytes each part has, but for the last.
    public let partBytes: Int
    private let digest: [UInt8]
    /// SHA-256 of each part in order, 32 bytes each; one of nothing for an empty file.
    let digests: [[UInt8]]

    /// Reads all of `file`, a little at a time.
    public init(_ file: any FileReader) throws(InputFailure) {
        let partBytes = Self.partBytes(of: file.byteCount)
        var whole = SHA256.Stream()
        var digests: [[UInt8]] = []
        var offset = 0
        repeat {
            let end = min(offset + partBytes, file.byteCount)
            var part = SHA256.Stream()
            while offset < end {
                let piece = try file.read(at: offset, count: min(Self.pieceBytes, end - offset))
                whole.update(piece)
                part.update(piece)
                offset += piece.count
            }
            digests.append(part.finish())
        } while offset < file.byteCount
        (self.file, self.partBytes, self.digests) = (file, partBytes, digests)
        digest = whole.finish()
        sha256 = Digits.hexadecimal(digest)
    }

    /// How many parts there are.
    var partCount: Int { digests.count }

    /// Where part `number` lies, counted from 1.
    func range(of number: Int) -> Range<Int> {
        let start = (number - 1) * partBytes
        return start..<min(start + partBytes, file.byteCount)
    }

    /// Part `number`, read while it is sent.
    func part(_ number: Int) -> S3Calls.Payload {
        S3Calls.Payload(range(of: number), of: file, digest: digests[number - 1])
    }

    /// The whole of it, read while it is sent.
    var whole: S3Calls.Payload { S3Calls.Payload(0..<file.byteCount, of: file, digest: digest) }

    /// Whether these bytes can be read and still are what they were.
    func isUnchanged(_ payload: S3Calls.Payload) -> Bool {
        guard case .slice(let slice) = payload.body else { return true }
        return (try? Self.digest(of: slice.range, in: file)) == payload.digest
    }

    private static func digest(of range: Range<Int>, in file: any FileReader) throws(InputFailure) -> [UInt8] {
        var stream = SHA256.Stream()
        for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceBytes) {
            stream.update(try file.read(at: start, count: min(pieceBytes, range.upperBound - start)))
        }
        return stream.finish()
    }

    /// The size of parts of a file of `byteCount`: as small as S3 takes them, larger when 10,000 would not do.
    static func partBytes(of byteCount: Int) -> Int {
        let megabyte = 1 << 20
        let least = (byteCount + Limits.uploadPartsMax - 1) / Limits.uploadPartsMax
        return max(5 * megabyte, (least + megabyte - 1) / megabyte * megabyte)
    }

    private static let pieceBytes = 256 << 10
}
