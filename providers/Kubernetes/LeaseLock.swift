public import SlipwayBase
internal import SlipwayHTTP
public import SlipwayModel

/// The lock of a target as a `coordination.k8s.io` Lease in its namespace, so that runs on other machines are excluded
/// too.
///
/// `leaseTransitions` is the fencing token.
public struct LeaseLock: TargetLock {
    private let lock: RecordLock<LeaseStorage>

    init(name: String, api: ClusterAPI, time: any TimeSource, seconds: Int) {
        lock = RecordLock(name: name, in: LeaseStorage(name: name, api: api), time: time, seconds: seconds)
    }

    /// Takes the Lease, or takes it over when its holder has not renewed it in time.
    public func acquire(holder: String) async throws(LockFailure) -> Int64 { try await lock.acquire(holder: holder) }

    /// Throws `held` while the Lease has a holder whose time is not over; writes nothing.
    public func probe() async throws(LockFailure) { try await lock.probe() }

    /// Renews the Lease when half its time is over; throws `lost` as soon as somebody else has it.
    @discardableResult
    public func confirm(holder: String, fence: Int64) async throws(LockFailure) -> Timestamp {
        try await lock.confirm(holder: holder, fence: fence)
    }

    /// Empties the Lease, if it is still ours; when that fails it runs out by itself.
    public func release(holder: String, fence: Int64) async { await lock.release(holder: holder, fence: fence) }
}

/// A record as the `spec` of a Lease; what tells its states apart is the whole object with its resource version.
private struct LeaseStorage: LockStorage {
    let name: String
    let api: ClusterAPI

    func read() async throws(ProviderFailure) -> StoredLock<JSON>? {
        guard let lease = try await api.read(.leases, name) else { return nil }
        let record = LockRecord(
            holder: lease[path: "spec", "holderIdentity"]?.string ?? "",
            fence: Int64(lease[path: "spec", "leaseTransitions"]?.int ?? 0),
            acquired: Self.time(lease, "acquireTime"),
            renewed: Self.time(lease, "renewTime"),
            seconds: lease[path: "spec", "leaseDurationSeconds"]?.int ?? 0
        )
        return StoredLock(record, version: lease)
    }

    func write(_ record: LockRecord, over former: JSON?) async throws(ProviderFailure) -> Bool {
        var lease: JSON =
            former ?? ["apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": .string(name)]]
        lease[path: "metadata", "managedFields"] = nil
        lease["spec"] = [
            "holderIdentity": .string(record.holder), "leaseDurationSeconds": JSON(record.seconds),
            "acquireTime": Self.text(of: record.acquired, "acquireTime", in: former),
            "renewTime": Self.text(of: record.renewed, "renewTime", in: former),
            "leaseTransitions": .int(record.fence),
        ]
        let request =
            former == nil ? api.calls.create(.leases, lease) : api.calls.replace(.leases, name, lease)
        let response: Response
        do throws(HTTPFailure) { response = try await api.transport.send(request) } catch {
            throw KubernetesReplies.failure(error, for: request)
        }
        if response.status == 409 || response.status == 404 { return false }
        guard response.isSuccess else { throw KubernetesReplies.failure(response, for: request) }
        return true
    }

    /// A time that has not changed is written as it was found, with all its digits.
    private static func text(of time: Timestamp?, _ field: String, in former: JSON?) -> JSON {
        if let former, Self.time(former, field) == time { return former[path: "spec", field] ?? .null }
        return time.map { .string($0.rfc3339Micro) } ?? .null
    }

    private static func time(_ lease: JSON, _ field: String) -> Timestamp? {
        lease[path: "spec", field]?.string.flatMap { Timestamp(rfc3339: $0) }
    }
}
