import HTTPTypes
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// The endpoint beside a container (ECS, EKS Pod Identity) that the environment names.
struct ContainerCredentials: CredentialPlace {
    let world: CredentialWorld

    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
    private static let tokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

    func words() throws(CredentialFailure) -> String { "the container endpoint \(try place().origin)" }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let (origin, target) = try place()
        let subject = "the container endpoint \(origin)"
        var request = Request(.get, origin, target, headers: [.accept: "application/json"])
        request.bounds = CredentialCalls.bounds(.seconds(2))
        if let token = try authorization() { request.headers[.authorization] = token.reveal() }
        let response: Response
        do throws(HTTPFailure) {
            response = try await world.calls.send(request, attempts: 3)
        } catch {
            throw .broken("\(subject) gave no credentials: \(error.reason.printable(max: 300))")
        }
        guard response.status == 200 else { throw .broken("\(subject) answered \(response.status), not credentials") }
        guard let json = try? JSON(parsing: response.body), json.object != nil else {
            throw .broken("\(subject) answered something that is not a JSON object")
        }
        guard let expires = json["Expiration"]?.string.flatMap({ Timestamp(aws: $0) }) else {
            throw .broken("\(subject) gave credentials without an RFC 3339 time at which they end")
        }
        let parts = CredentialParts(json, token: "Token")
        return Lease(try parts.credentials("the answer of \(subject)", .members), expires: expires)
    }

    private func place() throws(CredentialFailure) -> (origin: Origin, target: String) {
        if let path = world.environment.filled(Self.relative) {
            guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw .broken("\(Self.relative) is not a path; it must begin with /")
            }
            return (Origin(scheme: "http", host: "169.254.170.2"), path)
        }
        guard let url = world.environment.filled(Self.full) else { throw .absent("no container endpoint is named") }
        guard let place = Origin.split(url), place.target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .broken("\(Self.full) is not an http or https URL")
        }
        // The address of an instance's own metadata is no container's endpoint.
        let hosts = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
        guard place.origin.scheme == "https" || place.origin.isLoopback || hosts.contains(place.origin.host) else {
            throw .broken(
                "\(Self.full) names \(place.origin.description.printable(max: 200)), to which nothing may be sent "
                    + "unencrypted; use https, this machine itself, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]"
            )
        }
        return place
    }

    /// Sent as it is, so it must not be able to end its header; a file is read anew each time.
    private func authorization() throws(CredentialFailure) -> Secret<String>? {
        let text: String
        let place: String
        if let file = world.environment.filled(Self.tokenFile) {
            text = try world.text(in: file, as: "the container token file")
            place = "the container token file \(file.printable(max: 300))"
        } else if let value = world.environment.filled(Self.token) {
            (text, place) = (value, Self.token)
        } else {
            return nil
        }
        guard !text.isEmpty else { throw .broken("\(place) is empty") }
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .broken("\(place) has a line break or another character that no header may hold")
        }
        return Secret(text)
    }
}
