import SlipwayAppService
import SlipwayAzure
import SlipwayBase
import SlipwayEngine
import SlipwayModel
import SlipwaySimulatedAzure
import SlipwayStrategies

/// Releases of one site on App Service.
extension AppServiceLab {
    private static let image = "registry.example.com/shop"
    /// What serves before.
    private static let old = "\(image):1.0.0"

    /// Every way of releasing, each with a release that comes up and, where that is another way, one that does not.
    public static func scenarios() throws -> [Scenario] {
        try [true, false].flatMap { isGood in
            [
                try swap(isGood), try preview(isGood), try created(isGood), try canary(isGood), try inPlace(isGood),
                try zip(isGood),
            ]
        } + [try stopped(), try ramp(), try swapWithoutEffect()]
    }

    private static func release(_ isGood: Bool) -> Release {
        let version = isGood ? "2.0.0" : "2.0.0-broken"
        return Release(version: version, artifact: .image(reference: "\(image):\(version)"))
    }

    private static func seed(_ content: AzureWorld.Seed.Content, hasSlot: Bool) -> AzureWorld.Seed {
        var site = AzureWorld.Seed.Site(site, content: content)
        site.settings = ["SITE_NAME": "production", "COLOUR": "blue"]
        site.stickySettings = ["SITE_NAME"]
        if hasSlot {
            var slot = AzureWorld.Seed.Slot(slot, content: content)
            slot.settings = ["SITE_NAME": "staging", "COLOUR": "green"]
            site.slots = [slot]
        }
        var seed = AzureWorld.Seed(sites: [site])
        (seed.timings, seed.throttling, seed.isTerse) = (.quick, nil, true)
        seed.containers = [(container, account)]
        seed.failures = [AppServiceFailure(.status(500), release: "\(image):2.0.0-broken")]
        return seed
    }

    private static func lab(_ seed: AzureWorld.Seed, _ layout: AppServiceLayout, _ release: Release) throws
        -> AppServiceLab
    {
        let scope = AzureScope(subscription: AzureWorld.Seed.subscription, resourceGroup: "shop-rg")
        var settings = AppServiceSettings(scope, layout: layout)
        settings.swapTimeout = .seconds(60)
        settings.lock = try BlobContainer(url: "https://\(account).blob.core.windows.net/\(container)")
        return AppServiceLab(AzureWorld(at: Scenario.start, seed: seed), settings, release)
    }

    private static func slotted(_ isGood: Bool, hasSlot: Bool = true) throws -> AppServiceLab {
        try lab(seed(.image(old), hasSlot: hasSlot), .slot(site: site, name: slot), release(isGood))
    }

    /// `name` on this platform, with the release it is about.
    private func scenario(_ name: String, _ strategy: any Strategy, isGood: Bool) -> Scenario {
        var former = Release(version: "1.0.0", artifact: .image(reference: Self.old))
        if case .bundle = release.artifact { former = Release(version: "1.0.0", artifact: .label(name: "1.0.0")) }
        var scenario = Scenario(
            name: "AS " + name + (isGood ? "" : ", broken release"),
            platform: self,
            strategy: strategy,
            release: release,
            former: former,
            verdict: isGood ? .deployed : .failed
        )
        // A failure is waited for with many looks that are all alike.
        scenario.stride = isGood ? 1 : 8
        return scenario
    }

    private static func blueGreen(_ disposal: Disposal) -> BlueGreenStrategy {
        BlueGreenStrategy(scaleDownDelay: .seconds(20), disposal: disposal, deadline: .seconds(60))
    }

    /// A slot swap.
    public static func swap(_ isGood: Bool) throws -> Scenario {
        try slotted(isGood).scenario("swap", blueGreen(.keep), isGood: isGood)
    }

    /// Production's settings first, a gate, then the swap; only sites of code on Windows have it.
    public static func preview(_ isGood: Bool) throws -> Scenario {
        var lab = try zipped(isGood, isLinux: false)
        lab.settings.hasPreview = true
        let strategy = BlueGreenStrategy(autoPromote: false, disposal: .keep, deadline: .seconds(60))
        return lab.scenario("swap with preview", strategy, isGood: isGood)
    }

    /// A slot that is made, and deleted at the end.
    public static func created(_ isGood: Bool) throws -> Scenario {
        var lab = try slotted(isGood, hasSlot: false)
        (lab.settings.createSlot, lab.disposal) = (true, .remove)
        return lab.scenario("swap, created slot", blueGreen(.remove), isGood: isGood)
    }

    /// A slot that is stopped at the end.
    static func stopped() throws -> Scenario {
        var lab = try slotted(true)
        lab.disposal = .scaleDown
        return lab.scenario("swap, stopped slot", blueGreen(.scaleDown), isGood: true)
    }

    private static let steps: [CanaryStrategy.Step] = [
        .setWeight(10), .pause(.seconds(60)), .setWeight(50), .pause(.seconds(60)),
    ]

    /// Routing rules, then the swap.
    public static func canary(_ isGood: Bool) throws -> Scenario {
        try slotted(isGood).scenario("canary", CanaryStrategy(steps: steps, deadline: .seconds(60)), isGood: isGood)
    }

    /// A share that App Service raises, then the swap.
    static func ramp() throws -> Scenario {
        var lab = try slotted(true)
        lab.settings.autoRamp = true
        return lab.scenario("ramp", CanaryStrategy(steps: steps, deadline: .seconds(60)), isGood: true)
    }

    /// Another image in place.
    public static func inPlace(_ isGood: Bool) throws -> Scenario {
        var seed = seed(.image(old), hasSlot: false)
        seed.timings.restartsOverlap = true
        let lab = try lab(seed, .site(name: site), release(isGood))
        var scenario = lab.scenario("in place", RollingStrategy(deadline: .seconds(400)), isGood: isGood)
        scenario.accepting = ["inPlaceRestart"]
        return scenario
    }

    private static func zipped(_ isGood: Bool, isLinux: Bool) throws -> AppServiceLab {
        let version = isGood ? "2.0.0" : "2.0.0-broken"
        let package = try ZipPackage(reading: Package(path: "shop.zip"), path: "shop.zip")
        var seed = seed(.bundle("1.0.0"), hasSlot: true)
        seed.plans = [.init(plan, isLinux: isLinux)]
        seed.failures = [AppServiceFailure(.status(500), release: "2.0.0-broken")]
        let release = Release(version: version, artifact: .bundle(path: "shop.zip", sha256: package.sha256))
        var lab = try lab(seed, .slot(site: site, name: slot), release)
        lab.world.nameContent(Package.bytes, version)
        return lab
    }

    /// A zip to the slot, then the swap.
    public static func zip(_ isGood: Bool) throws -> Scenario {
        try zipped(isGood, isLinux: true).scenario("swap, zip", blueGreen(.keep), isGood: isGood)
    }

    /// A swap whose operation ends well and that swaps nothing.
    public static func swapWithoutEffect() throws -> Scenario {
        var seed = seed(.image(old), hasSlot: true)
        seed.failures.append(AppServiceFailure(.swapWithoutEffect, times: 1))
        let lab = try lab(seed, .slot(site: site, name: slot), release(true))
        var scenario = lab.scenario("swap without effect", blueGreen(.keep), isGood: true)
        (scenario.verdict, scenario.stride) = (.failed, 8)
        return scenario
    }
}
