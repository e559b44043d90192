import SlipwayBase
import SlipwayHTTP

/// The token of a local account: good until the API server refuses it, then fetched anew.
final class KubeconfigToken: CredentialSource {
    private let first: Locked<Secret<String>?>
    private let renew: @Sendable () async throws(CredentialFailure) -> Secret<String>

    init(
        _ first: Secret<String>,
        renew: @escaping @Sendable () async throws(CredentialFailure) -> Secret<String>
    ) {
        (self.first, self.renew) = (Locked(first), renew)
    }

    func lease() async throws(CredentialFailure) -> Lease<Secret<String>> {
        let kept = first.withLock { first in
            defer { first = nil }
            return first
        }
        if let kept { return Lease(kept) }
        return Lease(try await renew())
    }
}
