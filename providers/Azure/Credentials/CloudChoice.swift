internal import SlipwayAccess
public import SlipwayBase
internal import SlipwayHTTP

extension AzureCloud {
    /// The cloud with this name, in any case; an unknown one is refused with what is known.
    public static func named(_ name: String) throws(InputFailure) -> AzureCloud {
        if let cloud = known.first(where: { $0.name.lowercased() == name.lowercased() }) { return cloud }
        let names = known.map(\.name)
        let meant =
            name.nearest(of: names).map { "; did you mean \($0)?" } ?? "; known are \(names.joined(separator: ", "))"
        throw InputFailure("there is no cloud \"\(name.printable(max: 60))\"\(meant)")
    }

    /// The hosts that give tokens in this cloud, each as good as the others.
    var loginHosts: Set<String> {
        self.name == Self.china.name ? [login.host, "login.partner.microsoftonline.cn"] : [login.host]
    }
}

/// Which cloud counts, and who stands for its parts.
struct CloudChoice {
    let cloud: AzureCloud

    private static let variable = "AZURE_AUTHORITY_HOST"

    /// The request's cloud, else the one whose `AZURE_AUTHORITY_HOST` is set, else the one that everybody means.
    init(_ request: AzureAccess.Request, _ environment: AccessEnvironment) throws(InputFailure) {
        var authority: Origin?
        if request.endpoints.login == nil, let text = environment.filled(Self.variable) {
            authority = try Self.origin(text.contains("://") ? text : "https://" + text, Self.variable)
        }
        let home = authority.flatMap { origin in AzureCloud.known.first { $0.loginHosts.contains(origin.host) } }
        var cloud =
            try request.cloud.map { (name) throws(InputFailure) in try AzureCloud.named(name) } ?? home ?? .global
        if let home, home.name != cloud.name {
            throw InputFailure(
                "the target is in \(cloud.name), and \(Self.variable) is the host of \(home.name); correct one of them"
            )
        }
        if let authority { cloud.login = authority }
        if let url = request.endpoints.login { cloud.login = try Self.origin(url, "the login endpoint") }
        if let url = request.endpoints.resourceManager {
            cloud.resourceManager = try Self.origin(url, "the endpoint of Azure Resource Manager")
            // What stands for the API is also what its tokens are for, as with the clouds that the Azure CLI registers.
            cloud.audience = "\(cloud.resourceManager)/"
        }
        if let audience = request.endpoints.audience {
            guard EntraText.isWord(audience) else {
                throw InputFailure("the audience of the endpoints is not one word")
            }
            cloud.audience = audience
        }
        self.cloud = cloud
    }

    /// The URL itself is not shown where it may hold a password.
    private static func origin(_ url: String, _ place: String) throws(InputFailure) -> Origin {
        guard let (origin, target) = Origin.split(url), target == "/" else {
            throw InputFailure("\(place) is not the URL of a host; write it like https://host or https://host:8443")
        }
        guard origin.scheme == "https" || origin.isLoopback else {
            throw InputFailure(
                "\(place) is \(origin), which is not encrypted; use https (http is for this machine itself only)"
            )
        }
        return origin
    }
}
