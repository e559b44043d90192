public import SlipwayBase

/// Keeps a credential until shortly before it expires, and asks its source once for everyone who waits.
///
/// A failed refresh does not stick: a later caller asks again, and a credential that is still good is used meanwhile.
public actor CredentialCache<Credential: Sendable>: CredentialSource {
    /// A lease and its number: `invalidate` is told which one the server refused.
    public struct Numbered: Sendable {
        /// The lease.
        public var lease: Lease<Credential>
        /// Rises with every lease that the source gives.
        public var number: Int
    }

    private struct Held {
        var numbered: Numbered
        var refreshAt: Timestamp?
    }

    private struct Refresh {
        var number: Int
        var task: Task<Result<Lease<Credential>, CredentialFailure>, Never>
    }

    private let source: any CredentialSource<Credential>
    private let time: any TimeSource
    private let margin: Duration
    private let pause: Duration
    private var held: Held?
    private var refresh: Refresh?
    private var count = 0

    /// Asks `source`; a lease is renewed `margin` before its end, or in the last fifth of its life if that is shorter,
    /// or earlier where its giver wants it so.
    ///
    /// After a refresh that failed, `source` is left alone for `pause` while the credential is still good.
    public init(
        _ source: any CredentialSource<Credential>,
        margin: Duration = .seconds(300),
        pause: Duration = .zero,
        time: any TimeSource
    ) {
        (self.source, self.margin, self.pause, self.time) = (source, margin, pause, time)
    }

    /// A lease that is good now.
    public func lease() async throws(CredentialFailure) -> Lease<Credential> { try await current().lease }

    /// A lease that is good now, with its number.
    public func current() async throws(CredentialFailure) -> Numbered {
        if let held, held.refreshAt.map({ time.now < $0 }) ?? true { return held.numbered }
        let refresh = self.refresh ?? begin()
        let result = await refresh.task.value
        settle(refresh, result)
        switch result {
        case .success(let lease):
            if let expires = lease.expires, expires <= time.now {
                throw .broken("the credential that was issued has expired already; check this machine's clock")
            }
            return Numbered(lease: lease, number: refresh.number)
        case .failure(let failure):
            if let held, let expires = held.numbered.lease.expires, time.now < expires { return held.numbered }
            throw failure
        }
    }

    /// Forgets the lease with this number, because a server refused it; a newer one is kept.
    public func invalidate(_ number: Int) {
        if held?.numbered.number == number { held = nil }
    }

    /// Forgets whatever is held or being fetched.
    public func invalidate() {
        held = nil
        refresh = nil
    }

    private func begin() -> Refresh {
        count += 1
        let source = self.source
        let begun = Refresh(
            number: count,
            task: Task {
                do throws(CredentialFailure) {
                    return .success(try await source.lease())
                } catch {
                    return .failure(error)
                }
            }
        )
        refresh = begun
        return begun
    }

    /// Keeps the result, once, and only of the refresh that is still the current one.
    private func settle(_ done: Refresh, _ result: Result<Lease<Credential>, CredentialFailure>) {
        guard refresh?.number == done.number else { return }
        refresh = nil
        guard case .success(let lease) = result else {
            if let expires = held?.numbered.lease.expires { held?.refreshAt = min(expires, time.now + pause) }
            return
        }
        let refreshAt = lease.expires.map { expires in
            let life = max((expires - time.now).milliseconds, 0)
            let last = expires + .milliseconds(-min(margin.milliseconds, life / 5))
            return min(last, lease.renewal ?? last)
        }
        held = Held(numbered: Numbered(lease: lease, number: done.number), refreshAt: refreshAt)
    }
}
