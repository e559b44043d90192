/// The namespaces of Azure Resource Manager that the simulation has, and the versions of their APIs.
enum ARMNamespace {
    private static let spellings: [String: String] = [
        "microsoft.web": "Microsoft.Web", "microsoft.containerservice": "Microsoft.ContainerService",
        "microsoft.cdn": "Microsoft.Cdn", "microsoft.network": "Microsoft.Network",
    ]

    /// The versions that are known, by namespace; the empty one is Azure Resource Manager's own.
    private static let versions: [String: Set<String>] = [
        "": ["2019-11-01", "2020-01-01", "2021-04-01", "2022-09-01", "2022-12-01", "2024-03-01", "2024-11-01"],
        "microsoft.web": [
            "2016-08-01", "2018-02-01", "2019-08-01", "2020-06-01", "2021-02-01", "2021-03-01", "2022-03-01",
            "2022-09-01", "2023-01-01", "2023-12-01", "2024-04-01", "2024-11-01", "2025-03-01", "2025-05-01",
        ],
        "microsoft.containerservice": [
            "2016-03-30", "2022-09-01", "2023-11-01", "2024-02-01", "2024-05-01", "2024-09-01", "2025-05-01",
            "2026-06-01",
        ],
        "microsoft.cdn": ["2021-06-01", "2023-05-01", "2024-02-01", "2024-09-01", "2025-04-15"],
        "microsoft.network": ["2018-08-01", "2022-04-01"],
    ]

    /// The namespace as Azure writes it.
    static func spelled(_ namespace: String) -> String { spellings[namespace] ?? namespace }

    /// What is wrong with a version; nil when nothing is.
    static func fault(in version: String?, of address: ARMAddress) -> ARMFault? {
        guard let version, !version.isEmpty else {
            return ARMFault(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests."
            )
        }
        guard let known = versions[address.namespace] else {
            return ARMFault(
                404,
                "InvalidResourceNamespace",
                "The resource namespace '\(address.namespace)' is invalid."
            )
        }
        if known.contains(version) { return nil }
        let supported = known.sorted().joined(separator: ",")
        return ARMFault(
            400,
            address.namespace.isEmpty ? "InvalidApiVersionParameter" : "NoRegisteredProviderFound",
            "The api-version '\(version)' is invalid. The supported versions are '\(supported)'."
        )
    }
}
