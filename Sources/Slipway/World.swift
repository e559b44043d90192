public import SlipwayBase
public import SlipwayEngine

/// The doors to the world that a toolkit uses; nothing of the library reaches it in another way.
public struct World: Sendable {
    /// The clock of a target. Rehearsed targets have one each, so that one's waiting does not pass another's time.
    public var time: @Sendable (_ target: String) -> any TimeSource
    /// Chance.
    public var random: any RandomSource
    /// A variable of the environment; nil when it is not set.
    public var environment: @Sendable (String) -> String?
    /// The bytes of a file, at most so many.
    public var readFile: @Sendable (_ path: String, _ bytesMax: Int) throws(InputFailure) -> [UInt8]
    /// Opens a file of any size to be read in pieces.
    public var openFile: @Sendable (_ path: String) throws(InputFailure) -> any FileReader
    /// Where runs are kept.
    public var journal: LazyJournal
    /// The number of this process, for people who look for it.
    public var processID: Int32
    /// Whether nothing here is real: runs are marked, and are never carried on in a real world, nor real ones here.
    public var isRehearsal = false

    /// Makes a world.
    public init(
        time: @escaping @Sendable (_ target: String) -> any TimeSource,
        random: any RandomSource,
        environment: @escaping @Sendable (String) -> String?,
        readFile: @escaping @Sendable (_ path: String, _ bytesMax: Int) throws(InputFailure) -> [UInt8],
        openFile: @escaping @Sendable (_ path: String) throws(InputFailure) -> any FileReader,
        journal: LazyJournal,
        processID: Int32
    ) {
        (self.time, self.random, self.environment) = (time, random, environment)
        (self.readFile, self.openFile) = (readFile, openFile)
        (self.journal, self.processID) = (journal, processID)
    }
}

/// A journal that is opened at its first use.
public final class LazyJournal: Sendable {
    /// The file it is kept in, beside which targets are claimed; nil when it is in memory.
    public let path: String?
    private let opened = Locked<(any RunCatalog)?>(nil)
    private let open: @Sendable () throws(JournalFailure) -> any RunCatalog

    /// A journal that `open` opens.
    public init(path: String?, open: @escaping @Sendable () throws(JournalFailure) -> any RunCatalog) {
        (self.path, self.open) = (path, open)
    }

    /// A journal in one SQLite file.
    public static func file(_ path: String, random: any RandomSource) -> LazyJournal {
        LazyJournal(path: path) { () throws(JournalFailure) in
            try SQLiteJournal(path: path) { String(random.next(), radix: 36) }
        }
    }

    /// A journal that is gone with the process.
    public static func memory(random: any RandomSource) -> LazyJournal {
        LazyJournal(path: nil) { MemoryJournal(identity: String(random.next(), radix: 36)) }
    }

    /// The journal.
    public func value() throws(JournalFailure) -> any RunCatalog {
        try opened.withLock { (opened) throws(JournalFailure) in
            if let opened { return opened }
            let journal = try open()
            opened = journal
            return journal
        }
    }
}
