import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation
import Testing

@Suite struct RequestTests {
    @Test(
        "given a stale or wrong resourceVersion when an object is written then 409, and without one it goes through"
    )
    func versions() throws {
        var cluster = try Cluster.web()
        let first = cluster.get(Cluster.deployment("web"))
        cluster.merge(Cluster.deployment("web"), ["spec": ["replicas": 5]])
        let stale = cluster.send(.put, Cluster.deployment("web"), first)
        #expect(stale.status == 409)
        #expect(stale.body["reason"] == "Conflict")
        let patch = cluster.merge(
            Cluster.deployment("web"),
            ["metadata": ["resourceVersion": .string(first.resourceVersion)]]
        )
        #expect(patch.status == 409)
        var blind = first
        blind["metadata"]?["resourceVersion"] = nil
        let unconditional = cluster.send(.put, Cluster.deployment("web"), blind)
        #expect(unconditional.status == 200)
        #expect(unconditional.body["spec"]?["replicas"] == 4)
    }

    @Test("given a Lease when two take it over then only the one with the present version succeeds")
    func leases() throws {
        var cluster = try Cluster()
        let lease: JSON = [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": "deploy"],
            "spec": ["holderIdentity": "a", "leaseDurationSeconds": 15],
        ]
        let created = cluster.send(.post, Cluster.leases, lease)
        #expect(created.status == 201)
        #expect(cluster.send(.post, Cluster.leases, lease).body["reason"] == "AlreadyExists")
        var taken = created.body
        taken["spec"]?["holderIdentity"] = "b"
        let won = cluster.send(.put, "\(Cluster.leases)/deploy", taken)
        #expect(won.body["spec"]?["holderIdentity"] == "b")
        taken["spec"]?["holderIdentity"] = "c"
        #expect(cluster.send(.put, "\(Cluster.leases)/deploy", taken).status == 409)
        taken["metadata"]?["resourceVersion"] = nil
        #expect(cluster.send(.put, "\(Cluster.leases)/deploy", taken).status == 422)
        let guarded: JSON = ["preconditions": ["resourceVersion": .string(created.body.resourceVersion)]]
        #expect(cluster.send(.delete, "\(Cluster.leases)/deploy", guarded).status == 409)
        #expect(cluster.send(.delete, "\(Cluster.leases)/deploy").status == 200)
    }

    @Test("given dryRun=All when an object is created or patched then the answer is complete and nothing is kept")
    func dryRuns() throws {
        var cluster = try Cluster.web()
        let revision = cluster.world.resourceVersion
        let patched = cluster.merge(Cluster.deployment("web") + "?dryRun=All", ["spec": ["replicas": 9]])
        #expect(patched.body["spec"]?["replicas"] == 9)
        #expect(cluster.world.resourceVersion == revision)
        #expect(cluster.get(Cluster.deployment("web"))["spec"]?["replicas"] == 4)
    }

    @Test(
        "given label and field selectors when listing then each operator selects what it says",
        arguments: [
            ("labelSelector=app%3Dweb", 4), ("labelSelector=app%3D%3Dweb", 4), ("labelSelector=app!%3Dweb", 2),
            ("labelSelector=app%20in%20(web,api)", 6), ("labelSelector=app%20notin%20(web)", 2),
            ("labelSelector=app", 6), ("labelSelector=!app", 0), ("labelSelector=app%3Dweb,pod-template-hash", 4),
            ("fieldSelector=metadata.namespace%3Ddefault", 6), ("fieldSelector=metadata.name%3Dnobody", 0),
        ]
    )
    func selectors(query: String, count: Int) throws {
        var cluster = try Cluster.web()
        try cluster.world.seed(SeedDeployment("api", image: "example.test/api:1", replicas: 2))
        #expect(cluster.get("\(Cluster.pods)?\(query)")["items"]?.array?.count == count)
    }

    @Test("given limit when listing then continue leads through every object once, and expires with the history")
    func pages() throws {
        var cluster = try Cluster.web()
        var names: [String] = []
        var token = ""
        repeat {
            let page = cluster.get("\(Cluster.pods)?limit=3&continue=\(token)")
            names += (page["items"]?.array ?? []).compactMap { $0["metadata"]?["name"]?.string }
            token = page["metadata"]?["continue"]?.string ?? ""
        } while !token.isEmpty
        #expect(names.count == 4 && Set(names).count == 4)
        let first = cluster.get("\(Cluster.pods)?limit=3")["metadata"]?["continue"]?.string ?? ""
        cluster.setImage("example.test/web:2")
        cluster.wait(1)
        cluster.world.compactHistory()
        let gone = cluster.send(.get, "\(Cluster.pods)?limit=3&continue=\(first)")
        #expect(gone.status == 410)
        #expect(gone.body["reason"] == "Expired")
    }

    @Test("given denied rights when asking and when acting then the review and the 403 agree")
    func rights() throws {
        var cluster = try Cluster.web()
        cluster.world.rights = Rights(user: "eve", denied: [Rights.Rule(verb: "patch", resource: "deployments")])
        let review: JSON = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": [
                "resourceAttributes": [
                    "namespace": "default", "group": "apps", "resource": "deployments", "verb": "patch",
                ]
            ],
        ]
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        #expect(cluster.send(.post, path, review).body["status"] == ["allowed": false])
        let refused = cluster.setImage("example.test/web:2")
        #expect(refused.status == 403)
        #expect(
            refused.body["message"]
                == """
                deployments.apps "web" is forbidden: User "eve" cannot patch resource \
                "deployments" in API group "apps" in the namespace "default"
                """
        )
        #expect(cluster.merge(Cluster.deployment("web") + "/scale", ["spec": ["replicas": 5]]).status == 200)
    }

    @Test("given a cluster without the Gateway API when a route is asked for then 404 as for any unknown path")
    func missingKinds() throws {
        var cluster = try Cluster.web()
        cluster.world.missingKinds = [.httpRoute, .gateway]
        let answer = cluster.send(.get, Cluster.route("web"))
        #expect(answer.status == 404)
        #expect(answer.text == "404 page not found\n")
        #expect(cluster.send(.get, "/apis/gateway.networking.k8s.io/v1").status == 404)
        #expect(cluster.send(.get, "/apis/apps/v1").status == 200)
    }

    @Test("given a VirtualService when read by its older version then it is the same object under that version")
    func versionsOfKinds() throws {
        var seed = KubernetesWorld.Seed()
        seed.routes = [SeedRoute(.virtualService, "shop", stable: "a", canary: "b", canaryWeight: 25)]
        var cluster = try Cluster(seed)
        let old = cluster.get("/apis/networking.istio.io/v1beta1/namespaces/default/virtualservices/shop")
        let new = cluster.get("/apis/networking.istio.io/v1/namespaces/default/virtualservices/shop")
        #expect(old["apiVersion"] == "networking.istio.io/v1beta1")
        #expect(new["apiVersion"] == "networking.istio.io/v1")
        #expect(old["spec"] == new["spec"])
    }
}
