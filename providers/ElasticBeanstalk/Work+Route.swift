import SlipwayAWS
import SlipwayBase
import SlipwayModel

extension Work {
    func route(_ percent: Int, _ release: Release) async throws(ProviderFailure) -> Progress {
        throw ProviderFailure(.refused, "not yet")
    }

    func weight() async throws(ProviderFailure) -> Int { 0 }

    func clearRoute() async throws(ProviderFailure) -> Progress? { nil }
}

extension Observer {
    func observeCanary(
        _ stable: Seen,
        _ name: String,
        _ candidate: Seen?,
        _ weights: ElasticBeanstalkLayout.Weights
    ) async throws(ProviderFailure) -> Observation {
        throw ProviderFailure(.refused, "not yet")
    }
}
