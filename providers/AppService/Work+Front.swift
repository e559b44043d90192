import SlipwayBase
import SlipwayModel

extension Work {
    /// The canary site takes `percent` of production, through what stands in front of both.
    func weigh(_ percent: Int, _ release: Release) async throws(ProviderFailure) -> Progress {
        throw ProviderFailure(.refused, "\(call.context.target): two sites are not released yet.")
    }

    func refuseWeight(of place: Place) async throws(ProviderFailure) {}
}
