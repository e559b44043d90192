public import SlipwayBase
public import SlipwayModel

/// The lock of a target as an object of the bucket that releases lie in, so that runs on other machines are excluded
/// too.
///
/// Writes are conditional on what was read (`If-None-Match`, `If-Match`). The age of a lock is measured by S3's own
/// clock, so that a holder with a wrong clock neither loses it early nor keeps it for ever.
public struct S3Lock: TargetLock {
    private let lock: RecordLock<S3LockStorage>

    /// Makes the bucket that is missing: Elastic Beanstalk's CreateStorageLocation.
    public typealias Bucket = @Sendable () async throws(ProviderFailure) -> Void

    /// A lock of `target` of `application`; `ensureBucket` is asked when the bucket is missing at the first write.
    public init(
        of target: String,
        in application: String,
        _ client: S3Client,
        time: any TimeSource,
        seconds: Int = 60,
        ensureBucket: @escaping Bucket
    ) {
        let storage = S3LockStorage(
            key: Self.key(of: target, in: application),
            client: client,
            ensureBucket: ensureBucket
        )
        lock = RecordLock(name: "\(application)-\(target)", in: storage, time: time, seconds: seconds)
    }

    /// Where the lock of a target lies: `slipway/locks/<application>-<target>.json`.
    public static func key(of target: String, in application: String) -> String {
        "slipway/locks/\(application)-\(target).json"
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

/// A record as a JSON object in S3; what tells its states apart is the ETag.
private struct S3LockStorage: LockStorage {
    let key: String
    let client: S3Client
    let ensureBucket: S3Lock.Bucket

    func read() async throws(ProviderFailure) -> StoredLock<String>? {
        let found: (bytes: [UInt8], object: S3Object)?
        do throws(AWSFailure) { found = try await client.get(key, bytesMax: Limits.lockBytesMax) } catch {
            throw ProviderFailure(error)
        }
        guard let found else { return nil }
        guard let record = LockRecord(document: found.bytes), !found.object.etag.isEmpty else {
            throw ProviderFailure(
                .refused,
                "s3://\(client.bucket.name)/\(key.printable(max: 300)) is no lock of slipway; when no run is under way,"
                    + " delete it"
            )
        }
        return StoredLock(record, version: found.object.etag, age: found.object.age)
    }

    func write(_ record: LockRecord, over former: String?) async throws(ProviderFailure) -> Bool {
        do throws(AWSFailure) { return try await put(record, over: former) } catch {
            guard error.code == "NoSuchBucket", former == nil else { throw ProviderFailure(error) }
        }
        try await ensureBucket()
        do throws(AWSFailure) { return try await put(record, over: former) } catch { throw ProviderFailure(error) }
    }

    private func put(_ record: LockRecord, over former: String?) async throws(AWSFailure) -> Bool {
        try await client.put(
            key,
            S3Calls.Payload(record.document),
            contentType: "application/json",
            former.map { .ifMatch($0) } ?? .ifAbsent
        )
    }
}
