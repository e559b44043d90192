import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// One place of the chain: says without network or plugin whether it applies, and gives credentials when it does.
protocol CredentialPlace: CredentialSource where Credential == AWSCredentials {
    /// Where the credentials come from, in words for people.
    ///
    /// Throws `absent` where the place does not apply, and `broken` for what is known to be wrong beforehand.
    func words() throws(CredentialFailure) -> String
}

extension CredentialPlace {
    /// The place without its words.
    var source: any CredentialSource<AWSCredentials> { self }
}

/// Places in order, as one place.
struct PlaceChain: CredentialPlace {
    let places: [any CredentialPlace]

    func words() throws(CredentialFailure) -> String {
        var reasons: [String] = []
        for place in places {
            do throws(CredentialFailure) {
                return try place.words()
            } catch {
                guard case .absent(let reason) = error else { throw error }
                reasons.append(reason)
            }
        }
        throw .absent(reasons.joined(separator: "; "))
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        try await CredentialChain(places.map(\.source)).lease()
    }
}

/// What the places reach the world through, and what outlives a single look at the files.
struct CredentialWorld: Sendable {
    let environment: AccessEnvironment
    let calls: CredentialCalls
    let sts: RoleCalls
    let endpoints: EndpointChoice
    let memory: CredentialMemory

    var now: Timestamp { environment.time.now }

    /// Reads a token from a file anew; it must be one word, and white space around it does not count.
    func token(in path: String, as what: String) throws(CredentialFailure) -> Secret<String> {
        let text = try text(in: path, as: what).trimmed
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .broken("\(what) \(path.printable(max: 300)) holds no token: it must be one word")
        }
        return Secret(text)
    }

    /// Reads a file anew, byte for byte.
    func text(in path: String, as what: String) throws(CredentialFailure) -> String {
        do throws(AccessEnvironment.FileFailure) {
            let file = try environment.readFile(environment.expanded(path), Limits.configBytesMax)
            return String(decoding: file.bytes, as: UTF8.self)
        } catch {
            throw .broken("\(what) \(path.printable(max: 300)) \(error.words)")
        }
    }
}

/// What is remembered between two leases of one chain.
final class CredentialMemory: Sendable {
    /// SSO tokens that were refreshed, by the file whose token they replace.
    let tokens = Locked<[String: SSOToken]>([:])
    /// The last credentials of the instance's role.
    let instance = Locked<AWSCredentials?>(nil)
}
