/// A crash of the process around one write of the journal.
public struct Crash: Hashable, Sendable, CustomStringConvertible {
    /// When in the write.
    public enum Moment: String, Hashable, Sendable, CaseIterable {
        /// Nothing was written.
        case before
        /// It was written, and the process never learned of it.
        case during
        /// It was written, and the process died at its next step.
        case after
    }

    /// The write, from 0.
    public var append: Int
    /// When in the write.
    public var moment: Moment

    /// Makes a crash.
    public init(append: Int, moment: Moment) { (self.append, self.moment) = (append, moment) }

    /// `crash during write 7`
    public var description: String { "crash \(moment.rawValue) write \(append)" }
}
