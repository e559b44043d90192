import SlipwayBase
import SlipwayModel

/// Something outside of the cluster that shares production: what it does is told, and nothing of it is written here.
struct ExternalRouter: Router {
    let words: String

    var reads: [(resource: KubernetesCalls.Resource, name: String)] { [] }

    func weight(_ seen: Seen) throws(ProviderFailure) -> Int {
        guard let share = seen.share else { throw elsewhere }
        return share
    }

    func next(toward percent: Int, _ seen: Seen) throws(ProviderFailure) -> Move { throw elsewhere }

    private var elsewhere: ProviderFailure {
        ProviderFailure(.refused, "\(words) shares production outside of the cluster; it is not read or written here.")
    }
}
