import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// A role that is taken with the credentials of another profile (`source_profile`) or place (`credential_source`).
struct AssumeRoleCredentials: CredentialPlace {
    /// A role and who takes it.
    private struct Plan {
        var role: RoleCalls.Role
        var source: any CredentialPlace
        /// The source by name, such as `the profile "base"`.
        var through: String
    }

    let name: String
    let profiles: Profiles
    let world: CredentialWorld
    /// The profiles on the way here, this one last; nobody may come here twice.
    let visited: [String]

    init(_ name: String, _ profiles: Profiles, _ world: CredentialWorld, visited: [String] = []) {
        (self.name, self.profiles, self.world) = (name, profiles, world)
        self.visited = visited + [name]
    }

    func words() throws(CredentialFailure) -> String {
        let plan = try plan()
        do throws(CredentialFailure) {
            return "\(plan.role.shown), taken with \(try plan.source.words())"
        } catch { throw stopped(error, plan) }
    }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let plan = try plan()
        let lease: Lease<AWSCredentials>
        do throws(CredentialFailure) {
            lease = try await plan.source.lease()
        } catch { throw stopped(error, plan) }
        return try await world.sts.credentials(of: plan.role, with: lease.credential)
    }

    /// A source that was named must have credentials.
    private func stopped(_ failure: CredentialFailure, _ plan: Plan) -> CredentialFailure {
        guard case .absent(let reason) = failure else { return failure }
        let profile = profiles.profile(name)?.shown ?? ""
        return .broken("\(profile) takes its role with \(plan.through), which has no credentials: \(reason)")
    }

    private func plan() throws(CredentialFailure) -> Plan {
        guard let profile = profiles.profile(name), profile.takesRole else {
            throw .absent("the profile \"\(name.printable(max: 100))\" names no role")
        }
        if profile["mfa_serial"] != nil {
            throw .broken(
                "\(profile.place("mfa_serial")): \(profile.shown) asks for a code from an MFA device, which needs a "
                    + "person; put temporary credentials into the environment instead, such as those of "
                    + "`aws configure export-credentials`"
            )
        }
        let role = try role(profile)
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let other?, nil):
            return Plan(
                role: role,
                source: try source(other, of: profile),
                through: "the profile \"\(other.printable(max: 100))\""
            )
        case (nil, let kind?):
            return Plan(role: role, source: try place(kind, of: profile), through: kind.printable(max: 60))
        case (nil, nil):
            throw .broken(
                "\(profile.place("role_arn")): \(profile.shown) names a role and not who takes it; "
                    + "add source_profile or credential_source"
            )
        default:
            throw .broken(
                "\(profile.place("credential_source")): \(profile.shown) has both source_profile and "
                    + "credential_source; take one of them out"
            )
        }
    }

    private func role(_ profile: Profile) throws(CredentialFailure) -> RoleCalls.Role {
        var duration: Int?
        if let text = profile["duration_seconds"] {
            guard let seconds = Int(text), (900...43_200).contains(seconds) else {
                throw .broken("\(profile.place("duration_seconds")): duration_seconds must be from 900 to 43200")
            }
            duration = seconds
        }
        return RoleCalls.Role(
            arn: try RoleText.arn(profile["role_arn"] ?? "", "\(profile.place("role_arn")): role_arn"),
            sessionName: try RoleText.sessionName(
                profile["role_session_name"],
                "\(profile.place("role_session_name")): role_session_name",
                world.now
            ),
            externalID: profile["external_id"],
            durationSeconds: duration
        )
    }

    /// A profile may name itself, once, for its own fixed keys.
    private func source(_ other: String, of profile: Profile) throws(CredentialFailure) -> any CredentialPlace {
        let place = "\(profile.place("source_profile")): source_profile"
        guard let source = profiles.profile(other) else { throw .broken(profiles.unknown(other, from: place)) }
        if visited.contains(other), other != name || !source.hasFixedKeys {
            let way = (visited + [other]).map { $0.printable(max: 60) }.joined(separator: " -> ")
            throw .broken("\(place) goes in a circle: \(way); end it with a profile that has credentials of its own")
        }
        guard visited.count < Limits.rolesMax else {
            throw .broken("\(place) goes on over more than \(Limits.rolesMax) profiles; take the role more directly")
        }
        guard source.takesRole, !source.hasFixedKeys else {
            return ProfileCredentials.chain(other, profiles, world, isExplicit: true)
        }
        return AssumeRoleCredentials(other, profiles, world, visited: visited)
    }

    private func place(_ kind: String, of profile: Profile) throws(CredentialFailure) -> any CredentialPlace {
        switch kind.lowercased() {
        case "environment": return EnvironmentCredentials(environment: world.environment)
        case "ec2instancemetadata": return InstanceCredentials(profile: profile, world: world)
        case "ecscontainer": return ContainerCredentials(world: world)
        default:
            throw .broken(
                "\(profile.place("credential_source")): credential_source \"\(kind.printable(max: 60))\" is unknown; "
                    + "write Environment, Ec2InstanceMetadata or EcsContainer"
            )
        }
    }
}

/// What STS accepts as the name of a role and of a session.
enum RoleText {
    static func arn(_ text: String, _ place: String) throws(CredentialFailure) -> String {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        let isARN = parts.count == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[5].hasPrefix("role/")
        guard isARN, text.utf8.count <= 2_048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .broken("\(place) is not the ARN of a role; write one such as arn:aws:iam::123456789012:role/deploy")
        }
        return text
    }

    /// A name that says who it is, and when, where none was given.
    static func sessionName(
        _ text: String?,
        _ place: String,
        _ now: Timestamp
    ) throws(CredentialFailure) -> String {
        guard let text else { return "slipway-\(now.milliseconds / 1000)" }
        let isAllowed = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "_+=,.@-".utf8.contains(byte)
            }
        }
        guard isAllowed, (2...64).contains(text.utf8.count) else {
            throw .broken("\(place) must be 2 to 64 letters, digits and _+=,.@-")
        }
        return text
    }
}
