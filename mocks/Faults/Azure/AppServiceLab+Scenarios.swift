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
        // A canary that does not come up fails at its first step, as the swap does.
        try [true, false].flatMap { isGood in
            [try swap(isGood), try preview(isGood), try created(isGood), try inPlace(isGood), try zip(isGood)]
        } + [try canary(), try stopped(), try ramp(), try swapWithoutEffect()]
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
        // What ran before goes on answering: whoever believes it has not looked at the release.
        (seed.timings.restartsOverlap, seed.timings.start) = (true, .seconds(8))
        seed.containers = [(container, account)]
        seed.failures = [AppServiceFailure(.status(500), release: "\(image):2.0.0-broken")]
        return seed
    }

    private static func lab(_ seed: AzureWorld.Seed, _ layout: AppServiceLayout, _ release: Release) throws
        -> AppServiceLab
    {
        let scope = AzureScope(subscription: AzureWorld.Seed.subscription, resourceGroup: "shop-rg")
        var settings = AppServiceSettings(scope, layout: layout)
        settings.swapTimeout = .seconds(30)
        settings.lock = try BlobContainer(url: "https://\(account).blob.core.windows.net/\(container)")
        return AppServiceLab(AzureWorld(at: Scenario.start, seed: seed), settings, release)
    }

    private static func slotted(_ isGood: Bool, hasSlot: Bool = true) throws -> AppServiceLab {
        try lab(seed(.image(old), hasSlot: hasSlot), .slot(site: site, name: slot), release(isGood))
    }

    /// `name` on this platform, with the release it is about.
    private func scenario(_ name: String, _ strategy: any Strategy, stride: Int) -> Scenario {
        let isGood = !release.version.hasSuffix("broken")
        var former = Release(version: "1.0.0", artifact: .image(reference: Self.old))
        if case .bundle = release.artifact { former = Release(version: "1.0.0", artifact: .label(name: "1.0.0")) }
        var scenario = Scenario(
            name: "AS " + name + (isGood ? "" : ", broken release"),
            platform: self,
            strategy: Brisk(base: strategy),
            release: release,
            former: former,
            verdict: isGood ? .deployed : .failed
        )
        // A failure is waited for with many looks that are all alike.
        scenario.stride = isGood ? stride : stride == 1 ? 4 : 8
        return scenario
    }

    /// Enough for a slot that is made, stopped and started around an image that takes 8 s, with a fault on the way.
    private static let brief = Duration.seconds(60)

    private static func blueGreen(_ disposal: Disposal) -> BlueGreenStrategy {
        BlueGreenStrategy(scaleDownDelay: .seconds(20), disposal: disposal, deadline: brief)
    }

    /// A slot swap, quick or as long as real ones are.
    public static func swap(_ isGood: Bool, isLong: Bool = false) throws -> Scenario {
        var lab = try slotted(isGood)
        if isLong { (lab.world.timings.swapPreparation, lab.settings.swapTimeout) = (.seconds(60), .seconds(100)) }
        return lab.scenario("swap", blueGreen(.keep), stride: 1)
    }

    /// Production's settings first, a gate, then the swap; only sites of code on Windows have it.
    public static func preview(_ isGood: Bool) throws -> Scenario {
        var lab = try zipped(isGood, isLinux: false)
        lab.settings.hasPreview = true
        let strategy = BlueGreenStrategy(autoPromote: false, disposal: .keep, deadline: brief)
        return lab.scenario("swap with preview", strategy, stride: 4)
    }

    /// A slot that is made, and deleted at the end.
    public static func created(_ isGood: Bool) throws -> Scenario {
        var lab = try slotted(isGood, hasSlot: false)
        (lab.settings.createSlot, lab.disposal) = (true, .remove)
        return lab.scenario("swap, created slot", blueGreen(.remove), stride: 2)
    }

    /// A slot that is stopped at the end.
    static func stopped() throws -> Scenario {
        var lab = try slotted(true)
        lab.disposal = .scaleDown
        return lab.scenario("swap, stopped slot", blueGreen(.scaleDown), stride: 1)
    }

    private static let steps: [CanaryStrategy.Step] = [
        .setWeight(10), .pause(.seconds(60)), .setWeight(50), .pause(.seconds(60)),
    ]

    /// Routing rules, then the swap.
    public static func canary() throws -> Scenario {
        try slotted(true).scenario("canary", CanaryStrategy(steps: steps, deadline: brief), stride: 2)
    }

    /// A share that App Service raises, then the swap.
    static func ramp() throws -> Scenario {
        var lab = try slotted(true)
        lab.settings.autoRamp = true
        return lab.scenario("ramp", CanaryStrategy(steps: steps, deadline: brief), stride: 8)
    }

    /// Another image in place.
    public static func inPlace(_ isGood: Bool) throws -> Scenario {
        let seed = seed(.image(old), hasSlot: false)
        let lab = try lab(seed, .site(name: site), release(isGood))
        var scenario = lab.scenario("in place", RollingStrategy(deadline: .seconds(320)), stride: 1)
        scenario.accepting = ["inPlaceRestart"]
        // What never answers is given up after a few looks.
        scenario.stride = 1
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
        try zipped(isGood, isLinux: true).scenario("swap, zip", blueGreen(.keep), stride: 2)
    }

    /// A swap whose operation ends well and that swaps nothing.
    public static func swapWithoutEffect() throws -> Scenario {
        var seed = seed(.image(old), hasSlot: true)
        seed.failures.append(AppServiceFailure(.swapWithoutEffect))
        let lab = try lab(seed, .slot(site: site, name: slot), release(true))
        var scenario = lab.scenario("swap without effect", blueGreen(.keep), stride: 8)
        scenario.verdict = .failed
        return scenario
    }
}

/// A strategy whose steps give up soon: an hour of looks that are all alike shows nothing more.
private struct Brisk: Strategy {
    let base: any Strategy

    var name: String { base.name }

    func plan(from seen: Observation, to release: Release, accepting: Set<String>) throws(PlanFailure) -> Plan {
        var plan = try base.plan(from: seen, to: release, accepting: accepting)
        for index in plan.steps.indices { plan.steps[index].deadline = min(plan.steps[index].deadline, .seconds(400)) }
        for index in plan.steps.indices where plan.steps[index].id == "switch" || plan.steps[index].id == "clear" {
            plan.steps[index].deadline = .seconds(120)
        }
        return plan
    }
}
