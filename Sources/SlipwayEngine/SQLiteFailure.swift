internal import Foundation
internal import GRDB
internal import SlipwayBase

extension JournalFailure {
    /// What SQLite or the file system says about the journal at `path`, as one sentence that says what to do.
    init(_ error: any Error, path: String) {
        switch error {
        case let failure as JournalFailure: self = failure
        case let failure as DatabaseError: self.init(Self.sentence(failure, path))
        default: self.init("the journal \(path) cannot be used: \("\(error)".printable(max: 200)).")
        }
    }

    private static func sentence(_ error: DatabaseError, _ path: String) -> String {
        let journal = "the journal \(path)"
        let carryOn = "then `slipway resume` carries on"
        switch error.resultCode {
        case .SQLITE_FULL:
            return "\(journal) cannot grow: the disk or its quota is full; make room, \(carryOn)."
        case .SQLITE_IOERR:
            return "\(journal) cannot be read or written (\(reason(error))); the disk may be full or failing: "
                + "make room or repair it, \(carryOn)."
        case .SQLITE_CORRUPT:
            return "\(journal) is damaged; keep a copy, look at the targets of unfinished runs by hand, "
                + "and go on with another --journal."
        case .SQLITE_NOTADB:
            return "\(journal) is not a journal of slipway; give another file with --journal."
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return "\(journal) has been locked by another program for \(Int(Limits.journalBusySecondsMax)) s; "
                + "close that program, \(carryOn)."
        case .SQLITE_READONLY, .SQLITE_PERM:
            return "\(journal) may not be written; make the file and its folder yours, or give another --journal."
        case .SQLITE_CANTOPEN:
            return "\(journal) cannot be opened; check that its folder exists and is yours, or give another --journal."
        default:
            return "\(journal) cannot be used (\(reason(error))); give another --journal if that lasts."
        }
    }

    private static func reason(_ error: DatabaseError) -> String {
        let code = "SQLite \(error.extendedResultCode.rawValue)"
        return error.message.map { "\($0.printable(max: 120)), \(code)" } ?? code
    }
}
