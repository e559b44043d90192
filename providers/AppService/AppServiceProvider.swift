import SlipwayAzure
public import SlipwayBase
public import SlipwayModel

/// One target on App Service, driven through Azure Resource Manager and, for zips, the site's deployment engine.
///
/// Every call looks first and then makes at most one write; the engine asks again until the end state holds. What
/// serves is read from the site itself; the address of an operation under way is kept in this object's memory alone.
public struct AppServiceProvider: Provider {
    /// Opens a file.
    public typealias Open = @Sendable (_ path: String) throws(InputFailure) -> any FileReader

    let fleets: AppServiceFleets
    /// Around two sites, what shares production between them.
    private let fronted: FrontedProvider?

    /// Makes a provider for `target`; the clients carry the credentials, `open` opens packages.
    public init(
        target: String,
        settings: AppServiceSettings,
        clients: AppServiceClients,
        open: @escaping Open,
        time: any TimeSource
    ) {
        let scope = settings.scope
        let calls = AppServiceCalls(subscription: scope.subscription, resourceGroup: scope.resourceGroup)
        let cloud = Cloud(calls: calls, clients: clients, kept: Kept(), container: settings.container)
        fleets = AppServiceFleets(target: target, settings: settings, cloud: cloud, open: open, time: time)
        guard case .pair(_, _, let front) = settings.layout else {
            fronted = nil
            return
        }
        fronted = FrontedProvider(target: target, fleets, behind: front.front(clients.arm, in: scope), time: time)
    }

    /// Reads the sites and what leads production to them once; writes nothing.
    public func observe() async throws(ProviderFailure) -> Observation {
        if let fronted { return try await fronted.observe() }
        return try await fleets.observe(share: 0)
    }

    /// Brings `call` forward by at most one write.
    public func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        if let fronted { return try await fronted.advance(call) }
        return try await fleets.advance(call, share: 0)
    }

    /// The calls that `action` will make.
    public func outline(_ action: Action, in context: PlanContext) -> [String] {
        fronted?.outline(action, in: context) ?? fleets.outline(action, in: context)
    }
}
