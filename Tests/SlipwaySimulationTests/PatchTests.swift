import HTTPTypes
import SlipwayBase
import SlipwaySimulation
import Testing

@Suite struct PatchTests {
    @Test("given a JSON patch with a test when the value is another then 422 and nothing changes")
    func jsonPatchTests() throws {
        var cluster = try Cluster.web()
        let patch: JSON = [
            ["op": "test", "path": "/spec/replicas", "value": 7],
            ["op": "replace", "path": "/spec/replicas", "value": 1],
        ]
        let refused = cluster.send(.patch, Cluster.deployment("web"), patch, type: "application/json-patch+json")
        #expect(refused.status == 422)
        #expect(refused.body["reason"] == "Invalid")
        #expect(cluster.get(Cluster.deployment("web"))["spec"]?["replicas"] == 4)
    }

    @Test(
        "given a patch with a field that nobody knows when validation is strict then 422, else it is dropped with a warning"
    )
    func unknownFields() throws {
        var cluster = try Cluster.web()
        let patch: JSON = ["spec": ["replicsa": 7, "replicas": 5]]
        let type = "application/merge-patch+json"
        let strict = cluster.send(.patch, Cluster.deployment("web") + "?fieldValidation=Strict", patch, type: type)
        #expect(strict.status == 422)
        #expect(
            strict.body["message"]?.string?.hasSuffix("strict decoding error: unknown field \"spec.replicsa\"") == true
        )
        #expect(cluster.get(Cluster.deployment("web"))["spec"]?["replicas"] == 4)
        let lax = cluster.send(.patch, Cluster.deployment("web"), patch, type: type)
        #expect(lax.status == 200 && lax.body["spec"]?["replicas"] == 5 && lax.body["spec"]?["replicsa"] == nil)
    }

    @Test("given JSON patch operations when applied in order then add, copy, move, remove and escapes work")
    func jsonPatchOperations() throws {
        var cluster = try Cluster.web()
        let patch: JSON = [
            ["op": "add", "path": "/metadata/annotations", "value": ["a/b": "1"]],
            ["op": "add", "path": "/metadata/annotations/c~1d", "value": "2"],
            ["op": "copy", "from": "/metadata/annotations/a~1b", "path": "/metadata/annotations/e"],
            ["op": "move", "from": "/metadata/annotations/c~1d", "path": "/metadata/annotations/f"],
            ["op": "remove", "path": "/metadata/annotations/a~1b"],
            ["op": "add", "path": "/spec/template/spec/containers/0/args", "value": ["x"]],
            ["op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": "z"],
            ["op": "add", "path": "/spec/template/spec/containers/0/args/1", "value": "y"],
        ]
        let body = cluster.send(.patch, Cluster.deployment("web"), patch, type: "application/json-patch+json").body
        #expect(body["metadata"]?["annotations"] == ["e": "1", "f": "2"])
        #expect(body["spec"]?["template"]?["spec"]?["containers"]?[0]?["args"] == ["x", "y", "z"])
    }

    @Test("given a strategic merge patch when lists have keys then elements are merged, deleted and added by key")
    func strategicPatch() throws {
        var cluster = try Cluster.web()
        func patch(_ containers: JSON) -> JSON { ["spec": ["template": ["spec": ["containers": containers]]]] }
        let type = "application/strategic-merge-patch+json"
        cluster.send(
            .patch,
            Cluster.deployment("web"),
            patch([
                ["name": "web", "env": [["name": "A", "value": "1"], ["name": "B", "value": "2"]]],
                ["name": "side", "image": "example.test/side:1"],
            ]),
            type: type
        )
        let body = cluster.send(
            .patch,
            Cluster.deployment("web"),
            patch([
                ["name": "web", "env": [["name": "A", "value": "3"], ["name": "B", "$patch": "delete"]]],
                ["name": "side", "$patch": "delete"],
            ]),
            type: type
        ).body
        let containers = body["spec"]?["template"]?["spec"]?["containers"]
        #expect(containers?.array?.count == 1)
        #expect(containers?[0]?["env"] == [["name": "A", "value": "3"]])
        #expect(containers?[0]?["image"] == "example.test/web:1")
    }

    @Test("given an unknown patch type, or a strategic one on a custom resource, then 415")
    func mediaTypes() throws {
        var seed = KubernetesWorld.Seed()
        seed.routes = [SeedRoute(.httpRoute(gateway: "edge"), "shop", stable: "a")]
        var cluster = try Cluster(seed)
        let type = "application/strategic-merge-patch+json"
        #expect(cluster.send(.patch, Cluster.route("shop"), ["spec": [:]], type: type).status == 415)
        #expect(cluster.send(.patch, Cluster.route("shop"), ["spec": [:]]).status == 415)
    }
}

@Suite struct ApplyTests {
    private func deployment(_ replicas: Int?, image: String?, labels: JSON = ["app": "ssa"]) -> JSON {
        var container: JSON = ["name": "web"]
        container["image"] = image.map { .string($0) }
        var spec: JSON = [
            "selector": ["matchLabels": ["app": "ssa"]],
            "template": ["metadata": ["labels": ["app": "ssa"]], "spec": ["containers": [container]]],
        ]
        spec["replicas"] = replicas.map { JSON($0) }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "ssa", "labels": labels], "spec": spec,
        ]
    }

    @Test(
        "given server-side apply when repeated then the version stays, and another manager conflicts until forced"
    )
    func applies() throws {
        var cluster = try Cluster()
        let path = Cluster.deployment("ssa")
        let created = cluster.apply(path + "?fieldManager=a", deployment(2, image: "w:1"))
        #expect(created.status == 201)
        let again = cluster.apply(path + "?fieldManager=a", deployment(2, image: "w:1"))
        #expect(again.status == 200)
        #expect(again.body.resourceVersion == created.body.resourceVersion)
        let conflict = cluster.apply(path + "?fieldManager=b", deployment(3, image: "w:2"))
        #expect(conflict.status == 409)
        #expect(
            conflict.body["details"]?["causes"]?.array?.compactMap { $0["field"]?.string } == [
                ".spec.replicas", ".spec.template.spec.containers[name=\"web\"].image",
            ]
        )
        let forced = cluster.apply(path + "?fieldManager=b&force=true", deployment(3, image: "w:2"))
        #expect(forced.status == 200)
        let lost = cluster.apply(path + "?fieldManager=a", deployment(2, image: "w:2"))
        #expect(lost.status == 409)
        #expect(lost.body["message"] == "Apply failed with 1 conflict: conflict with \"b\": .spec.replicas")
    }

    @Test("given a manager that no longer names a field when it applies then the field goes unless another owns it")
    func givesUpFields() throws {
        var cluster = try Cluster()
        let path = Cluster.deployment("ssa")
        cluster.apply(
            path + "?fieldManager=a",
            deployment(2, image: "w:1", labels: ["app": "ssa", "x": "1", "y": "1"])
        )
        cluster.apply(
            path + "?fieldManager=b",
            ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "ssa", "labels": ["y": "1"]]]
        )
        let body = cluster.apply(path + "?fieldManager=a", deployment(nil, image: "w:1")).body
        #expect(body["metadata"]?["labels"] == ["app": "ssa", "y": "1"])
        #expect(body["spec"]?["replicas"] == 1)
    }

    @Test(
        "given fields set by an ordinary update when applied differently then the conflict names the writer and version"
    )
    func conflictsWithUpdates() throws {
        var cluster = try Cluster.web()
        cluster.merge(Cluster.deployment("web") + "/scale?fieldManager=scaler", ["spec": ["replicas": 6]])
        let applied: JSON = ["apiVersion": "apps/v1", "kind": "Deployment", "spec": ["replicas": 2]]
        let conflict = cluster.apply(Cluster.deployment("web") + "?fieldManager=slipway", applied)
        #expect(conflict.status == 409)
        #expect(
            conflict.body["details"]?["causes"]?[0]?["message"]
                == "conflict with \"scaler\" with subresource \"scale\" using apps/v1"
        )
    }
}
