internal import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP

/// Presents a token with each attempt; once more with another one when the API asks for more than the token holds
/// (a claims challenge) or says that it has come to its end.
///
/// A 401 proves that the request had no effect, so repeating it is safe whatever it does. The token goes to the places
/// that it was made for and nowhere else. Put it inside the retry.
public struct EntraAuthenticate: Middleware {
    private let token: EntraToken
    private let origins: Set<Origin>
    private let time: any TimeSource

    /// Presents `token` to exactly these origins.
    public init(_ token: EntraToken, to origins: Set<Origin>, time: any TimeSource) {
        (self.token, self.origins, self.time) = (token, origins, time)
    }

    /// Presents the token with `request` and sends it.
    public func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        guard origins.contains(request.origin), request.origin.scheme == "https" || request.origin.isLoopback else {
            let place = request.origin.description.printable(max: 200)
            throw HTTPFailure(.refused, "\(place) is not where this token belongs; nothing was sent there")
        }
        let held = try await current()
        let response = try await next(signed(request, held))
        guard response.status == 401 else { return response }
        let challenge = ClaimsChallenge(response.headers)
        guard challenge.claims != nil || challenge.refusesToken || Self.isSpent(response) else { return response }
        await token.renew(held.number, claims: challenge.claims)
        let fresh = try await current()
        // The source has nothing newer, so the same refusal would come back.
        guard fresh.lease.credential != held.lease.credential else { return response }
        return try await next(signed(request, fresh))
    }

    private func signed(_ request: Request, _ held: CredentialCache<Secret<String>>.Numbered) -> Request {
        BearerSigner().sign(request, with: held.lease.credential, at: time.now)
    }

    /// Whether the answer says that the token is no longer good, or says nothing at all.
    private static func isSpent(_ response: Response) -> Bool {
        guard !response.body.isEmpty else { return true }
        let json = try? JSON(parsing: response.body.prefix(Limits.errorBytesMax))
        let code =
            json?[path: "error", "code"]?.string ?? json?["code"]?.string ?? json?["Code"]?.string
            ?? response.headers[HTTPField.Name("x-ms-error-code")!]
        // The last is how blob storage says it.
        return ["ExpiredAuthenticationToken", "InvalidAuthenticationToken", "InvalidAuthenticationInfo"].contains(code)
    }

    private func current() async throws(HTTPFailure) -> CredentialCache<Secret<String>>.Numbered {
        do throws(CredentialFailure) {
            return try await token.cache.current()
        } catch {
            throw HTTPFailure(.unauthenticated, error.description)
        }
    }
}
