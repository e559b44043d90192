import HTTPTypes
import SlipwayBase
import SlipwayConformance
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import Testing

/// A cluster to run the suite over: what is on it, how the target names it, and where production comes in.
struct ClusterCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var layout: KubernetesLayout
    var front: Front
    var objects: [JSON]
    var autoscalers: [SeedAutoscaler] = []

    /// What went wrong in the world while the suite ran: production that nobody answered.
    let outages = Locked<Set<String>>([])

    init(_ title: String, _ layout: KubernetesLayout, _ front: Front, _ objects: [JSON], autoscaled: [String] = []) {
        (testDescription, self.layout, self.front, self.objects) = (title, layout, front, objects)
        autoscalers = autoscaled.map { SeedAutoscaler($0, deployment: $0, least: 1, most: 10) }
    }

    func transport(_ time: VirtualTime) throws -> SimulatedCluster {
        var seed = KubernetesWorld.Seed()
        (seed.objects, seed.autoscalers) = (objects, autoscalers)
        return SimulatedTransport(try KubernetesWorld(seed, at: time.now), time: time)
    }

    func provider(_ transport: any Transport, _ time: VirtualTime) -> KubernetesProvider {
        KubernetesProvider(
            target: "shop",
            layout: layout,
            container: "shop",
            namespace: "default",
            origin: Origin(scheme: "https", host: "cluster.test"),
            transport: transport,
            time: time
        )
    }

    func fixture() throws -> Fixture {
        let time = VirtualTime()
        let transport = try transport(time)
        let writes = Locked(0)
        transport.before { call, world in
            let isWrite = call.request.method != .get && !call.request.target.hasSuffix("accessreviews")
            if isWrite { writes.withLock { $0 += 1 } }
            let traffic = world.traffic(for: front)
            guard traffic.failed > 0 || !traffic.isServed else { return nil }
            _ = outages.withLock { outages in
                outages.insert("\(traffic.failed) of production fails at \(call.request.method) \(call.request.target)")
            }
            return nil
        }
        return Fixture(
            provider: provider(transport, time),
            time: time,
            release: Shop.new,
            secrets: [Shop.secret],
            writes: { writes.withLock { $0 } }
        )
    }
}
