/// What an answer about a cluster says beside what the simulation knows of.
enum ClusterTemplate {
    static let properties = SiteTemplate.parsed(
        """
        {
        "provisioningState": "Succeeded", "kubernetesVersion": "1.34.1", "currentKubernetesVersion": "1.34.1",
        "agentPoolProfiles": [{
        "name": "nodepool1", "count": 2, "vmSize": "Standard_D2s_v5", "osDiskSizeGB": 128, "osDiskType": "Managed",
        "kubeletDiskType": "OS", "maxPods": 110, "type": "VirtualMachineScaleSets", "enableAutoScaling": false,
        "provisioningState": "Succeeded", "powerState": {"code": "Running"}, "orchestratorVersion": "1.34.1",
        "currentOrchestratorVersion": "1.34.1", "enableNodePublicIP": false, "mode": "System",
        "enableEncryptionAtHost": false, "enableUltraSSD": false, "osType": "Linux", "osSKU": "Ubuntu",
        "nodeImageVersion": "simulated", "upgradeSettings": {}, "enableFIPS": false
        }],
        "linuxProfile": {"adminUsername": "azureuser", "ssh": {"publicKeys": [{"keyData": "ssh-rsa simulated"}]}},
        "servicePrincipalProfile": {"clientId": "msi"}, "enableRBAC": true, "supportPlan": "KubernetesOfficial",
        "networkProfile": {
        "networkPlugin": "kubenet", "loadBalancerSku": "Standard",
        "loadBalancerProfile": {"managedOutboundIPs": {"count": 1}, "effectiveOutboundIPs": [{"id": "simulated"}]},
        "podCidr": "10.244.0.0/16", "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10",
        "outboundType": "loadBalancer", "podCidrs": ["10.244.0.0/16"], "serviceCidrs": ["10.0.0.0/16"],
        "ipFamilies": ["IPv4"]
        },
        "maxAgentPools": 100,
        "identityProfile": {"kubeletidentity": {"resourceId": "simulated", "clientId": "msi", "objectId": "msi"}},
        "securityProfile": {},
        "storageProfile": {
        "diskCSIDriver": {"enabled": true}, "fileCSIDriver": {"enabled": true}, "snapshotController": {"enabled": true}
        },
        "oidcIssuerProfile": {"enabled": false}, "workloadAutoScalerProfile": {}
        }
        """
    )
}
