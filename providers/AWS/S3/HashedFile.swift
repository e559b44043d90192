public import SlipwayBase
internal import SlipwaySigning

/// A file that was read once from end to end, and what it and its parts hash to.
///
/// What is read from it later is compared with these digests, so that a file that changes meanwhile is noticed.
public struct HashedFile: Sendable {
    /// The file.
    public let file: any FileReader
    /// SHA-256 of the whole, 64 characters in lower case.
    public let sha256: String
    /// How many bytes each part has, but for the last.
    public let partBytes: Int
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
        sha256 = whole.finishHex()
    }

    /// How many parts there are.
    var partCount: Int { digests.count }

    /// Where part `number` lies, counted from 1.
    func range(of number: Int) -> Range<Int> {
        let start = (number - 1) * partBytes
        return start..<min(start + partBytes, file.byteCount)
    }

    /// Part `number`, if it still is what it was.
    func part(_ number: Int) throws(InputFailure) -> S3Calls.Payload {
        try payload(range(of: number), digests[number - 1])
    }

    /// The whole of a small file, if it still is what it was.
    func whole() throws(InputFailure) -> S3Calls.Payload { try payload(0..<file.byteCount, nil) }

    private func payload(_ range: Range<Int>, _ expected: [UInt8]?) throws(InputFailure) -> S3Calls.Payload {
        let bytes = try file.read(at: range.lowerBound, count: range.count)
        let digest = S3Digest.of(bytes)
        let isSame = expected.map { $0 == digest } ?? (S3Digest.hexadecimal(digest) == sha256)
        guard isSame else {
            throw InputFailure("the bundle changed while it was uploaded; leave it alone and begin again.")
        }
        return S3Calls.Payload(bytes, digest: digest)
    }

    /// The size of parts of a file of `byteCount`: as small as S3 takes them, larger when 10,000 would not do.
    static func partBytes(of byteCount: Int) -> Int {
        let megabyte = 1 << 20
        let least = (byteCount + Limits.uploadPartsMax - 1) / Limits.uploadPartsMax
        return max(5 * megabyte, (least + megabyte - 1) / megabyte * megabyte)
    }

    private static let pieceBytes = 256 << 10
}
