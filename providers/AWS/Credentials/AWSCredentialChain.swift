import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// The whole chain; the profile files are read anew for each lease, so that a run sees keys that a tool has renewed.
struct AWSCredentialChain: CredentialPlace {
    /// The profile.
    let name: String
    /// Whether the config named it: then fixed keys in the environment do not count.
    let isExplicit: Bool
    let world: CredentialWorld

    func words() throws(CredentialFailure) -> String { try chain().words() }

    func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
        let chain = try chain()
        do throws(CredentialFailure) {
            return try await chain.lease()
        } catch {
            guard case .absent(let reasons) = error else { throw error }
            throw .absent(
                "there are no AWS credentials (\(reasons)); log in with `aws sso login`, run `aws configure`, "
                    + "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        }
    }

    private func chain() throws(CredentialFailure) -> PlaceChain {
        let profiles: Profiles
        do throws(InputFailure) {
            profiles = try Profiles(in: world.environment)
        } catch { throw .broken(error.sentence) }
        let profile = profiles.profile(name) ?? profiles.profile(name, in: profiles.config)
        var places: [any CredentialPlace] = []
        if !isExplicit { places.append(EnvironmentCredentials(environment: world.environment)) }
        places.append(AssumeRoleCredentials(name, profiles, world))
        places += ProfileCredentials.chain(name, profiles, world, isExplicit: isExplicit).places
        places.append(ContainerCredentials(world: world))
        places.append(InstanceCredentials(profile: profile, world: world))
        return PlaceChain(places: places)
    }
}

extension InputFailure {
    /// The diagnostics as one line: place and message.
    var sentence: String {
        diagnostics.map { diagnostic in
            let place = diagnostic.place.map { $0.line > 0 ? "\($0.file):\($0.line): " : "\($0.file): " } ?? ""
            return place + diagnostic.message
        }.joined(separator: "; ")
    }
}
