import SlipwayAzure
import SlipwayBase
import SlipwayModel

/// Two sites between which something in front of them shares production.
struct AppServiceFleets: FrontedFleets {
    let target: String
    let settings: AppServiceSettings
    let cloud: Cloud
    let open: AppServiceProvider.Open
    let time: any TimeSource

    func observe(share: Int) async throws(ProviderFailure) -> Observation {
        let observer = Observer(target: target, settings: settings, cloud: cloud)
        guard case .pair(let stable, let canary, _) = settings.layout else { return try await observer.observe() }
        return try await observer.observePair(try await observer.base(stable), canary, share: share)
    }

    func advance(_ call: Call, share: Int) async throws(ProviderFailure) -> Progress {
        try await work(call, share).perform(target)
    }

    func missing(_ call: Call, forCandidate isCandidate: Bool) async throws(ProviderFailure) -> Progress? {
        try await work(call, 0).missing(forCandidate: isCandidate)
    }

    func outline(_ action: Action, in context: PlanContext) -> [String] {
        Outline(settings: settings, context: context).lines(action)
    }

    func work(_ call: Call, _ share: Int) -> Work {
        Work(call, settings: settings, cloud: cloud, open: open, time: time, share: share)
    }
}
