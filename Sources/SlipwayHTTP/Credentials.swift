public import SlipwayBase

/// Turns a request into an authenticated request. Pure: the same inputs give the same bytes.
public protocol Signer<Credential>: Sendable {
    /// What it signs with.
    associatedtype Credential: Sendable

    /// `request` with its credentials, as of `time`.
    func sign(_ request: Request, with credential: Credential, at time: Timestamp) -> Request
}

/// A credential, and how long it is good for.
public struct Lease<Credential: Sendable>: Sendable {
    /// The credential.
    public var credential: Credential
    /// When it ends; nil when it does not.
    public var expires: Timestamp?
    /// When its giver wants to be asked for a newer one; nil when that is left to whoever keeps it.
    public var renewal: Timestamp?

    /// Makes a lease.
    public init(_ credential: Credential, expires: Timestamp? = nil, renewal: Timestamp? = nil) {
        (self.credential, self.expires, self.renewal) = (credential, expires, renewal)
    }
}

/// Why there is no credential.
public enum CredentialFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// This source has nothing to offer here; the next one is asked.
    case absent(String)
    /// This source applies and is broken; the search stops with this sentence.
    case broken(String)

    /// The sentence.
    public var description: String {
        switch self {
        case .absent(let reason), .broken(let reason): reason
        }
    }
}

/// A place that credentials come from.
public protocol CredentialSource<Credential>: Sendable {
    /// What it gives.
    associatedtype Credential: Sendable

    /// A credential that is good now.
    func lease() async throws(CredentialFailure) -> Lease<Credential>
}
