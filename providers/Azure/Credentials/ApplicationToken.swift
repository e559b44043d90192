import SlipwayBase
import SlipwayHTTP

/// Asks Entra for a token of an application.
struct ApplicationToken: Sendable {
    let applicant: EntraApplicant
    let world: EntraWorld

    /// A token for whoever proves to be the application.
    func lease(
        _ wish: TokenWish,
        _ proof: TokenRequests.Proof
    ) async throws(CredentialFailure) -> Lease<Secret<String>> {
        try get(try await ask(wish, proof), wish)
    }

    /// The token, or why there is none.
    func get(_ outcome: Outcome, _ wish: TokenWish) throws(CredentialFailure) -> Lease<Secret<String>> {
        switch outcome {
        case .success(let lease): return lease
        case .failure(let refusal): throw .broken(refusal.sentence(applicant, for: wish.audience))
        }
    }

    /// The same, with an answer that is no token as a value.
    func ask(_ wish: TokenWish, _ proof: TokenRequests.Proof) async throws(CredentialFailure) -> Outcome {
        let request = TokenRequests.clientCredentials(
            wish,
            world.cloud,
            tenant: applicant.tenant,
            client: applicant.client,
            proof: proof
        )
        let response: Response
        do throws(HTTPFailure) {
            response = try await world.calls.send(request)
        } catch {
            throw .broken("no token can be had from \(world.cloud.login): \(error.reason.printable(max: 300))")
        }
        guard response.status == 200, let reply = TokenReply(response.body) else {
            return .failure(EntraRefusal(response))
        }
        return .success(try reply.lease("Entra", at: world.now))
    }

    /// What came of asking.
    enum Outcome {
        case success(Lease<Secret<String>>)
        case failure(EntraRefusal)
    }
}
