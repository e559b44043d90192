import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// What belongs to no service: subscriptions, resource groups, and what a cloud says of itself.
extension AzureWorld {
    /// Paths without a subscription.
    func answerTenant(_ call: ARMCall) throws(ARMFault) -> Response {
        guard call.method == .get else { throw .noMethod(call.method) }
        switch call.address.parts {
        case ["subscriptions"]:
            let count: JSON = ["type": "Total", "value": 1]
            return ARMAnswer.json(["value": [subscription], "count": count])
        case ["tenants"]:
            let tenant: JSON = [
                "id": .string("/tenants/\(home.tenant)"), "tenantId": .string(home.tenant), "tenantCategory": "Home",
            ]
            return ARMAnswer.json(["value": [tenant]])
        default: throw .noRoute(call.address)
        }
    }

    /// Paths with a subscription and no namespace.
    func answerResources(_ call: ARMCall) throws(ARMFault) -> Response {
        guard call.address.parts.isEmpty || call.address.parts == ["resourcegroups"] else {
            throw .noRoute(call.address)
        }
        guard call.method == .get else { throw .noMethod(call.method) }
        if let name = call.address.group {
            return ARMAnswer.json(group(web.groups.first { $0.names(name) } ?? name))
        }
        return ARMAnswer.json(
            call.address.parts.isEmpty ? subscription : ["value": .array(web.groups.map(group))]
        )
    }

    private var subscription: JSON {
        [
            "id": .string("/subscriptions/\(home.subscription)"), "authorizationSource": "RoleBased",
            "managedByTenants": [], "tags": [:], "subscriptionId": .string(home.subscription),
            "tenantId": .string(home.tenant), "displayName": "Simulated", "state": "Enabled",
            "subscriptionPolicies": [
                "locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off",
            ],
        ]
    }

    private func group(_ name: String) -> JSON {
        [
            "id": .string("/subscriptions/\(home.subscription)/resourceGroups/\(name)"), "name": .string(name),
            "type": "Microsoft.Resources/resourceGroups", "location": .string(home.region), "tags": [:],
            "properties": ["provisioningState": "Succeeded"],
        ]
    }

    /// What `GET /metadata/endpoints` says, in the form that `az cloud register` reads: one object, not a list.
    func endpoints(for origin: Origin) -> JSON {
        let manager = JSON.string(origin.description + "/")
        let login = origin.isLoopback ? origin : home.login
        return [
            "name": "AzureCloud", "portal": "https://portal.azure.com",
            "authentication": [
                "loginEndpoint": .string(login.description + "/"),
                "audiences": ["https://management.core.windows.net/", manager], "tenant": "common",
                "identityProvider": "AAD",
            ],
            "graph": "https://graph.windows.net/", "graphAudience": "https://graph.windows.net/",
            "batch": "https://batch.core.windows.net/", "media": "https://rest.media.azure.net",
            "resourceManager": manager, "vmImageAliasDoc": "https://example.invalid/aliases.json",
            "microsoftGraphResourceId": "https://graph.microsoft.com/", "gallery": "https://gallery.azure.com/",
            "sqlManagement": "https://management.core.windows.net:8443/",
            "activeDirectoryDataLake": "https://datalake.azure.net/",
            "suffixes": [
                "storage": "core.windows.net", "keyVaultDns": "vault.azure.net",
                "sqlServerHostname": "database.windows.net", "acrLoginServer": "azurecr.io",
            ],
        ]
    }
}
