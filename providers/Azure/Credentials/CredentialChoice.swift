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

    private static let variable = "AZURE_TOKEN_CREDENTIALS"
    private static let names: [String: [AzureCredential]] = [
        "prod": [.environment, .workloadIdentity, .managedIdentity], "dev": [.azureCLI],
        "EnvironmentCredential": [.environment], "WorkloadIdentityCredential": [.workloadIdentity],
        "ManagedIdentityCredential": [.managedIdentity], "AzureCliCredential": [.azureCLI],
    ]

    init(_ explicit: AzureCredential?, _ environment: AccessEnvironment) throws(InputFailure) {
        if let explicit {
            kinds = [explicit]
            return
        }
        guard let text = environment.filled(Self.variable) else {
            kinds = AzureCredential.allCases
            return
        }
        guard let found = Self.names.first(where: { $0.key.lowercased() == text.lowercased() })?.value else {
            let known = Self.names.keys.sorted().joined(separator: ", ")
            throw InputFailure(
                "\(Self.variable) is \"\(text.printable(max: 60))\", and only these are known here: \(known)"
            )
        }
        kinds = found
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
