public import SlipwayBase
public import SlipwayHTTP

/// The tokens of one identity in one tenant: one cache for each audience, shared by everything that asks.
public final class EntraAccess: Sendable {
    /// How long before its end a token is replaced.
    public static let margin = Duration.seconds(300)
    /// How long Entra is left alone after a renewal that failed, while the old token is still good.
    public static let pause = Duration.seconds(30)

    private let source: @Sendable (TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>>
    private let sourceWords: @Sendable () -> String
    private let time: any TimeSource
    private let tokens = Locked<[EntraAudience: EntraToken]>([:])

    init(_ chain: TokenChain, tenant: TenantCheck, time: any TimeSource) {
        self.time = time
        source = { (wish) async throws(CredentialFailure) in
            let lease = try await chain.lease(wish)
            try tenant.check(lease.credential)
            return lease
        }
        sourceWords = { (try? chain.words()) ?? "nowhere: none are configured" }
    }

    /// Tokens that somebody else brings, the same for every audience.
    public init(_ token: any CredentialSource<Secret<String>>, time: any TimeSource) {
        self.time = time
        source = { (_) async throws(CredentialFailure) in try await token.lease() }
        sourceWords = { "this program" }
    }

    /// The tokens for `audience`; everyone who asks for the same audience shares them.
    public func token(for audience: EntraAudience) -> EntraToken {
        tokens.withLock { tokens in
            if let known = tokens[audience] { return known }
            let token = EntraToken(TokenSource(audience, source), time: time)
            tokens[audience] = token
            return token
        }
    }

    /// What presents the tokens for `audience` to exactly these origins.
    public func authenticate(for audience: EntraAudience, to origins: Set<Origin>) -> EntraAuthenticate {
        EntraAuthenticate(token(for: audience), to: origins, time: time)
    }

    /// Where the tokens come from, in words for people; more exact once a token was given.
    public var words: String { sourceWords() }

    /// Who the tokens for `audience` stand for, from what one of them says: for display, since nobody checks it here.
    public func identity(for audience: EntraAudience) async throws(CredentialFailure) -> EntraIdentity {
        EntraIdentity(token: try await token(for: audience).cache.lease().credential)
    }
}

/// The tokens for one audience.
public struct EntraToken: Sendable {
    /// What holds the token that is good now; asks once for everyone who waits.
    public let cache: CredentialCache<Secret<String>>
    private let source: TokenSource

    init(_ source: TokenSource, time: any TimeSource) {
        self.source = source
        cache = CredentialCache(source, margin: EntraAccess.margin, pause: EntraAccess.pause, time: time)
    }

    /// Gives up the token with this number, because an API refused it; the next one is asked for with `claims`.
    public func renew(_ number: Int, claims: JSON? = nil) async {
        if let claims { source.demand(claims) }
        await cache.invalidate(number)
    }
}

/// Asks the chain for tokens of one audience.
final class TokenSource: CredentialSource {
    private let audience: EntraAudience
    private let chain: @Sendable (TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>>
    private let claims = Locked<JSON?>(nil)

    init(
        _ audience: EntraAudience,
        _ chain: @escaping @Sendable (TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>>
    ) {
        (self.audience, self.chain) = (audience, chain)
    }

    /// The next token, and only that one, must hold this.
    func demand(_ claims: JSON) { self.claims.withLock { $0 = claims } }

    func lease() async throws(CredentialFailure) -> Lease<Secret<String>> {
        let claims = claims.withLock { held in
            defer { held = nil }
            return held
        }
        return try await chain(TokenWish(audience: audience, claims: claims))
    }
}
