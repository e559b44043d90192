import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// A bearer token in a file that something else keeps fresh: read again when what was read is older than a minute.
final class TokenFile: CredentialSource {
    private let path: String
    private let environment: AccessEnvironment
    private let last = Locked<(lease: Lease<Secret<String>>, read: Timestamp)?>(nil)

    init(path: String, environment: AccessEnvironment) { (self.path, self.environment) = (path, environment) }

    func lease() async throws(CredentialFailure) -> Lease<Secret<String>> {
        let now = environment.time.now
        if let (lease, read) = last.withLock({ $0 }), now - read < .seconds(60) { return lease }
        let name = "the token file \(path.printable(max: 300))"
        let file: AccessEnvironment.File
        do throws(AccessEnvironment.FileFailure) {
            file = try environment.readFile(path, Limits.configBytesMax)
        } catch { throw .broken("\(name) \(error.words)") }
        let text = String(decoding: file.bytes, as: UTF8.self)
        let token = String(text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
        let rest = text.drop(while: \.isWhitespace).dropFirst(token.count)
        guard BearerToken.isUsable(token), rest.allSatisfy(\.isWhitespace) else {
            throw .broken("\(name) holds no token: it must be one word on one line")
        }
        // A cache renews in the last fifth of a lease's life, so that it asks when the minute is over.
        let lease = Lease(Secret(token), expires: now + .seconds(75))
        last.withLock { $0 = (lease, now) }
        return lease
    }
}

/// A bearer token that stands in the kubeconfig itself.
struct FixedToken: CredentialSource {
    let token: Secret<String>

    func lease() async throws(CredentialFailure) -> Lease<Secret<String>> { Lease(token) }
}
