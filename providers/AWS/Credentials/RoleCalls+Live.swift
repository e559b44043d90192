import SlipwayBase
import SlipwayHTTP

extension RoleCalls {
    /// The real service; a call that is not answered well is repeated, because asking for credentials changes nothing.
    static func live(_ endpoint: AWSEndpoint, transport: any Transport, time: any TimeSource) -> RoleCalls {
        let clock = AWSClock(time)
        let signer = AWSSigner(endpoint)
        return RoleCalls { (call, credentials) async throws(AWSFailure) in
            var wire = transport
            if let credentials {
                let fixed = CredentialCache(FixedCredentials(credentials: credentials), time: time)
                wire = Pipeline([AWSAuthenticate(fixed, signer: signer, clock: clock)], to: transport)
            }
            let client = QueryClient(endpoint, version: STSCalls.version, transport: wire)
            for _ in 1..<AWSRetry.attemptsMax {
                do throws(AWSFailure) {
                    return try await client.send(call).result
                } catch {
                    // The last is STS having failed to ask whoever issued the token.
                    let mayPass =
                        error.kind == .throttled || error.kind == .unavailable || error.code == "IDPCommunicationError"
                    guard mayPass else { throw error }
                }
                // A task that is cancelled does not wait, and the next attempt says so.
                try? await time.sleep(for: .seconds(1))
            }
            return try await client.send(call).result
        }
    }
}

/// Credentials that are there already.
private struct FixedCredentials: CredentialSource {
    let credentials: AWSCredentials

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> { Lease(credentials) }
}
