internal import SlipwayAccess
internal import SlipwayBase

/// The kinds of Azure credentials, by the names that a config has for them, in the order in which they are looked for.
public enum AzureCredential: String, Hashable, Sendable, CaseIterable {
    /// A secret or a certificate of an application, in the environment.
    case environment
    /// A token of Kubernetes or GitHub Actions, which an application trusts.
    case workloadIdentity
    /// The identity of the machine or app this runs on.
    case managedIdentity
    /// Whoever is logged in with the Azure CLI.
    case azureCLI
}

/// Which kinds count: the one that the target names, or those that `AZURE_TOKEN_CREDENTIALS` leaves, or all.
struct CredentialChoice {
    let kinds: [AzureCredential]
    /// What to do when none of them has a token.
    let advice: String

    private static let variable = "AZURE_TOKEN_CREDENTIALS"
    private static let names: [String: [AzureCredential]] = [
        "prod": [.environment, .workloadIdentity, .managedIdentity], "dev": [.azureCLI],
        "EnvironmentCredential": [.environment], "WorkloadIdentityCredential": [.workloadIdentity],
        "ManagedIdentityCredential": [.managedIdentity], "AzureCliCredential": [.azureCLI],
    ]

    init(_ explicit: AzureCredential?, _ environment: AccessEnvironment) throws(InputFailure) {
        if let explicit {
            kinds = [explicit]
            advice = "the target allows no others (`credential: \(explicit.rawValue)`)"
            return
        }
        guard let text = environment.filled(Self.variable) else {
            kinds = AzureCredential.allCases
            advice = "run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
            return
        }
        guard let found = Self.names.first(where: { $0.key.lowercased() == text.lowercased() })?.value else {
            let known = Self.names.keys.sorted().joined(separator: ", ")
            throw InputFailure(
                "\(Self.variable) is \"\(text.printable(max: 60))\", and only these are known here: \(known)"
            )
        }
        kinds = found
        advice = "\(Self.variable) allows no others"
    }

    /// The places of these kinds.
    func places(_ world: EntraWorld, _ certificate: CertificateToken) -> [any TokenPlace] {
        kinds.flatMap { kind -> [any TokenPlace] in
            switch kind {
            case .environment: [SecretToken(world: world), certificate]
            case .workloadIdentity: [WorkloadToken(world: world)]
            case .managedIdentity: [ManagedIdentityToken(world: world)]
            case .azureCLI: [AzureCLIToken(world: world)]
            }
        }
    }
}
