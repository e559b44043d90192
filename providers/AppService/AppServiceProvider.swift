import SlipwayAzure
public import SlipwayBase
public import SlipwayModel

/// One target on App Service, driven through Azure Resource Manager and, for zips, the site's deployment engine.
///
/// Every call looks first and then makes at most one write; the engine asks again until the end state holds. What serves
/// is read from the site itself; the address of an operation under way is kept in this object's memory and nowhere else.
public struct AppServiceProvider: Provider {
    /// Opens a file.
    public typealias Open = @Sendable (_ path: String) throws(InputFailure) -> any FileReader

    let target: String
    let settings: AppServiceSettings
    let cloud: Cloud
    let open: Open
    let time: any TimeSource

    /// Makes a provider for `target`; the clients carry the credentials, `open` opens packages.
    public init(
        target: String,
        settings: AppServiceSettings,
        clients: AppServiceClients,
        open: @escaping Open,
        time: any TimeSource
    ) {
        (self.target, self.settings, self.open, self.time) = (target, settings, open, time)
        let calls = AppServiceCalls(subscription: settings.subscription, resourceGroup: settings.resourceGroup)
        cloud = Cloud(calls: calls, clients: clients, kept: Kept(), container: settings.container)
    }

    /// Reads the site, its slot and what leads production to them once; writes nothing.
    public func observe() async throws(ProviderFailure) -> Observation {
        var observation = try await Observer(target: target, settings: settings, cloud: cloud).observe()
        observation.patience = .seconds(20 * 60)
        // Room for one more swap after one whose answer was lost is known to have come to nothing.
        observation.routingPatience = settings.swapTimeout + settings.routingCookieTail + .seconds(5 * 60)
        return observation
    }

    /// Brings `call` forward by at most one write.
    public func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        let work = Work(call, settings: settings, cloud: cloud, open: open, time: time)
        switch call.action {
        case .replacedInPlace(let release, let batch): return try await work.replace(with: release, batch)
        case .replacedAfterTrial: throw ProviderFailure(.refused, "\(target): App Service tries no release by itself.")
        case .staged(let release, let scale): return try await work.stage(release, scale)
        case .routed(let percent, let release): return try await work.route(percent, release)
        case .ramped(let ramp, let release): return try await work.ramp(ramp, release)
        case .matched: throw ProviderFailure(.refused, "\(target): App Service routes no requests by header.")
        case .live(let release): return try await work.switchOver(to: release)
        case .retired(let release, let disposal): return try await work.retire(release, disposal)
        case .unstaged: return try await work.unstage()
        }
    }

    /// The calls that `action` will make.
    public func outline(_ action: Action, in context: PlanContext) -> [String] {
        Outline(settings: settings, context: context).lines(action)
    }
}
