import HTTPTypes
import SlipwayBase
import SlipwaySimulation
import Testing

@Suite struct TrafficTests {
    /// Stable on version 1, canary on version 2, each behind its own Service.
    private func canary(_ kind: SeedRoute.Kind, weight: Int = 0, canaryReplicas: Int = 1) throws -> Cluster {
        var seed = KubernetesWorld.Seed()
        seed.deployments = [
            SeedDeployment("stable", image: "w:1", replicas: 3),
            SeedDeployment("canary", image: "w:2", replicas: canaryReplicas),
        ]
        seed.services = [
            SeedService("stable", selector: ["app": "stable"]), SeedService("canary", selector: ["app": "canary"]),
        ]
        seed.routes = [SeedRoute(kind, "shop", stable: "stable", canary: "canary", canaryWeight: weight)]
        return try Cluster(seed)
    }

    @Test(
        "given weights on a route when both sides are ready then shares follow them",
        arguments: [
            (SeedRoute.Kind.httpRoute(gateway: "edge"), Front.httpRoute("shop")), (.ingress, .ingress("shop")),
            (.virtualService, .virtualService("shop")),
        ]
    )
    func followsWeights(kind: SeedRoute.Kind, front: Front) throws {
        let shares = try canary(kind, weight: 20).world.traffic(for: front)
        #expect(shares.images == ["w:1": 0.8, "w:2": 0.2])
        #expect(shares.failed == 0)
        #expect(shares.services == ["stable": 0.8, "canary": 0.2])
    }

    @Test(
        "given a weighted backend without ready endpoints then its share fails and is not given to the others",
        arguments: [
            (SeedRoute.Kind.httpRoute(gateway: "edge"), Front.httpRoute("shop")), (.ingress, .ingress("shop")),
            (.virtualService, .virtualService("shop")),
        ]
    )
    func failsItsShare(kind: SeedRoute.Kind, front: Front) throws {
        let shares = try canary(kind, weight: 25, canaryReplicas: 0).world.traffic(for: front)
        #expect(shares.images == ["w:1": 0.75])
        #expect(shares.failed == 0.25)
    }

    @Test("given a Service that selects two releases when their pods are ready then the share is by pods")
    func countsPods() throws {
        var seed = KubernetesWorld.Seed()
        for (name, image, count) in [("blue", "w:1", 3), ("green", "w:2", 1)] {
            var deployment = SeedDeployment(name, image: image, replicas: count)
            deployment.labels = ["app": "shop", "color": name]
            seed.deployments.append(deployment)
        }
        seed.services = [SeedService("shop", selector: ["app": "shop"])]
        var cluster = try Cluster(seed)
        #expect(cluster.world.traffic(for: .service("shop")).images == ["w:1": 0.75, "w:2": 0.25])
        cluster.merge("/api/v1/namespaces/default/services/shop", ["spec": ["selector": ["color": "green"]]])
        #expect(cluster.world.traffic(for: .service("shop")).images == ["w:2": 1])
        #expect(cluster.world.traffic(for: .service("nobody")).failed == 1)
    }

    @Test("given a rule that matches a header when traffic is asked for then it carries no production requests")
    func ignoresHeaderRules() throws {
        var cluster = try canary(.httpRoute(gateway: "edge"))
        let rule: JSON = [
            "matches": [["headers": [["name": "x-preview", "value": "1"]]]],
            "backendRefs": [["name": "canary", "port": 80]],
        ]
        cluster.send(
            .patch,
            Cluster.route("shop"),
            [["op": "add", "path": "/spec/rules/0", "value": rule]],
            type: "application/json-patch+json"
        )
        #expect(cluster.world.traffic(for: .httpRoute("shop")).images == ["w:1": 1])
    }
}

@Suite struct RouteTests {
    private func cluster() throws -> Cluster {
        var seed = KubernetesWorld.Seed()
        seed.deployments = [SeedDeployment("a", image: "w:1")]
        seed.services = [SeedService("a", selector: ["app": "a"]), SeedService("b", selector: ["app": "b"])]
        seed.routes = [SeedRoute(.httpRoute(gateway: "edge"), "shop", stable: "a", canary: "b")]
        return try Cluster(seed)
    }

    private func weigh(_ cluster: inout Cluster, _ weight: Int) {
        cluster.send(
            .patch,
            Cluster.route("shop"),
            [["op": "replace", "path": "/spec/rules/0/backendRefs/1/weight", "value": JSON(weight)]],
            type: "application/json-patch+json"
        )
    }

    private func accepted(_ cluster: inout Cluster, _ type: String = "Accepted") -> JSON? {
        cluster.get(Cluster.route("shop"))["status"]?["parents"]?[0]?["conditions"]?.array?
            .first { $0["type"]?.string == type }
    }

    @Test("given a weight change when a second passes then the controller has followed the generation")
    func follows() throws {
        var cluster = try cluster()
        #expect(accepted(&cluster)?["observedGeneration"] == 1)
        weigh(&cluster, 10)
        #expect(accepted(&cluster)?["observedGeneration"] == 1)
        cluster.wait(1)
        #expect(accepted(&cluster)?["observedGeneration"] == 2)
        #expect(accepted(&cluster)?["status"] == "True")
    }

    @Test("given a controller told to refuse or to ignore when the route changes then it does")
    func refuses() throws {
        var cluster = try cluster()
        cluster.world.setBehaviour(.refuses(reason: "NotAllowedByListeners", message: "no"), ofRoute: "shop")
        weigh(&cluster, 10)
        cluster.wait(5)
        #expect(accepted(&cluster)?["status"] == "False")
        #expect(accepted(&cluster)?["reason"] == "NotAllowedByListeners")
        cluster.world.setBehaviour(.ignores, ofRoute: "shop")
        weigh(&cluster, 20)
        cluster.wait(60)
        #expect(accepted(&cluster)?["observedGeneration"] == 2)
    }

    @Test("given a missing backend Service when the controller looks then ResolvedRefs is False until it is there")
    func missesBackends() throws {
        var cluster = try cluster()
        cluster.send(.delete, "/api/v1/namespaces/default/services/b")
        cluster.wait(2)
        #expect(accepted(&cluster, "ResolvedRefs")?["reason"] == "BackendNotFound")
        try cluster.world.seed(SeedService("b", selector: ["app": "b"]))
        cluster.wait(2)
        #expect(accepted(&cluster, "ResolvedRefs")?["status"] == "True")
    }

    @Test(
        "given an autoscaler when told a number then it scales within its bounds and comes back to it"
    )
    func autoscales() throws {
        var seed = KubernetesWorld.Seed()
        seed.deployments = [SeedDeployment("web", image: "w:1", replicas: 3)]
        seed.autoscalers = [SeedAutoscaler("web", deployment: "web", least: 2, most: 6)]
        var cluster = try Cluster(seed)
        cluster.world.autoscale("web", to: 20)
        cluster.wait(2)
        #expect(cluster.get(Cluster.deployment("web"))["spec"]?["replicas"] == 6)
        cluster.merge(Cluster.deployment("web"), ["spec": ["replicas": 3]])
        cluster.wait(2)
        #expect(cluster.get(Cluster.deployment("web"))["spec"]?["replicas"] == 6)
        cluster.wait(30)
        #expect(cluster.world.nextChange == nil)
    }

    @Test("given a bad seed when a world is made then one sentence says what is wrong")
    func badSeeds() throws {
        var seed = KubernetesWorld.Seed()
        seed.deployments = [SeedDeployment("Bad_Name", image: "w:1")]
        #expect(throws: InputFailure.self) { try Cluster(seed) }
        seed.deployments = [SeedDeployment("web", image: "w:1"), SeedDeployment("web", image: "w:1")]
        #expect(throws: InputFailure("Deployment \"web\" is seeded twice")) { try Cluster(seed) }
    }
}
