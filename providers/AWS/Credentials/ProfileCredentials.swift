/// The places that a single profile can give credentials through, in the SDK's order.
enum ProfileCredentials {
    /// `isExplicit` says that somebody named the profile, so that the environment's web identity does not count.
    static func chain(
        _ name: String,
        _ profiles: Profiles,
        _ world: CredentialWorld,
        isExplicit: Bool
    ) -> PlaceChain {
        let profile = profiles.profile(name) ?? profiles.profile(name, in: profiles.config)
        return PlaceChain(places: [
            WebIdentityCredentials(profile: profile, world: world, isExplicit: isExplicit),
            SSOCredentials(profile: profile, profiles: profiles, world: world),
            FileCredentials(profile: profiles.profile(name, in: profiles.credentials)),
            LoginCredentials(profile: profile),
            ProcessCredentials(profile: profile, world: world),
            FileCredentials(profile: profiles.profile(name, in: profiles.config)),
        ])
    }
}
