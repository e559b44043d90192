import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// Whoever is logged in with the Azure CLI; it is started without a shell, and what it prints is never shown.
struct AzureCLIToken: TokenPlace {
    let world: EntraWorld

    func words() throws(CredentialFailure) -> String { "the Azure CLI" }

    var mustBeTried: Bool { true }

    func lease(_ wish: TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>> {
        guard wish.claims == nil else {
            throw .broken("Azure wants a new sign-in before it goes on, which only a person can do; run `az login`")
        }
        let result: AccessEnvironment.PluginResult
        do throws(AccessEnvironment.PluginFailure) {
            result = try await world.environment.run(Self.plugin(wish, tenant: world.pin))
        } catch {
            throw Self.failure(error)
        }
        guard result.exitCode == 0 else { throw refusal(result, wish) }
        return try answer(result.output)
    }

    /// The command. Pure.
    static func plugin(_ wish: TokenWish, tenant: String?) -> AccessEnvironment.Plugin {
        var arguments = ["account", "get-access-token", "--output", "json", "--resource", wish.audience.resource]
        if let tenant { arguments += ["--tenant", tenant] }
        return AccessEnvironment.Plugin(command: "az", arguments: arguments)
    }

    private func answer(_ output: [UInt8]) throws(CredentialFailure) -> Lease<Secret<String>> {
        guard let json = try? JSON(parsing: output), json.object != nil else {
            throw .broken(
                "the Azure CLI printed something that is not a JSON object; run `az account get-access-token`"
            )
        }
        guard let token = json["accessToken"]?.string, EntraText.isWord(token) else {
            throw .broken("the Azure CLI printed no access token; run `az account get-access-token` to see why")
        }
        // `expiresOn` beside it is a local time without a zone.
        guard let seconds = json["expires_on"]?.int ?? json["expires_on"]?.string.flatMap({ Int($0) }),
            (0...(1 << 40)).contains(seconds)
        else {
            throw .broken("the Azure CLI did not say when its token ends (`expires_on`); update it to 2.54 or newer")
        }
        if let pin = world.pin, let tenant = json["tenant"]?.string?.lowercased(), tenant != pin {
            throw .broken(
                "the target is for tenant \(pin), and the Azure CLI gave a token of \(tenant.printable(max: 100)); run "
                    + "`az login --tenant \(pin)`"
            )
        }
        return Lease(Secret(token), expires: Timestamp(milliseconds: Int64(seconds) * 1000))
    }

    private func refusal(_ result: AccessEnvironment.PluginResult, _ wish: TokenWish) -> CredentialFailure {
        guard let code = result.exitCode else { return .broken("the Azure CLI was ended by a signal") }
        let text = String(decoding: result.errorOutput.prefix(Limits.errorBytesMax), as: UTF8.self)
        if let number = EntraRefusal.code(in: text) {
            let applicant = EntraApplicant(client: "", tenant: "", proof: .secret("the Azure CLI"))
            let reason = applicant.reason(number, wish.audience) ?? "run `az account get-access-token` to see why"
            return .broken("Entra gives no token to the Azure CLI (AADSTS\(number)): \(reason)")
        }
        if text.contains("az login") || text.contains("az account set") {
            return .absent("nobody is logged in with the Azure CLI")
        }
        return .broken(
            "the Azure CLI failed with exit code \(code); run `az account get-access-token` by hand to see why"
        )
    }

    private static func failure(_ failure: AccessEnvironment.PluginFailure) -> CredentialFailure {
        switch failure {
        case .missing: .absent("the Azure CLI is not installed")
        case .timedOut: .broken("the Azure CLI took longer than \(Limits.pluginSecondsMax) s and was ended")
        case .tooMuchOutput: .broken("the Azure CLI printed more than \(Limits.pluginOutputBytesMax / 1024) KiB")
        case .cancelled: .broken("the Azure CLI was ended because the run was interrupted")
        case .broken(let reason): .broken("the Azure CLI could not be started: \(reason.printable(max: 200))")
        }
    }
}
