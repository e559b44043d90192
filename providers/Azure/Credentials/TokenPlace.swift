import SlipwayBase
import SlipwayHTTP

/// What a token is asked for.
struct TokenWish: Hashable, Sendable {
    /// Where it is to be presented.
    var audience: EntraAudience
    /// What the API that refused the last one wants the next one to hold.
    var claims: JSON?
}

/// One place that tokens come from: says without network or program whether it applies, and gives tokens when it does.
protocol TokenPlace: Sendable {
    /// Where the tokens come from, in words for people.
    ///
    /// Throws `absent` where the place does not apply, and `broken` for what is known to be wrong beforehand.
    func words() throws(CredentialFailure) -> String

    /// Whether only asking shows that the place applies.
    var mustBeTried: Bool { get }

    /// A token that is good now.
    func lease(_ wish: TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>>
}

extension TokenPlace {
    var mustBeTried: Bool { false }
}

/// Places in order; the first that has given a token is the only one that is asked from then on, so that a run never
/// changes who it is.
final class TokenChain: Sendable {
    private let places: [any TokenPlace]
    private let advice: String
    private let chosen = Locked<Int?>(nil)

    /// `advice` says what to do when no place has a token.
    init(_ places: [any TokenPlace], advice: String) { (self.places, self.advice) = (places, advice) }

    /// Where the tokens come from; where only asking can tell, all that may be.
    func words() throws(CredentialFailure) -> String {
        var reasons: [String] = []
        var candidates: [String] = []
        for place in settled {
            do throws(CredentialFailure) {
                candidates.append(try place.words())
                guard place.mustBeTried else { break }
            } catch {
                // What may not be reached at all cannot stop what stands before it.
                guard case .absent(let reason) = error else {
                    if candidates.isEmpty { throw error }
                    break
                }
                reasons.append(reason)
            }
        }
        guard !candidates.isEmpty else { throw .absent(reasons.joined(separator: "; ")) }
        return candidates.joined(separator: ", or else ")
    }

    /// A token of the first place that has one.
    func lease(_ wish: TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>> {
        let first = chosen.withLock { $0 }
        if let first { return try await places[first].lease(wish) }
        var reasons: [String] = []
        for (index, place) in places.enumerated() {
            do throws(CredentialFailure) {
                let lease = try await place.lease(wish)
                chosen.withLock { $0 = index }
                return lease
            } catch {
                guard case .absent(let reason) = error else { throw error }
                reasons.append(reason)
            }
        }
        throw .absent("there are no Azure credentials (\(reasons.joined(separator: "; "))); \(advice)")
    }

    private var settled: [any TokenPlace] { chosen.withLock { $0 }.map { [places[$0]] } ?? places }
}
