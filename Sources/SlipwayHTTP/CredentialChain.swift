/// Asks one source after the other until one has a credential.
///
/// `absent` moves on to the next; `broken` stops, because a source that applies and fails must not be papered over.
public struct CredentialChain<Credential: Sendable>: CredentialSource {
    private let sources: [any CredentialSource<Credential>]

    /// Asks `sources` in order.
    public init(_ sources: [any CredentialSource<Credential>]) { self.sources = sources }

    /// The first credential; when all are absent, the failure names every reason.
    public func lease() async throws(CredentialFailure) -> Lease<Credential> {
        var reasons: [String] = []
        for source in sources {
            do throws(CredentialFailure) {
                return try await source.lease()
            } catch {
                guard case .absent(let reason) = error else { throw error }
                reasons.append(reason)
            }
        }
        throw .absent(reasons.isEmpty ? "no credential source is configured" : reasons.joined(separator: "; "))
    }
}
