public import SlipwayBase

/// Signs every request with a credential that is good now; on 401 once more with a fresh one.
///
/// Put it inside `Retry`: a signature holds a time and must not be sent twice.
public struct Authenticate<Credential: Sendable>: Middleware {
    private let credentials: CredentialCache<Credential>
    private let signer: any Signer<Credential>
    private let time: any TimeSource

    /// Signs with `signer` and what `credentials` holds.
    public init(_ credentials: CredentialCache<Credential>, signer: any Signer<Credential>, time: any TimeSource) {
        (self.credentials, self.signer, self.time) = (credentials, signer, time)
    }

    /// Signs and sends; a 401 did not act on the request, so repeating it is safe whatever its method.
    public func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        let first = try await credential()
        let response = try await next(signer.sign(request, with: first.lease.credential, at: time.now))
        guard response.status == 401 else { return response }
        await credentials.invalidate(first.number)
        let second = try await credential()
        return try await next(signer.sign(request, with: second.lease.credential, at: time.now))
    }

    private func credential() async throws(HTTPFailure) -> CredentialCache<Credential>.Numbered {
        do throws(CredentialFailure) {
            return try await credentials.current()
        } catch {
            throw HTTPFailure(.unauthenticated, error.description)
        }
    }
}
