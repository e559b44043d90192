import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// Which host stands for a part of AWS: what a target says, else what the environment says, else what the profile says.
struct EndpointChoice: Sendable {
    private let explicit: [AWSAPI: String]
    private let environment: AccessEnvironment
    private let profile: Profile
    private let services: ProfileFile.Section?
    private let variant: AWSEndpoint.Variant
    private let isIgnoringConfigured: Bool

    init(
        explicit: [AWSAPI: String],
        profile: Profile,
        profiles: Profiles,
        environment: AccessEnvironment
    ) throws(InputFailure) {
        (self.explicit, self.environment, self.profile) = (explicit, environment, profile)
        isIgnoringConfigured = try Self.flag("ignore_configured_endpoint_urls", profile, environment)
        variant = AWSEndpoint.Variant(
            isFIPS: try Self.flag("use_fips_endpoint", profile, environment),
            isDualStack: try Self.flag("use_dualstack_endpoint", profile, environment)
        )
        services = try profile["services"].map { (name) throws(InputFailure) in
            guard let section = profiles.config.services[name] else {
                let shown = name.printable(max: 100)
                throw InputFailure(
                    "\(profile.place("services")): \(profile.shown) names the services section \"\(shown)\", "
                        + "which is not there; write [services \(shown)]"
                )
            }
            return section
        }
    }

    /// Where requests to `api` in `region` go.
    func endpoint(_ api: AWSAPI, region: String) throws(InputFailure) -> AWSEndpoint {
        var endpoint = try AWSEndpoint.regional(api, region: region, variant: override(api) == nil ? variant : .init())
        guard let (url, place) = override(api) else { return endpoint }
        if variant.isFIPS || variant.isDualStack {
            let name = variant.isFIPS ? "AWS_USE_FIPS_ENDPOINT (use_fips_endpoint)" : "AWS_USE_DUALSTACK_ENDPOINT"
            throw InputFailure("\(place) names an endpoint, and \(name) asks for another one; take one of them back")
        }
        endpoint.origin = try Self.origin(url, place)
        return endpoint
    }

    /// The URL that was configured, and where.
    private func override(_ api: AWSAPI) -> (url: String, place: String)? {
        if let url = explicit[api] { return (url, "the endpoint of \(api.rawValue)") }
        guard !isIgnoringConfigured else { return nil }
        for variable in ["AWS_ENDPOINT_URL_\(api.settingName.uppercased())", "AWS_ENDPOINT_URL"] {
            if let url = environment.filled(variable) { return (url, variable) }
        }
        if let property = services?.properties[api.settingName], let url = property.nested["endpoint_url"],
            !url.isEmpty
        {
            return (url, "endpoint_url of \(api.settingName) in the services section of \(profile.shown)")
        }
        return profile["endpoint_url"].map { ($0, "\(profile.place("endpoint_url")): endpoint_url") }
    }

    /// The URL itself is not shown where it may hold a password.
    private static func origin(_ url: String, _ place: String) throws(InputFailure) -> Origin {
        guard let (origin, target) = Origin.split(url) else {
            throw InputFailure("\(place) is not the URL of a host; write it like https://host or https://host:8443")
        }
        guard target == "/" else {
            throw InputFailure("\(place) goes on after the host \(origin); write only \(origin), without a path")
        }
        guard origin.scheme == "https" || origin.isLoopback else {
            throw InputFailure(
                "\(place) is \(origin), which is not encrypted; use https (http is for this machine itself only)"
            )
        }
        return origin
    }

    private static func flag(
        _ key: String,
        _ profile: Profile,
        _ environment: AccessEnvironment
    ) throws(InputFailure) -> Bool {
        let variable = "AWS_" + key.uppercased()
        let (value, place) =
            environment.filled(variable).map { ($0, variable) } ?? (
                profile[key] ?? "false", "\(profile.place(key)): \(key)"
            )
        switch value.trimmed.lowercased() {
        case "true": return true
        case "false": return false
        default: throw InputFailure("\(place) must be true or false")
        }
    }
}
