import HTTPTypes
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// A role of IAM Identity Center, for whoever has logged in with `aws sso login`.
///
/// A token near its end is renewed and kept in memory for this run; the file of the aws CLI is left as it is.
struct SSOCredentials: CredentialPlace {
    private struct Settings {
        var role: String
        var account: String
        var region: String
        var startURL: String
        /// The session's name; nil for the older form, whose tokens are not renewed.
        var session: String?
    }

    let profile: Profile
    let profiles: Profiles
    let world: CredentialWorld

    func words() throws(CredentialFailure) -> String {
        let settings = try settings()
        let login = settings.session.map { "the SSO session \"\($0.printable(max: 100))\"" } ?? "SSO"
        return "the role \(settings.role.printable(max: 100)) in account \(settings.account) through \(login)"
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let settings = try settings()
        let token = try await token(settings)
        let query =
            "role_name=\(settings.role.percentEncoded())&account_id=\(settings.account.percentEncoded())"
        let portal = try origin(.sso, settings)
        var request = Request(.get, portal, "/federation/credentials?" + query, headers: [.accept: "application/json"])
        request.headers[HTTPField.Name("x-amz-sso_bearer_token")!] = token.access.reveal()
        let response = try await send(request, to: "the SSO portal")
        guard response.status != 401 else {
            throw .broken("the SSO portal no longer accepts the token of \(profile.shown); \(advice)")
        }
        guard response.status == 200 else {
            throw .broken(
                "the SSO portal answered \(response.status) for the role \(settings.role.printable(max: 100)) in "
                    + "account \(settings.account); check sso_role_name and sso_account_id of \(profile.shown)"
            )
        }
        return try lease(response.body, settings)
    }

    private var advice: String { "run `aws sso login --profile \(profile.name.printable(max: 100))`" }

    private func lease(_ body: [UInt8], _ settings: Settings) throws(CredentialFailure) -> Lease<AWSCredentials> {
        guard let json = try? JSON(parsing: body), let found = json["roleCredentials"], found.object != nil,
            let milliseconds = found["expiration"]?.int
        else { throw .broken("the SSO portal answered something other than the credentials of a role") }
        let parts = CredentialParts(
            id: found["accessKeyId"]?.string,
            secret: found["secretAccessKey"]?.string,
            token: found["sessionToken"]?.string,
            account: settings.account
        )
        let credentials = try parts.credentials("the answer of the SSO portal", .members)
        return Lease(credentials, expires: Timestamp(milliseconds: Int64(milliseconds)))
    }

    // MARK: The token

    private func token(_ settings: Settings) async throws(CredentialFailure) -> SSOToken {
        let file = "~/.aws/sso/cache/\(InsecureSHA1.fileName(for: settings.session ?? settings.startURL)).json"
        let stored = try stored(file)
        let kept = world.memory.tokens.withLock { $0[file] }
        // A login in the meantime leaves a later token in the file than the one that was renewed here.
        let token = if let kept, kept.expires > stored.expires { kept } else { stored }
        if settings.session != nil, token.expires - world.now < .seconds(900),
            let renewed = try await renewed(token, settings)
        {
            world.memory.tokens.withLock { $0[file] = renewed }
            return renewed
        }
        guard token.expires > world.now else {
            throw .broken("the SSO login of \(profile.shown) ended at \(token.expires.rfc3339Seconds); \(advice)")
        }
        return token
    }

    private func stored(_ file: String) throws(CredentialFailure) -> SSOToken {
        let contents: AccessEnvironment.File
        do throws(AccessEnvironment.FileFailure) {
            contents = try world.environment.readFile(world.environment.expanded(file), Limits.configBytesMax)
        } catch {
            if error == .missing { throw .broken("\(profile.shown) uses SSO and nobody has logged in; \(advice)") }
            throw .broken("the SSO token file \(file) \(error.words)")
        }
        guard let token = SSOToken(parsing: String(decoding: contents.bytes, as: UTF8.self)) else {
            throw .broken("the SSO token file \(file) of \(profile.shown) holds no token; \(advice)")
        }
        return token
    }

    /// A new token; nil where the old one must do, which is tried as long as it is good.
    private func renewed(_ token: SSOToken, _ settings: Settings) async throws(CredentialFailure) -> SSOToken? {
        guard let renewal = token.renewal, renewal.ends > world.now else { return nil }
        let body: JSON = [
            "clientId": .string(renewal.clientID), "clientSecret": .string(renewal.clientSecret.reveal()),
            "grantType": "refresh_token", "refreshToken": .string(renewal.refreshToken.reveal()),
        ]
        var request = Request(
            .post,
            try origin(.ssoOIDC, settings),
            "/token",
            headers: [.contentType: "application/json", .accept: "application/json"]
        )
        request.body = .bytes(body.bytes)
        request.bounds.responseBytesMax = Limits.credentialAnswerBytesMax
        guard let response = try? await world.calls.send(request, attempts: 2), response.status == 200 else {
            return nil
        }
        return SSOToken(renewed: response.body, from: renewal, now: world.now)
    }

    private func send(_ request: Request, to what: String) async throws(CredentialFailure) -> Response {
        var request = request
        request.bounds.responseBytesMax = Limits.credentialAnswerBytesMax
        do throws(HTTPFailure) {
            return try await world.calls.send(request, attempts: 3)
        } catch {
            throw .broken("\(what) gave no credentials: \(error.reason.printable(max: 300))")
        }
    }

    private func origin(_ api: AWSAPI, _ settings: Settings) throws(CredentialFailure) -> Origin {
        do throws(InputFailure) {
            return try world.endpoints.endpoint(api, region: settings.region).origin
        } catch { throw .broken(error.sentence) }
    }

    // MARK: The profile

    private func settings() throws(CredentialFailure) -> Settings {
        guard profile["sso_role_name"] != nil || profile["sso_account_id"] != nil else {
            throw .absent("\(profile.shown) names no SSO role")
        }
        let session = profile["sso_session"]
        let values = try session.map { (name) throws(CredentialFailure) in try sessionProfile(name) }
        let settings = Settings(
            role: try value("sso_role_name", profile),
            account: try value("sso_account_id", profile),
            region: try value("sso_region", values ?? profile),
            startURL: try value("sso_start_url", values ?? profile),
            session: session
        )
        guard settings.account.utf8.count == 12, settings.account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .broken("\(profile.place("sso_account_id")): sso_account_id must be 12 digits")
        }
        do throws(InputFailure) {
            let place = (values ?? profile).place("sso_region")
            try AWSPartition.check(region: settings.region, from: "\(place): sso_region")
        } catch { throw .broken(error.sentence) }
        return settings
    }

    /// The `[sso-session x]` section, after a look whether the profile contradicts it.
    private func sessionProfile(_ name: String) throws(CredentialFailure) -> Profile {
        guard let section = profiles.config.ssoSessions[name] else {
            let shown = name.printable(max: 100)
            throw .broken(
                "\(profile.place("sso_session")): \(profile.shown) names the SSO session \"\(shown)\", "
                    + "which is not there; write [sso-session \(shown)]"
            )
        }
        let session = Profile(name: profile.name, parts: [Profile.Part(file: profiles.config.path, section: section)])
        for key in ["sso_region", "sso_start_url"] {
            if let mine = profile[key], let its = session[key], mine != its {
                throw .broken("\(profile.place(key)): \(key) differs from that of the SSO session; take it out")
            }
        }
        return session
    }

    private func value(_ key: String, _ place: Profile) throws(CredentialFailure) -> String {
        if let value = place[key] { return value }
        throw .broken("\(place.place(key)): \(profile.shown) uses SSO and lacks \(key); run `aws configure sso`")
    }
}
