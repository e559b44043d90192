public import SlipwayAccess
public import SlipwayBase

extension AWSAccess {
    /// The PEM certificates that AWS's servers are verified with instead of the system's: those in the file that
    /// `AWS_CA_BUNDLE` names, else `ca_bundle` of the profile; nil leaves it to the environment.
    ///
    /// Throws one sentence when the file cannot be read or holds no certificate.
    public static func authorities(
        _ request: Request,
        in environment: AccessEnvironment
    ) throws(InputFailure) -> [UInt8]? {
        let profiles = try Profiles(in: environment)
        let profile = try ProfileChoice(request.profile, profiles, environment).profile
        let written = profile["ca_bundle"].map { ($0, "\(profile.place("ca_bundle")): ca_bundle") }
        let named = environment.filled("AWS_CA_BUNDLE").map { ($0, "AWS_CA_BUNDLE") } ?? written
        guard let (path, place) = named else { return nil }
        return try environment.authorities(in: path, named: place)
    }
}
