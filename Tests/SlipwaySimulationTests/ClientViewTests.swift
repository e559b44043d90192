import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation
import Testing

/// What kubectl looks for before and beside the objects themselves.
@Suite struct ClientViewTests {
    private static let table: HTTPFields = [
        .accept:
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
    ]

    @Test("given a cluster, when its groups are asked for, then each is listed, alone, and with its resources")
    func groups() throws {
        var cluster = try Cluster.web()
        let groups = cluster.get("/apis")["groups"]?.array ?? []
        let names = groups.compactMap { $0["name"]?.string }
        #expect(names.contains("apps") && names.contains("gateway.networking.k8s.io") && !names.contains(""))
        // Recorded as mocks/cassettes/kubernetes/discovery.json, gateway-group.
        let gateway = cluster.get("/apis/gateway.networking.k8s.io")
        #expect(gateway["kind"] == "APIGroup" && gateway["versions"]?[1]?["version"] == "v1beta1")
        #expect(gateway["preferredVersion"]?["groupVersion"] == "gateway.networking.k8s.io/v1")
        let resources = cluster.get("/apis/apps/v1")["resources"]?.array ?? []
        let scale = resources.first { $0["name"] == "deployments/scale" }
        #expect(scale?["kind"] == "Scale" && scale?["group"] == "autoscaling")
        #expect(resources.first { $0["name"] == "deployments" }?["shortNames"] == ["deploy"])
        #expect(cluster.send(.get, "/apis/nothing.example.test").status == 404)
    }

    @Test("given kinds that a cluster does not have, when groups and schemas are asked for, then they are not there")
    func missing() throws {
        var cluster = try Cluster.web()
        cluster.world.missingKinds = [.httpRoute, .gateway, .virtualService]
        let names = cluster.get("/apis")["groups"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(!names.contains("gateway.networking.k8s.io") && names.contains("apps"))
        #expect(cluster.send(.get, "/apis/gateway.networking.k8s.io/v1").status == 404)
        #expect(cluster.send(.get, "/openapi/v3/apis/gateway.networking.k8s.io/v1").status == 404)
    }

    @Test("given a list asked for as a table, when it is read, then it has the real server's columns and rows")
    func listing() throws {
        var cluster = try Cluster.web()
        cluster.wait(19)
        let answer = cluster.send(.get, "/apis/apps/v1/namespaces/default/deployments", headers: Self.table).body
        let columns = (answer["columnDefinitions"]?.array ?? []).map { column -> [JSON?] in
            [column["name"], column["type"], column["format"], column["priority"]]
        }
        // Recorded as mocks/cassettes/kubernetes/list.json, table.
        #expect(
            columns == [
                ["Name", "string", "name", 0], ["Ready", "string", "", 0], ["Up-to-date", "string", "", 0],
                ["Available", "string", "", 0], ["Age", "string", "", 0], ["Containers", "string", "", 1],
                ["Images", "string", "", 1], ["Selector", "string", "", 1],
            ]
        )
        #expect(answer["rows"]?[0]?["cells"] == ["web", "4/4", 4, 4, "19s", "web", "example.test/web:1", "app=web"])
        #expect(answer["rows"]?[0]?["object"]?["kind"] == "PartialObjectMetadata")
        #expect(answer["metadata"]?["resourceVersion"]?.string == String(cluster.world.resourceVersion))
    }

    @Test(
        "given an age, when a table shows it, then it is as short as people are used to",
        arguments: [
            (0.0, "0s"), (119, "119s"), (120, "2m"), (185, "3m5s"), (601, "10m"), (10_799, "179m"), (25_500, "7h5m"),
            (108_000, "30h"), (273_600, "3d4h"), (3_456_000, "40d"),
        ]
    )
    func ages(seconds: Double, text: String) throws {
        var cluster = try Cluster.web()
        cluster.wait(seconds)
        let answer = cluster.send(.get, Cluster.deployment("web"), headers: Self.table).body
        #expect(answer["rows"]?[0]?["cells"]?[4]?.string == text)
    }

    @Test("given every kind, when it is asked for as a table, then each row has as many cells as there are columns")
    func kinds() throws {
        var cluster = try Cluster.web()
        let paths = [
            "/api/v1/pods", "/api/v1/services", "/api/v1/events", "/api/v1/namespaces", "/apis/apps/v1/replicasets",
            "/apis/discovery.k8s.io/v1/endpointslices", "/apis/networking.k8s.io/v1/ingresses",
            "/apis/coordination.k8s.io/v1/leases", "/apis/autoscaling/v2/horizontalpodautoscalers",
            "/apis/gateway.networking.k8s.io/v1/httproutes", "/apis/gateway.networking.k8s.io/v1/gateways",
            "/apis/networking.istio.io/v1/virtualservices",
        ]
        try cluster.world.seed(SeedRoute(.httpRoute(gateway: "edge"), "web", stable: "web"))
        try cluster.world.seed(SeedRoute(.ingress, "web", stable: "web"))
        try cluster.world.seed(SeedRoute(.virtualService, "web", stable: "web"))
        try cluster.world.seed(SeedLease("lock", holder: "somebody"))
        try cluster.world.seed(SeedAutoscaler("web", deployment: "web", least: 1, most: 9))
        cluster.setImage("example.test/web:2")
        cluster.wait(1)
        for path in paths {
            let answer = cluster.send(.get, path, headers: Self.table).body
            let columns = try #require(answer["columnDefinitions"]?.array, "\(path)")
            let rows = answer["rows"]?.array ?? []
            #expect(!rows.isEmpty, "\(path)")
            for row in rows { #expect(row["cells"]?.array?.count == columns.count, "\(path)") }
        }
    }

    @Test("given a watch asked for as tables, when an object changes, then its event is a table of one row")
    func watching() throws {
        var cluster = try Cluster.web()
        let from = cluster.world.resourceVersion
        cluster.merge(Cluster.deployment("web") + "/scale", ["spec": ["replicas": 5]])
        let path = "/apis/apps/v1/namespaces/default/deployments?watch=1&resourceVersion=\(from)"
        let lines = cluster.send(.get, path, headers: Self.table).lines
        #expect(lines.first?["type"] == "MODIFIED" && lines.first?["object"]?["kind"] == "Table")
        #expect(lines.first?["object"]?["rows"]?[0]?["cells"]?[1] == "4/5")
        #expect(
            cluster.send(.get, path + "&includeObject=Object", headers: Self.table).lines.first?["object"]?["rows"]?[
                0
            ]?["object"]?["kind"] == "Deployment"
        )
    }

    @Test("given schemas, when a client looks whether the server checks fields and knows dry runs, then it finds it")
    func schemas() throws {
        var cluster = try Cluster.web()
        let url = cluster.get("/openapi/v3")["paths"]?["apis/apps/v1"]?["serverRelativeURL"]?.string ?? ""
        #expect(url.hasPrefix("/openapi/v3/apis/apps/v1"))
        let patch = cluster.get(url)["paths"]?["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?["patch"]
        let names = patch?["parameters"]?.array?.compactMap { $0["name"]?.string }
        #expect(names == ["dryRun", "fieldManager", "fieldValidation"])
        #expect(patch?["x-kubernetes-group-version-kind"]?["kind"] == "Deployment")
        let old: HTTPFields = [.accept: "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"]
        #expect(cluster.send(.get, "/openapi/v2", headers: old).status == 406)
    }
}
