public import SlipwayBase

/// What the place of a lock says: who has it, under which fencing token, and since when.
public struct LockRecord: Hashable, Sendable {
    /// Who holds it; empty when it was given up.
    public var holder: String
    /// The fencing token: grows with every change of holder.
    public var fence: Int64
    /// When the holder took it.
    public var acquired: Timestamp?
    /// When the holder last renewed it; without it the lock is free.
    public var renewed: Timestamp?
    /// How many seconds after its renewal it ends.
    public var seconds: Int

    /// Makes a record.
    public init(holder: String, fence: Int64, acquired: Timestamp?, renewed: Timestamp?, seconds: Int) {
        (self.holder, self.fence, self.acquired) = (holder, fence, acquired)
        (self.renewed, self.seconds) = (renewed, seconds)
    }
}

/// A record as it was found, with what a write over it must name.
public struct StoredLock<Version: Sendable>: Sendable {
    /// What it says.
    public var record: LockRecord
    /// What tells this state of the place from every other.
    public var version: Version
    /// How long ago it was written, by the place's own clock; nil where the place does not tell.
    public var age: Duration?

    /// Makes a found record.
    public init(_ record: LockRecord, version: Version, age: Duration? = nil) {
        (self.record, self.version, self.age) = (record, version, age)
    }
}

/// A place that holds one record and compares before it sets; `RecordLock` makes a lock of it.
public protocol LockStorage: Sendable {
    /// What tells one state of the place from another, such as an ETag or a resource version.
    associatedtype Version: Sendable

    /// The record; nil when there is none.
    func read() async throws(ProviderFailure) -> StoredLock<Version>?

    /// Writes `record` if the place still is as `former` says, nil for empty; false when somebody was faster.
    func write(_ record: LockRecord, over former: Version?) async throws(ProviderFailure) -> Bool
}
