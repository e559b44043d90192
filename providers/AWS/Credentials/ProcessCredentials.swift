import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// A program that prints credentials (`credential_process`), started without a shell; what it prints is never shown.
struct ProcessCredentials: CredentialPlace {
    let profile: Profile
    let world: CredentialWorld

    func words() throws(CredentialFailure) -> String {
        let command = try command()
        return "the credential_process \(Self.shown(command)) of \(profile.shown)"
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let command = try command()
        let subject = "the credential_process \(Self.shown(command)) of \(profile.shown)"
        let result: AccessEnvironment.PluginResult
        do throws(AccessEnvironment.PluginFailure) {
            result = try await world.environment.run(command)
        } catch {
            throw .broken("\(subject) \(Self.words(error))")
        }
        guard result.exitCode == 0 else {
            let end = result.exitCode.map { "failed with exit code \($0)" } ?? "was ended by a signal"
            throw .broken("\(subject) \(end); run it by hand to see why")
        }
        return try answer(result.output, subject)
    }

    // Its arguments may hold a secret.
    private static func shown(_ command: AccessEnvironment.Plugin) -> String {
        "\"\(command.command.printable(max: 120))\""
    }

    private func command() throws(CredentialFailure) -> AccessEnvironment.Plugin {
        guard let line = profile.raw("credential_process") else {
            throw .absent("\(profile.shown) has no credential_process")
        }
        let place = "\(profile.place("credential_process")): credential_process of \(profile.shown)"
        let words: [String]
        do throws(ShellWords.Failure) {
            words = try ShellWords.split(line)
        } catch { throw .broken("\(place) \(error.words)") }
        guard let first = words.first, !first.isEmpty else { throw .broken("\(place) names no program") }
        return AccessEnvironment.Plugin(command: first, arguments: Array(words.dropFirst()))
    }

    private static func words(_ failure: AccessEnvironment.PluginFailure) -> String {
        switch failure {
        case .missing: "is not installed or not executable; install it, or correct the profile"
        case .timedOut: "took longer than \(Limits.pluginSecondsMax) s and was ended"
        case .tooMuchOutput: "printed more than \(Limits.pluginOutputBytesMax / 1024) KiB"
        case .cancelled: "was ended because the run was interrupted"
        case .broken(let reason): "could not be started: \(reason.printable(max: 200))"
        }
    }

    private func answer(_ output: [UInt8], _ subject: String) throws(CredentialFailure) -> Lease<AWSCredentials> {
        guard let json = try? JSON(parsing: output), json.object != nil else {
            throw .broken("\(subject) printed something that is not a JSON object; run it by hand to see what")
        }
        guard json["Version"]?.int == 1 else {
            throw .broken("\(subject) printed JSON whose Version is not 1, the only one there is")
        }
        let parts = CredentialParts(json, token: "SessionToken")
        let credentials = try parts.credentials("the answer of \(subject)", .members)
        guard let expiration = json["Expiration"], !expiration.isNull else { return Lease(credentials) }
        guard let expires = expiration.string.flatMap({ Timestamp(aws: $0) }) else {
            throw .broken("\(subject) gave an Expiration that is no RFC 3339 time")
        }
        guard expires > world.now else { throw .broken("\(subject) gave credentials that have already expired") }
        return Lease(credentials, expires: expires)
    }
}
