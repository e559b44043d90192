import HTTPTypes
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// The identity that Azure has given to this machine or app, from an endpoint that only it reaches.
///
/// `AZURE_CLIENT_ID` names one of several; without it the machine's own is meant.
struct ManagedIdentityToken: TokenPlace {
    private struct Endpoint {
        var origin: Origin
        var path: String
        var version: String
        var headers: HTTPFields
        /// Whether it is the metadata of a machine, which need not be there.
        var isMetadata: Bool
        var name: String
    }

    let world: EntraWorld

    private static let endpoint = "IDENTITY_ENDPOINT"
    private static let header = "IDENTITY_HEADER"
    private static let host = "AZURE_POD_IDENTITY_AUTHORITY_HOST"

    func words() throws(CredentialFailure) -> String {
        let client = try client().map { " with the client ID \($0)" } ?? ""
        return try place().name + client
    }

    var mustBeTried: Bool { world.environment.filled(Self.header) == nil }

    func lease(_ wish: TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>> {
        let place = try place()
        let request = TokenRequests.managedIdentity(
            wish,
            place.origin,
            place.path,
            version: place.version,
            client: try client(),
            headers: place.headers
        )
        let response = try await answer(request, place)
        if response.status == 200, let reply = TokenReply(response.body) {
            return try reply.lease(place.name, at: world.now)
        }
        throw refusal(response, place)
    }

    private func client() throws(CredentialFailure) -> String? {
        guard let id = world.environment.filled("AZURE_CLIENT_ID") else { return nil }
        guard EntraText.isGUID(id) else {
            throw .broken("AZURE_CLIENT_ID is not the ID of an application, which is a GUID")
        }
        return id
    }

    private func place() throws(CredentialFailure) -> Endpoint {
        let metadata: HTTPFields = [HTTPField.Name("Metadata")!: "true"]
        guard let url = world.environment.filled(Self.endpoint) else {
            var origin = Origin(scheme: "http", host: "169.254.169.254")
            if let url = world.environment.filled(Self.host) {
                guard let (named, target) = Origin.split(url), target == "/", EntraCalls.isAllowed(named) else {
                    throw .broken("\(Self.host) is not the URL of a host, such as http://169.254.169.254")
                }
                origin = named
            }
            return Endpoint(
                origin: origin,
                path: "/metadata/identity/oauth2/token",
                version: "2018-02-01",
                headers: metadata,
                isMetadata: true,
                name: "the managed identity of this machine"
            )
        }
        guard let secret = world.environment.filled(Self.header) else {
            throw .absent("\(Self.endpoint) is set without \(Self.header), as on Azure Arc, which is not known here")
        }
        guard let (origin, path) = Origin.split(url), EntraText.isWord(path), EntraCalls.isAllowed(origin) else {
            throw .broken("\(Self.endpoint) is not an https URL, nor one of this machine itself")
        }
        guard EntraText.isWord(secret) else {
            throw .broken("\(Self.header) is not one word, so no header may hold it")
        }
        var headers = metadata
        headers[HTTPField.Name("X-IDENTITY-HEADER")!] = secret
        return Endpoint(
            origin: origin,
            path: path,
            version: "2019-08-01",
            headers: headers,
            isMetadata: false,
            name: "the managed identity behind \(Self.endpoint)"
        )
    }

    /// Asks once to see whether anybody is there, and then as long as Azure says that waiting helps.
    private func answer(_ request: Request, _ place: Endpoint) async throws(CredentialFailure) -> Response {
        do throws(HTTPFailure) {
            let first = try await world.calls.send(request, waits: [])
            guard Self.mayPass(first), !place.isMetadata || Self.isAzure(first) else { return first }
            // A machine whose metadata is renewed answers 410 for up to 70 seconds.
            let seconds: [Int64] = first.status == 410 ? [1, 2, 4, 8, 16, 20, 20] : [1, 2, 4, 8]
            try? await world.environment.time.sleep(for: .seconds(1))
            return try await world.calls.send(
                request,
                waits: seconds.map { Duration.seconds($0) },
                mayPass: Self.mayPass
            )
        } catch {
            let reason = error.reason.printable(max: 200)
            guard place.isMetadata, error.reach == .unsent || error.reach == .unanswered else {
                throw .broken("\(place.name) gave no token: \(reason)")
            }
            throw .absent("this is no machine of Azure with a managed identity (\(place.origin) cannot be reached)")
        }
    }

    private static func mayPass(_ response: Response) -> Bool {
        [404, 410, 429].contains(response.status) || response.status >= 500
    }

    /// Other clouds answer at the same address, and know nothing there.
    private static func isAzure(_ response: Response) -> Bool {
        response.status != 404 || (try? JSON(parsing: response.body))?.object != nil
    }

    private func refusal(_ response: Response, _ place: Endpoint) -> CredentialFailure {
        let json = try? JSON(parsing: response.body.prefix(Limits.errorBytesMax))
        let text = json?["error_description"]?.string ?? json?["message"]?.string ?? json?["error"]?.string
        guard let text else {
            let sentence = "\(place.name) answered \(response.status), not a token"
            return place.isMetadata && response.status < 500 ? .absent(sentence) : .broken(sentence)
        }
        let said = SecretShapes.masked(text).printable(max: 200)
        if place.isMetadata, response.status == 400, text.lowercased().contains("identity not found") {
            return world.environment.filled("AZURE_CLIENT_ID") == nil
                ? .absent("this machine of Azure has no managed identity")
                : .broken("this machine of Azure has no managed identity with the client ID in AZURE_CLIENT_ID")
        }
        return .broken("\(place.name) answered \(response.status), not a token: \(said)")
    }
}
