import SlipwayBase
import SlipwayKubernetes
public import SlipwayModel
public import SlipwaySimulation

/// What must hold in a cluster.
extension KubernetesLab {
    /// What was seen of the cluster at the call before.
    public struct Memory: Sendable {
        var version = -1
        var candidateShare = 0.0
    }

    /// Nothing seen yet.
    public func memory() -> Memory { Memory() }

    /// The latest resourceVersion.
    public func version(of world: KubernetesWorld) -> Int? { world.resourceVersion }

    /// Shares by image.
    public func traffic(in world: KubernetesWorld) -> LabTraffic {
        let traffic = world.traffic(for: front)
        return LabTraffic(shares: traffic.images, failed: traffic.failed)
    }

    /// The image.
    public func mark(of release: Release) -> String { release.artifact.description }

    /// A fleet gains traffic only when all of it is ready.
    public func brokenPromises(after call: LabCall, in world: KubernetesWorld, _ memory: inout Memory) -> [String] {
        guard let candidate, memory.version != world.resourceVersion else { return [] }
        memory.version = world.resourceVersion
        // Where replicas are the weights, only ready ones are ever reached.
        if case .canary(_, _, .replicaRatio) = layout { return [] }
        let image = mark(of: release)
        let traffic = world.traffic(for: front)
        let share = isSwitched ? traffic.share(of: image) : traffic.services[candidate] ?? 0
        let former = memory.candidateShare
        memory.candidateShare = share
        guard share > former + 0.01 else { return [] }
        let fleet = world.object(.deployment, candidate, namespace: Self.namespace)
        let wanted = fleet?[path: "spec", "replicas"]?.int ?? 0
        let ready = world.readyPods(of: candidate, namespace: Self.namespace)[image] ?? 0
        guard ready < wanted || wanted == 0 else { return [] }
        return ["\(candidate) gained traffic with \(ready) of \(wanted) replicas ready"]
    }

    /// Nothing is left behind, and what is not ours is as it was.
    public func brokenPromises(atEnd end: LabEnd, in world: KubernetesWorld) -> [String] {
        let isKept = isSwitched && end.isDeployed
        var broken: [String] = []
        let before = self.world.objects(.deployment, namespace: Self.namespace)
        if let candidate, !isKept, !end.isReported, !before.contains(where: { Self.name($0) == candidate }),
            world.object(.deployment, candidate, namespace: Self.namespace) != nil
        {
            broken.append("\(candidate) was left behind")
        }
        for name in before.map(Self.name) {
            let after = world.object(.deployment, name, namespace: Self.namespace)
            if after?[path: "metadata", "annotations", "team"]?.string != "checkout" {
                broken.append("a foreign annotation of \(name) is lost")
            }
        }
        guard !end.isReported, !isKept else { return broken }
        for kind in [ResourceKind.httpRoute, .virtualService, .ingress] {
            let specs = { (world: World) in world.objects(kind, namespace: Self.namespace).map { $0["spec"] } }
            if specs(world) != specs(self.world) {
                broken.append("what leads production to the fleets is not as it was")
            }
        }
        return broken
    }

    private static func name(_ object: JSON) -> String { object[path: "metadata", "name"]?.string ?? "" }

    /// Whether the candidate's traffic shows by image, because one Service leads to either fleet.
    private var isSwitched: Bool { if case .blueGreen = layout { true } else { false } }
}
