/// A file that is open, read in pieces; the composition root opens it.
public protocol FileReader: Sendable {
    /// Its size when it was opened.
    var byteCount: Int { get }

    /// `count` bytes from `offset` on; throws one sentence when there are fewer, or none can be read.
    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8]
}
