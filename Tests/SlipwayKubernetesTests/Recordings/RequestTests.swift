import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwayModel
import SlipwayStrategies
import Testing

@testable import SlipwayKubernetes

/// Each write, made by the provider from a recorded state, is held against the recorded request that a real server
/// accepted in that state; what differs is listed with its reason, and nothing else may differ.
@Suite("Requests are those that a real server accepted") struct RequestTests {
    private static let deployments = "/apis/apps/v1/namespaces/shop/deployments"
    private static let reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    private static let slices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
    private static let services = "/api/v1/namespaces/shop/services"
    private static let routes = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes"

    private let calls = KubernetesCalls(origin: Recorded.origin, basePath: "", namespace: "shop")

    /// What the provider sends first for `action` when the objects are as recorded.
    private func write(
        _ layout: KubernetesLayout,
        _ objects: [String: JSON],
        to release: Release,
        _ action: (Release) -> Action
    ) async throws -> Request {
        var objects = objects
        objects[Self.reviews] = try Recorded.object("auth/ssar-allowed")
        let state = RecordedState(objects)
        let provider = KubernetesProvider(
            target: "cart",
            layout: layout,
            namespace: "shop",
            origin: Recorded.origin,
            transport: state,
            time: VirtualTime()
        )
        let observation = try await provider.observe()
        let context = PlanContext(
            target: "cart",
            old: observation.live,
            new: release,
            snapshot: observation.snapshot
        )
        _ = try await provider.advance(Call(action: action(release), key: "test", context: context, fence: 3))
        return try #require(state.writes.first)
    }

    private func differences(_ request: Request, from name: String) throws -> [String] {
        RequestDifference.between(request, try Recorded.one(name).sent)
    }

    private func release(_ image: String) -> Release { Release(version: "next", artifact: .image(reference: image)) }

    private let marks = [
        "+ /metadata/annotations/slipway.dev/fence = \"3\"", "+ /metadata/annotations/slipway.dev/version = \"next\"",
    ]

    @Test("given a Deployment when its image is patched then it is the recorded patch, guarded and marked")
    func image() async throws {
        let request = try await write(
            .rolling(deployment: "web"),
            ["\(Self.deployments)/web": try Recorded.object("deployment/get")],
            to: release("example.test/web:1.1.0")
        ) { .replacedInPlace(release: $0, batch: Batch()) }
        let version = try Recorded.object("deployment/get").resourceVersion
        #expect(
            try differences(request, from: "deployment/rolling-patch-image")
                == ["- /metadata/annotations/kubernetes.io/change-cause = \"web 1.1.0\""] + marks
                + ["+ /metadata/resourceVersion = \"\(version)\""]
        )
    }

    private let fleets = KubernetesLayout.blueGreen(
        blue: KubernetesFleet(deployment: "cart-blue"),
        green: KubernetesFleet(deployment: "cart-green"),
        front: .service(name: "cart"),
        preview: nil
    )

    private func both() throws -> [String: JSON] {
        [
            "\(Self.deployments)/cart-blue": try Recorded.object("bluegreen/blue-get-03"),
            "\(Self.deployments)/cart-green": try Recorded.object("bluegreen/green-get-03"),
            "\(Self.services)/cart": try Recorded.object("service/get"),
            "\(Self.slices)": try Recorded.object("service/endpointslices-blue"),
        ]
    }

    @Test("given a Deployment when its replicas are set then it is a patch of the Deployment like a recorded one")
    func replicas() async throws {
        var objects = try both()
        objects["\(Self.services)/cart"] = try Recorded.object("service/get")
        let request = try await write(fleets, objects, to: release("example.test/cart:2.0.0")) { release in
            .staged(release: release, scale: .replicas(3))
        }
        // The recordings set replicas through /scale; a patch of the Deployment itself carries other fields there.
        let lines = try differences(request, from: "deployment/stuck-patch")
        #expect(
            lines == [
                "path \(Self.deployments)/cart-green instead of \(Self.deployments)/web",
                "+ /metadata/annotations/slipway.dev/fence = \"3\"",
                "+ /metadata/annotations/slipway.dev/version = \"next\"",
                "+ /metadata/resourceVersion = \"\(try Recorded.object("bluegreen/green-get-03").resourceVersion)\"",
                "- /spec/progressDeadlineSeconds = 5", "+ /spec/replicas = 3",
                "- /spec/template/spec/containers/0/image = \"example.test/web:bad-1\"",
                "- /spec/template/spec/containers/0/name = \"web\"",
            ]
        )
    }

    @Test("given a Service that selects blue when it is switched then it is the recorded merge patch with every key")
    func selector() async throws {
        let request = try await write(fleets, try both(), to: release("example.test/cart:2.0.0")) { .live(release: $0) }
        #expect(
            try differences(request, from: "service/patch-selector") == [
                "- /metadata/annotations/rig.example.com/active = \"green\"",
                "+ /metadata/annotations/slipway.dev/fence = \"3\"",
                "+ /spec/selector/svc = \"cart\"",
            ]
        )
    }

    @Test("given a Service that selects green when it is switched back then the same merge patch names blue")
    func selectorBack() async throws {
        var objects = try both()
        let first = RecordedState(objects.merging([Self.reviews: try Recorded.object("auth/ssar-allowed")]) { $1 })
        let provider = KubernetesProvider(
            target: "cart",
            layout: fleets,
            namespace: "shop",
            origin: Recorded.origin,
            transport: first,
            time: VirtualTime()
        )
        let before = try await provider.observe()
        let new = release("example.test/cart:2.0.0")
        let old = try #require(before.live)
        objects["\(Self.services)/cart"] = try Recorded.object("service/get-after")
        let state = RecordedState(objects)
        let later = KubernetesProvider(
            target: "cart",
            layout: fleets,
            namespace: "shop",
            origin: Recorded.origin,
            transport: state,
            time: VirtualTime()
        )
        let context = PlanContext(target: "cart", old: old, new: new, snapshot: before.snapshot)
        _ = try await later.advance(Call(action: .live(release: old), key: "back", context: context, fence: 3))
        let request = try #require(state.writes.first)
        // The recorded way back is a JSON patch; ours is the recorded way there with other values.
        #expect(
            try differences(request, from: "service/patch-selector") == [
                "- /metadata/annotations/rig.example.com/active = \"green\"",
                "+ /metadata/annotations/slipway.dev/fence = \"3\"",
                "~ /metadata/resourceVersion = \"\(try Recorded.object("service/get-after").resourceVersion)\" instead of \"880\"",
                "~ /spec/selector/color = \"blue\" instead of \"green\"", "+ /spec/selector/svc = \"cart\"",
            ]
        )
    }

    @Test(
        "given an HTTPRoute of 100 and 0 when a weight is given then it is the recorded JSON patch, tested and marked"
    )
    func weights() async throws {
        var objects = try both()
        objects["\(Self.routes)/cart"] = try Recorded.object("gateway/httproute-get")
        for color in ["blue", "green"] {
            objects["\(Self.services)/cart-\(color)"] = [
                "kind": "Service", "apiVersion": "v1", "metadata": ["name": "cart-\(color)"],
                "spec": ["selector": ["svc": "cart", "color": .string(color)]],
            ]
        }
        let layout = KubernetesLayout.canary(
            stable: KubernetesFleet(deployment: "cart-blue"),
            canary: KubernetesFleet(deployment: "cart-green"),
            front: .httpRoute(name: "cart", rule: nil)
        )
        let request = try await write(layout, objects, to: release("example.test/cart:2.0.0")) {
            .routed(percent: 10, release: $0)
        }
        let references = "/spec/rules/0/backendRefs"
        #expect(
            try differences(request, from: "gateway/httproute-patch-json") == [
                "+ add /metadata/annotations {\"slipway.dev/fence\":\"3\"}",
                "+ test \(references)/0/name \"cart-blue\"",
                // `add` of a member that may be absent, such as a weight by default, replaces what is there.
                "+ add \(references)/0/weight 90", "+ add \(references)/1/weight 10",
                "- replace \(references)/0/weight 90", "- replace \(references)/1/weight 10",
            ]
        )
    }

    @Test(
        "given a live fleet when another is made like it then no field differs from a recorded creation but the server's own defaults"
    )
    func creation() async throws {
        var objects = try both()
        objects["\(Self.deployments)/cart-green"] = nil
        let request = try await write(fleets, objects, to: release("example.test/cart:2.0.0")) {
            .staged(release: $0, scale: .full)
        }
        let lines = try differences(request, from: "bluegreen/create-green")
        let added = [
            "/metadata/annotations/slipway.dev/created", "/metadata/annotations/slipway.dev/fence",
            "/metadata/annotations/slipway.dev/version",
        ]
        let defaults = [
            "/spec/revisionHistoryLimit", "/spec/template/spec/containers/0/imagePullPolicy",
            "/spec/template/spec/containers/0/ports/0/protocol", "/spec/template/spec/containers/0/resources",
            "/spec/template/spec/containers/0/terminationMessagePath",
            "/spec/template/spec/containers/0/terminationMessagePolicy", "/spec/template/spec/dnsPolicy",
            "/spec/template/spec/restartPolicy", "/spec/template/spec/schedulerName",
            "/spec/template/spec/securityContext", "/spec/template/spec/terminationGracePeriodSeconds",
        ]
        let paths = lines.map { $0.split(separator: " = ")[0] }
        #expect(
            paths.sorted()
                == ((added + defaults).map { "+ \($0)" } + ["- /metadata/namespace", "- /spec/minReadySeconds"])
                .map { Substring($0) }.sorted()
        )
    }

    @Test(
        "given a Deployment when it is deleted then the recorded options say background and name the one that is meant"
    )
    func deletion() throws {
        let request = calls.delete(.deployments, "ssa", uid: "00000000-0000-0000-0000-000000000000")
        #expect(
            try differences(request, from: "deployment/delete") == [
                "+ /preconditions/uid = \"00000000-0000-0000-0000-000000000000\"",
                "~ /propagationPolicy = \"Background\" instead of \"Foreground\"",
            ]
        )
        // The same policy in the query was accepted, and the same precondition was understood.
        #expect(
            try Recorded.one("deployment/delete-background").request.target.hasSuffix("propagationPolicy=Background")
        )
        let refused = calls.delete(.deployments, "web", uid: "00000000-0000-0000-0000-000000000000")
        #expect(
            try differences(refused, from: "errors/409-delete-precondition") == [
                "+ /propagationPolicy = \"Background\""
            ]
        )
    }

    @Test("given reads when they are built then they are the recorded ones")
    func reads() throws {
        #expect(try differences(calls.get(.deployments, "web"), from: "deployment/get") == [])
        #expect(try differences(calls.get(.services, "cart"), from: "service/get") == [])
        #expect(try differences(calls.get(.httpRoutes, "cart"), from: "gateway/httproute-get") == [])
        #expect(try differences(calls.get(.leases, "deploy-cart"), from: "lease/get") == [])
        #expect(try differences(calls.endpointSlices(of: "cart"), from: "service/endpointslices-blue") == [])
        // Pods are only looked at for trouble: the first 500 are enough.
        let pods = calls.pods(matching: [("app", "web")])
        #expect(try differences(pods, from: "pod/list-before") == ["query limit=500 instead of none"])
        let list = calls.list(.deployments, [("fieldSelector", "metadata.name=web"), ("limit", "1")])
        #expect(try differences(list, from: "deployment/list-empty") == ["query limit=1 instead of none"])
    }

    @Test("given a version when a watch is built then it is the recorded one for another time")
    func watch() throws {
        let request = calls.watch(.deployments, "web", from: "325", seconds: 240)
        #expect(try differences(request, from: "deployment/create-watch") == ["query timeoutSeconds=240 instead of 8"])
        #expect(request.streamsResponse)
    }

    @Test("given a right when it is asked for then it is the recorded review")
    func review() throws {
        #expect(try differences(calls.mayI("patch", .deployments), from: "auth/ssar-allowed") == [])
        #expect(try differences(calls.mayI("patch", .httpRoutes), from: "auth/ssar-httproutes-allowed") == [])
    }
}
