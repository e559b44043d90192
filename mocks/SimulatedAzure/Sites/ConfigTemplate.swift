import SlipwayBase

/// What `config/web` says of a site on which nobody has set anything.
enum ConfigTemplate {
    static let web = SiteTemplate.parsed(
        """
        {
        "defaultDocuments":["Default.htm","Default.html","Default.asp","index.htm","index.html",
        "iisstart.htm","default.aspx","index.php","hostingstart.html"],
        "netFrameworkVersion":"v4.0", "phpVersion":"5.6", "pythonVersion":"", "nodeVersion":"",
        "powerShellVersion":"", "windowsFxVersion":null, "windowsConfiguredStacks":[],
        "requestTracingEnabled":false, "remoteDebuggingEnabled":false, "remoteDebuggingVersion":null,
        "httpLoggingEnabled":false, "azureMonitorLogCategories":null, "acrUseManagedIdentityCreds":false,
        "acrUserManagedIdentityID":null, "logsDirectorySizeLimit":35, "detailedErrorLoggingEnabled":false,
        "publishingPassword":null, "appSettings":null, "metadata":null, "connectionStrings":null,
        "machineKey":null, "handlerMappings":null, "documentRoot":null, "scmType":"None",
        "use32BitWorkerProcess":true, "webSocketsEnabled":false, "javaVersion":null, "javaContainer":null,
        "javaContainerVersion":null, "appCommandLine":"", "managedPipelineMode":"Integrated",
        "virtualApplications":[{"virtualPath":"/","physicalPath":"site\\\\wwwroot","preloadEnabled":true,
        "virtualDirectories":null}],
        "winAuthAdminState":0, "winAuthTenantState":0, "customAppPoolIdentityAdminState":false,
        "customAppPoolIdentityTenantState":false, "runtimeADUser":null, "runtimeADUserPassword":null,
        "loadBalancing":"LeastRequests", "routingRules":[], "experiments":{"rampUpRules":[]}, "limits":null,
        "autoHealEnabled":false, "autoHealRules":null, "tracingOptions":null, "vnetName":"",
        "vnetRouteAllEnabled":false, "vnetPrivatePortsCount":0, "publicNetworkAccess":null, "cors":null,
        "push":null, "apiDefinition":null, "apiManagementConfig":null, "autoSwapSlotName":null,
        "localMySqlEnabled":false, "managedServiceIdentityId":null, "xManagedServiceIdentityId":null,
        "keyVaultReferenceIdentity":null,
        "ipSecurityRestrictions":[{"ipAddress":"Any","action":"Allow","priority":2147483647,
        "name":"Allow all","description":"Allow all access"}],
        "ipSecurityRestrictionsDefaultAction":null,
        "scmIpSecurityRestrictions":[{"ipAddress":"Any","action":"Allow","priority":2147483647,
        "name":"Allow all","description":"Allow all access"}],
        "scmIpSecurityRestrictionsDefaultAction":null, "scmIpSecurityRestrictionsUseMain":false,
        "http20Enabled":true, "minTlsVersion":"1.2", "minTlsCipherSuite":null, "supportedTlsCipherSuites":null,
        "scmMinTlsVersion":"1.2", "ftpsState":"FtpsOnly", "preWarmedInstanceCount":0,
        "functionAppScaleLimit":null, "elasticWebAppScaleLimit":0, "healthCheckPath":null,
        "fileChangeAuditEnabled":false, "functionsRuntimeScaleMonitoringEnabled":false, "websiteTimeZone":null,
        "minimumElasticInstanceCount":0, "azureStorageAccounts":{}, "http20ProxyFlag":0, "sitePort":null,
        "antivirusScanEnabled":false, "storageType":"StorageVolume", "sitePrivateLinkHostEnabled":false,
        "clusteringEnabled":false
        }
        """
    )

    static let authentication = SiteTemplate.parsed(
        """
        {
        "enabled":null, "unauthenticatedClientAction":null, "tokenStoreEnabled":null,
        "allowedExternalRedirectUrls":null, "defaultProvider":null, "clientId":null, "clientSecret":null,
        "clientSecretSettingName":null, "clientSecretCertificateThumbprint":null, "issuer":null,
        "allowedAudiences":null, "additionalLoginParams":null, "isAadAutoProvisioned":false,
        "aadClaimsAuthorization":null, "googleClientId":null, "googleClientSecret":null,
        "googleClientSecretSettingName":null, "googleOAuthScopes":null, "facebookAppId":null,
        "facebookAppSecret":null, "facebookAppSecretSettingName":null, "facebookOAuthScopes":null,
        "gitHubClientId":null, "gitHubClientSecret":null, "gitHubClientSecretSettingName":null,
        "gitHubOAuthScopes":null, "twitterConsumerKey":null, "twitterConsumerSecret":null,
        "twitterConsumerSecretSettingName":null, "microsoftAccountClientId":null,
        "microsoftAccountClientSecret":null, "microsoftAccountClientSecretSettingName":null,
        "microsoftAccountOAuthScopes":null, "configVersion":null
        }
        """
    )

    /// The keys of which some are settings of the site, and those by which a client goes.
    static let essential: Set<String> = [
        "numberOfWorkers", "linuxFxVersion", "windowsFxVersion", "alwaysOn", "experiments", "autoSwapSlotName",
        "siteAuthEnabled", "appCommandLine", "healthCheckPath",
    ]

    /// Of a new site.
    static func config(site: String, fxVersion: String, alwaysOn: Bool, workers: Int) -> JSON {
        var config = web
        config["linuxFxVersion"] = .string(fxVersion)
        config["alwaysOn"] = .bool(alwaysOn)
        config["numberOfWorkers"] = JSON(workers)
        config["publishingUsername"] = .string("$" + site)
        config["siteAuthEnabled"] = false
        config["siteAuthSettings"] = .object(authentication)
        return .object(config)
    }
}
