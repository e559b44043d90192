import SlipwayBase
import SlipwayModel

/// The target's lock as the engine uses it; where a platform has none, the local claim is all there is.
struct Exclusion: Sendable {
    let lock: (any TargetLock)?
    let holder: String

    func acquire() async throws(EngineFailure) -> Int64 {
        guard let lock else { return 1 }
        do throws(LockFailure) { return try await lock.acquire(holder: holder) } catch { throw .lock(error) }
    }

    /// Until when writes are covered; nil where there is no lock.
    func confirm(_ fence: Int64) async throws(LockFailure) -> Timestamp? {
        try await lock?.confirm(holder: holder, fence: fence)
    }

    func release(_ fence: Int64) async { await lock?.release(holder: holder, fence: fence) }
}
