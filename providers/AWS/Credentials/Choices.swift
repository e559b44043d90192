import SlipwayAccess
import SlipwayBase

/// Which profile counts.
struct ProfileChoice {
    let profile: Profile
    /// Its name for people; nil for a `default` that nobody has written.
    let shown: String?

    init(_ explicit: String?, _ profiles: Profiles, _ environment: AccessEnvironment) throws(InputFailure) {
        let variable = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].first { environment.filled($0) != nil }
        let named = explicit ?? variable.flatMap(environment.filled)
        guard let name = named else {
            let found = profiles.profile("default")
            profile = found ?? profiles.profile("default", in: profiles.config)
            shown = found?.name
            return
        }
        guard let found = profiles.profile(name) else {
            throw InputFailure(profiles.unknown(name, from: explicit == nil ? variable ?? "" : "the target"))
        }
        (profile, shown) = (found, found.name)
    }
}

/// Which region counts.
struct RegionChoice {
    let name: String
    /// The region and who named it.
    let words: String

    init(_ explicit: String?, _ profile: Profile, _ environment: AccessEnvironment) throws(InputFailure) {
        let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"].compactMap { name in
            environment.filled(name).map { ($0, name) }
        }
        let candidates =
            [explicit.map { ($0, "`region:` of the target") }].compactMap { $0 } + variables
            + [profile["region"].map { ($0, "\(profile.place("region")): region") }].compactMap { $0 }
        guard let (name, place) = candidates.first else {
            throw InputFailure("no AWS region is named: write `region:` at the target, or set AWS_REGION")
        }
        try AWSPartition.check(region: name, from: place)
        self.name = name
        words = explicit == nil ? "\(name) (\(variables.first?.1 ?? profile.shown))" : name
    }
}
