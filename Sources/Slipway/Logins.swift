internal import SlipwayAWS
internal import SlipwayAzure
internal import SlipwayBase
internal import SlipwayHTTP

/// Where credentials come from.
enum Logins: Sendable {
    /// From wherever the environment says; requests for them go over this client, and nothing watches them.
    case over(LazyClient)
    /// From nowhere: what is replayed needs none, so nobody is asked and no plugin is run.
    case standIns
}

/// A credential that is what it is.
struct FixedCredential<Credential: Sendable>: CredentialSource {
    let credential: Credential

    init(_ credential: Credential) { self.credential = credential }

    func lease() async throws(CredentialFailure) -> Lease<Credential> { Lease(credential) }
}

extension FixedCredential where Credential == Secret<String> {
    /// A token for nobody.
    static var standIn: Self { Self(Secret("replayed")) }
}

extension FixedCredential where Credential == AWSCredentials {
    /// Keys of nobody.
    static var standIn: Self { Self(AWSCredentials(accessKeyID: "AKIDREPLAYED", secretAccessKey: Secret("replayed"))) }
}

/// Sends nothing.
struct ClosedTransport: Transport {
    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        throw HTTPFailure(.refused, "nothing is sent in a replay")
    }
}
