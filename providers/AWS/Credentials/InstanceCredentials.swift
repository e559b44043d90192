import HTTPTypes
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// The role of the EC2 instance this runs on, from its metadata (version 2 only: every read carries a token).
struct InstanceCredentials: CredentialPlace {
    private struct Settings {
        var origin: Origin
        var timeout: Duration
        var attempts: Int
    }

    let profile: Profile
    let world: CredentialWorld

    func words() throws(CredentialFailure) -> String {
        _ = try settings()
        return "the role of this EC2 instance, if it is one"
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let settings = try settings()
        do throws(CredentialFailure) {
            let lease = try await fetch(settings)
            world.memory.instance.withLock { $0 = lease.credential }
            return lease
        } catch {
            // Static stability: EC2 says to go on with the last credentials while its metadata cannot be had.
            guard let last = world.memory.instance.withLock({ $0 }) else { throw error }
            return Lease(last, expires: world.now + extra(for: last))
        }
    }

    private func settings() throws(CredentialFailure) -> Settings {
        let environment = world.environment
        guard !environment.isOn("AWS_EC2_METADATA_DISABLED") else {
            throw .absent("instance metadata is turned off by AWS_EC2_METADATA_DISABLED")
        }
        let mode = value("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
        let isIPv6 = mode?.value.lowercased() == "ipv6"
        if let mode, !isIPv6, mode.value.lowercased() != "ipv4" {
            throw .broken("\(mode.place) must be IPv4 or IPv6")
        }
        var origin = Origin(scheme: "http", host: isIPv6 ? "fd00:ec2::254" : "169.254.169.254")
        if let url = value("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint") {
            guard let (named, target) = Origin.split(url.value), target == "/" else {
                throw .broken("\(url.place) is not the URL of a host, such as http://169.254.169.254")
            }
            guard CredentialCalls.isAllowed(named) else {
                let shown = named.description.printable(max: 200)
                throw .broken("\(url.place) names \(shown), which would send credentials unencrypted; use https")
            }
            origin = named
        }
        return Settings(
            origin: origin,
            timeout: .seconds(try number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")),
            attempts: try number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")
        )
    }

    private func value(_ variable: String, _ key: String) -> (value: String, place: String)? {
        if let value = world.environment.filled(variable) { return (value, variable) }
        return profile[key].map { ($0, "\(profile.place(key)): \(key)") }
    }

    private func number(_ variable: String, _ key: String) throws(CredentialFailure) -> Int {
        guard let (text, place) = value(variable, key) else { return 1 }
        guard let number = Int(text), (1...60).contains(number) else {
            throw .broken("\(place) must be a whole number from 1 to 60")
        }
        return number
    }

    private func fetch(_ settings: Settings) async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let ttl = HTTPField.Name("x-aws-ec2-metadata-token-ttl-seconds")!
        let token = try await ask(settings, .put, "/latest/api/token", [ttl: "21600"])
        let text = String(decoding: token.body, as: UTF8.self)
        guard token.status == 200, isWord(text) else {
            throw .absent("instance metadata gave no token (\(token.status))")
        }
        let headers: HTTPFields = [HTTPField.Name("x-aws-ec2-metadata-token")!: text]
        let path = "/latest/meta-data/iam/security-credentials/"
        let roles = try await ask(settings, .get, path, headers)
        guard roles.status != 404 else { throw .absent("this EC2 instance has no role") }
        let role = String(decoding: roles.body, as: UTF8.self).prefix { !$0.isNewline }.trimmed
        guard roles.status == 200, isWord(role), !role.contains("/") else {
            throw .broken("instance metadata answered \(roles.status), not the name of a role")
        }
        let answer = try await ask(settings, .get, path + role.percentEncoded(), headers)
        guard answer.status == 200, let json = try? JSON(parsing: answer.body), json.object != nil else {
            throw .broken("instance metadata answered \(answer.status), not the credentials of the role")
        }
        return try lease(json)
    }

    private func lease(_ json: JSON) throws(CredentialFailure) -> Lease<AWSCredentials> {
        let code = json["Code"]?.string ?? "Success"
        guard code == "Success" else {
            throw .broken("instance metadata cannot give the role's credentials: \(code.printable(max: 100))")
        }
        guard let end = json["Expiration"]?.string.flatMap({ Timestamp(aws: $0) }) else {
            throw .broken("instance metadata gave credentials without an RFC 3339 time at which they end")
        }
        let parts = CredentialParts(json, token: "Token")
        let credentials = try parts.credentials("the answer of instance metadata", .members)
        // What is given at its end, or after it, is good all the same while EC2 cannot renew it.
        let extra = extra(for: credentials)
        return Lease(credentials, expires: end <= world.now + extra ? world.now + extra : end)
    }

    /// A quarter of an hour, and between 2 and 10 minutes that differ from role to role, so that not all ask at once.
    private func extra(for credentials: AWSCredentials) -> Duration {
        let sum = credentials.accessKeyID.utf8.reduce(0) { ($0 * 31 + Int($1)) % 481 }
        return .seconds(900 + 120 + sum)
    }

    private func ask(
        _ settings: Settings,
        _ method: HTTPRequest.Method,
        _ target: String,
        _ headers: HTTPFields
    ) async throws(CredentialFailure) -> Response {
        var request = Request(method, settings.origin, target, headers: headers)
        request.bounds = CredentialCalls.bounds(settings.timeout)
        do throws(HTTPFailure) {
            return try await world.calls.send(request, attempts: settings.attempts)
        } catch {
            throw .absent("instance metadata cannot be reached")
        }
    }

    private func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 4_096 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
