import SlipwayBase
import SlipwaySimulation

/// What leads visitors into a cluster, by host: routes, ingresses, virtual services, and services by their own names.
enum KubernetesFronts {
    /// The hosts of a cluster.
    static func hosts(in world: KubernetesWorld) -> [String] { fronts(in: world).map(\.host).sorted() }

    /// Who answers a host of a cluster now; nil when nothing there has the host.
    static func shares(ofHost host: String, in world: KubernetesWorld) -> FrontShares? {
        guard let front = fronts(in: world).first(where: { $0.host == host })?.front else { return nil }
        let shares = world.traffic(for: front)
        return FrontShares(shares.images, failed: shares.failed)
    }

    private static func fronts(in world: KubernetesWorld) -> [(host: String, front: Front)] {
        func name(_ object: JSON) -> (String, String) {
            (object["metadata"]?["name"]?.string ?? "", object["metadata"]?["namespace"]?.string ?? "default")
        }
        var fronts: [(String, Front)] = []
        for route in world.objects(.httpRoute) {
            let (name, namespace) = name(route)
            for host in route["spec"]?["hostnames"]?.array ?? [] {
                fronts.append((host.string ?? "", .httpRoute(name, namespace: namespace)))
            }
        }
        for service in world.objects(.virtualService) {
            let (name, namespace) = name(service)
            for host in service["spec"]?["hosts"]?.array ?? [] {
                fronts.append((host.string ?? "", .virtualService(name, namespace: namespace)))
            }
        }
        for ingress in world.objects(.ingress) where !isCanary(ingress) {
            let (name, namespace) = name(ingress)
            for rule in ingress["spec"]?["rules"]?.array ?? [] {
                fronts.append((rule["host"]?.string ?? "", .ingress(name, namespace: namespace)))
            }
        }
        for service in world.objects(.service) {
            let (name, namespace) = name(service)
            fronts.append(("\(name).\(namespace).svc", .service(name, namespace: namespace)))
        }
        return fronts
    }

    private static func isCanary(_ ingress: JSON) -> Bool {
        ingress["metadata"]?["annotations"]?["nginx.ingress.kubernetes.io/canary"]?.string == "true"
    }
}
