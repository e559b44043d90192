public import SlipwayBase
public import SlipwayModel

/// The lock of a target as a blob of a container that the config names, so that runs on other machines are excluded
/// too.
///
/// Writes are conditional on what was read (`If-None-Match`, `If-Match`). The age of a lock is measured by the
/// service's own clock, so that a holder with a wrong clock neither loses it early nor keeps it for ever.
public struct BlobLock: TargetLock {
    private let lock: RecordLock<BlobLockStorage>

    /// A lock of `target` of `application` that ends `seconds` after each renewal.
    public init(
        of target: String,
        in application: String,
        _ client: BlobClient,
        time: any TimeSource,
        seconds: Int = 120
    ) {
        let storage = BlobLockStorage(name: Self.name(of: target, in: application), client: client)
        lock = RecordLock(name: "\(application)-\(target)", in: storage, time: time, seconds: seconds)
    }

    /// Where the lock of a target lies in the container: `slipway/<application>/<target>.json`.
    public static func name(of target: String, in application: String) -> String {
        "slipway/\(application)/\(target).json"
    }

    /// Takes the lock, or takes it over when its holder has not renewed it in time.
    public func acquire(holder: String) async throws(LockFailure) -> Int64 { try await lock.acquire(holder: holder) }

    /// Throws `held` while the lock has a holder whose time is not over; writes nothing.
    public func probe() async throws(LockFailure) { try await lock.probe() }

    /// Renews the lock when half its time is over; throws `lost` as soon as somebody else has it.
    @discardableResult
    public func confirm(holder: String, fence: Int64) async throws(LockFailure) -> Timestamp {
        try await lock.confirm(holder: holder, fence: fence)
    }

    /// Empties the lock, if it is still ours; when that fails it runs out by itself.
    public func release(holder: String, fence: Int64) async { await lock.release(holder: holder, fence: fence) }
}

/// A record as a JSON document in a blob; what tells its states apart is the ETag.
private struct BlobLockStorage: LockStorage {
    let name: String
    let client: BlobClient

    func read() async throws(ProviderFailure) -> StoredLock<String>? {
        let found: FoundBlob?
        do throws(AzureFailure) { found = try await client.get(name, bytesMax: Limits.lockBytesMax) } catch {
            throw ProviderFailure(error)
        }
        guard let found else { return nil }
        guard let record = LockRecord(document: found.bytes), !found.etag.isEmpty else {
            throw ProviderFailure(
                .refused,
                "\(client.container)/\(name.printable(max: 300)) is no lock of slipway; when no run is under way,"
                    + " delete it"
            )
        }
        return StoredLock(record, version: found.etag, age: found.age)
    }

    func write(_ record: LockRecord, over former: String?) async throws(ProviderFailure) -> Bool {
        do throws(AzureFailure) {
            return try await client.put(
                name,
                record.document,
                contentType: "application/json",
                former.map { .ifMatch($0) } ?? .ifAbsent
            )
        } catch {
            throw ProviderFailure(error)
        }
    }
}
