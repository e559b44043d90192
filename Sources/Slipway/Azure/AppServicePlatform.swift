internal import SlipwayAppService
internal import SlipwayAzure
internal import SlipwayBase
internal import SlipwayConfig
internal import SlipwayHTTP
internal import SlipwayModel

extension PlatformSection {
    /// The `appService:` section of a target.
    static let appService = PlatformSection(
        "appService",
        artifacts: [.image, .bundle],
        artifact: AppServiceSettings.artifact,
        approximations: ["inPlaceRestart", "frontDoorWeights", "trafficManagerWeights"]
    ) { reader, strategy in
        guard let settings = AppServiceSettings(reading: reader), let strategy else { return }
        if let sentence = settings.layout.misfit(strategy.name) { reader.findings.error(reader.node, sentence) }
    }
}

extension AppServiceSettings {
    /// The form of the release that a section asks for; nil where it asks for none.
    @Sendable fileprivate static func artifact(_ section: ConfigNode) -> Artifact.Kind? {
        section["artifact"]?.scalar?.text.flatMap(Artifact.Kind.init)
    }

    /// The section of a target whose config was checked already.
    init(of target: TargetConfiguration) throws(InputFailure) {
        self = try ConfigReader.decode(target.section) { AppServiceSettings(reading: $0) }
    }
}

extension AppServiceLayout {
    /// Why the strategy of that name cannot release to what the layout names; nil when it can, or is not one of ours.
    fileprivate func misfit(_ strategy: String) -> String? {
        switch (self, strategy) {
        case (.site, "blueGreen"), (.site, "canary"):
            "names no `slot`, and `\(strategy)` brings the release up in one; name a `slot`"
                + (strategy == "canary" ? ", or `stable` and `canary`" : "")
        case (.pair, "rolling"), (.pair, "blueGreen"):
            "names `stable` and `canary`, to which `\(strategy)` cannot release; name a `site`"
                + (strategy == "blueGreen" ? " and a `slot`" : "")
        default: nil
        }
    }
}

/// Real sites, reached as the Azure CLI reaches them.
struct AppServicePlatform: Platform {
    let accounts: AzureAccounts

    var section: PlatformSection { .appService }

    func connect(
        _ target: TargetConfiguration,
        of configuration: Configuration,
        in surroundings: Surroundings
    ) async throws(InputFailure) -> Connection {
        let settings = try AppServiceSettings(of: target)
        let account: AzureAccount
        do throws(InputFailure) { account = try await accounts.account(settings.scope) } catch {
            throw error.of(target.name)
        }
        return account.connection(to: target, of: configuration.application, settings, in: surroundings)
    }
}

extension AzureAccount {
    /// The target, its lock in the container that it names, and its bundle from this machine.
    func connection(
        to target: TargetConfiguration,
        of application: String,
        _ settings: AppServiceSettings,
        in surroundings: Surroundings
    ) -> Connection {
        let provider = AppServiceProvider(
            target: target.name,
            settings: settings,
            clients: AppServiceClients(arm: arm, scm: { scm($0) }, plain: transport),
            open: surroundings.openFile,
            time: surroundings.time
        )
        let lock = settings.lock.map { container in
            BlobLock(
                of: target.name,
                in: application,
                blobs(container),
                time: surroundings.time,
                seconds: settings.lockSeconds
            )
        }
        let openFile = surroundings.openFile
        return Connection(
            provider: provider,
            lock: lock,
            summary: summary,
            warnings: warnings,
            pin: { (release) throws(InputFailure) in try Self.pin(release, openFile) }
        )
    }

    /// A zip is read, checked and given its digest.
    private static func pin(
        _ release: Release,
        _ open: (String) throws(InputFailure) -> any FileReader
    ) throws(InputFailure) -> PinnedRelease {
        guard case .bundle(let path, _) = release.artifact else { return PinnedRelease(release) }
        let package = try ZipPackage(reading: try open(path), path: path)
        let warnings = package.soleFolder.map { folder in
            "\(path.printable(max: 200)) holds nothing but the folder \(folder.printable(max: 100)); App Service looks "
                + "for the application beside it, so pack what is in the folder."
        }
        return PinnedRelease(
            Release(version: release.version, artifact: .bundle(path: path, sha256: package.sha256)),
            warnings: warnings.map { [$0] } ?? []
        )
    }
}
