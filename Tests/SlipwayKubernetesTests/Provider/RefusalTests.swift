import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation
import SlipwayStrategies
import Testing

@Suite("Answers that are no answers") struct RefusalTests {
    private let replaced = Action.replacedInPlace(release: Rig.new, batch: Batch())

    /// What the caller is told when reads of the Deployment are answered so.
    private func told(_ response: Response) async throws -> ProviderFailure {
        let rig = try Rig(Rig.rolling)
        let context = try await rig.context()
        rig.transport.before { call, _ in call.request.words == "GET deployments/shop" ? .response(response) : nil }
        return try #require(await #expect(throws: ProviderFailure.self) { try await rig.ask(replaced, context) })
    }

    private func response(_ body: String, _ type: String = "application/json", status: Int = 200) -> Response {
        Response(status: status, headers: [.contentType: type], body: Array(body.utf8))
    }

    @Test("given an answer cut in the middle when it is read then one sentence says so and it may be asked again")
    func truncated() async throws {
        let failure = try await told(response(#"{"kind":"Deployment","apiVersion":"apps/v1","metad"#))
        #expect(failure.kind == .transient)
        #expect(failure.summary.hasPrefix("GET deployments/shop answered with something that is "))
        #expect(!failure.summary.contains("\n"))
    }

    @Test(
        "given an answer that is no object of the kind asked for when it is read then one sentence says what it is",
        arguments: [
            ("[1,2]", "application/json", "GET deployments/shop answered with something that is no Kubernetes object."),
            ("{}", "application/json", "GET deployments/shop answered with something that is no Kubernetes object."),
            (
                #"{"kind":"Service","metadata":{}}"#, "application/json",
                "GET deployments/shop answered with a Service instead of a Deployment."
            ),
            (
                "<html>\u{1B}[31mlogin</html>", "text/html; charset=utf-8",
                "GET deployments/shop answered with text/html; charset=utf-8 instead of JSON."
            ),
            (
                #"{"kind":"\u001b[2JService","metadata":{}}"#, "application/json",
                "GET deployments/shop answered with a \\u{1b}[2JService instead of a Deployment."
            ),
        ]
    )
    func wrong(_ body: String, _ type: String, _ sentence: String) async throws {
        let failure = try await told(response(body, type))
        #expect(failure.kind == .transient)
        #expect(failure.summary == sentence)
    }

    @Test("given a refusal with escape sequences or a whole object in it when it is passed on then neither is")
    func refusals() async throws {
        let escapes = #"{"kind":"Status","metadata":{},"message":"no\u001b[2J\nat all"}"#
        #expect(
            try await told(response(escapes, status: 403)).summary
                == "GET deployments/shop answered 403: no\\u{1b}[2J at all"
        )
        let object: JSON = [
            "message": "patch: Invalid value: \"{\\\"kind\\\":\\\"Deployment\\\",\\\"value\\\":\\\"hunter2\\\"}\": no"
        ]
        let failure = try await told(response(object.text, status: 422))
        #expect(failure.summary == "GET deployments/shop answered 422: patch: Invalid value: …")
        let long = try await told(response("{\"message\":\"\(String(repeating: "x", count: 9_000))\"}", status: 500))
        #expect(long.summary.count < 600)
    }

    @Test("given a server that asks to wait when it is asked then the wait is passed on", arguments: [429, 503])
    func retryAfter(_ status: Int) async throws {
        var refusal = response("Too many requests, please try again later.\n", "text/plain", status: status)
        refusal.headers[.retryAfter] = "7"
        let failure = try await told(refusal)
        #expect(failure.kind == .transient && failure.retryAfter == .seconds(7))
        #expect(
            failure.summary == "GET deployments/shop answered \(status): Too many requests, please try again later."
        )
        refusal.headers[.retryAfter] = "99999999"
        #expect(try await told(refusal).retryAfter == .seconds(600))
        refusal.headers[.retryAfter] = "soon"
        #expect(try await told(refusal).retryAfter == nil)
    }

    @Test(
        "given a connection that breaks when it is asked then it may be asked again",
        arguments: [HTTPFailure.Reach.unsent, .unanswered]
    )
    func broken(_ reach: HTTPFailure.Reach) async throws {
        let rig = try Rig(Rig.rolling)
        let context = try await rig.context()
        rig.transport.before { _, _ in .failure(HTTPFailure(reach, "the connection was reset")) }
        let failure = await #expect(throws: ProviderFailure.self) { try await rig.ask(replaced, context) }
        #expect(failure == ProviderFailure(.transient, "GET deployments/shop: the connection was reset"))
    }

    @Test("given no credential when it is asked then it is refused and not asked again")
    func unauthenticated() async throws {
        let rig = try Rig(Rig.rolling)
        let context = try await rig.context()
        rig.transport.before { _, _ in .failure(HTTPFailure(.unauthenticated, "the plugin gave no token")) }
        let failure = await #expect(throws: ProviderFailure.self) { try await rig.ask(replaced, context) }
        #expect(failure?.kind == .refused)
    }

    @Test(
        "given an object that moves between look and write when it is written then it is looked at again, once more written"
    )
    func conflict() async throws {
        let rig = try Rig(Rig.rolling)
        let context = try await rig.context()
        let isFirst = Once()
        rig.transport.before { call, world in
            guard call.request.method == .patch, isFirst.take() else { return nil }
            world.edit("deployments/shop", ["metadata": ["annotations": ["somebody": "was faster"]]])
            return nil
        }
        try await rig.bring(replaced, context)
        #expect(rig.writes == ["PATCH deployments/shop", "PATCH deployments/shop"])
        #expect(rig.transport.log.contains { $0.status == 409 })
        #expect(rig.image(of: "shop") == "registry.example.com/shop:1.5.0")
        #expect(rig.object(.deployment, "shop")?[path: "metadata", "annotations", "somebody"] == "was faster")
    }

    @Test("given a route that moves between look and write when its patch's test fails then it is looked at again")
    func testFails() async throws {
        let rig = try Rig(Rig.canary)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        let isFirst = Once()
        rig.transport.before { call, world in
            guard call.request.words == "PATCH httproutes/shop", isFirst.take() else {
                return nil
            }
            world.edit("httproutes/shop", ["metadata": ["annotations": ["somebody": "was faster"]]])
            return nil
        }
        try await rig.bring(.routed(percent: 30, release: Rig.new), context)
        #expect(rig.transport.log.contains { $0.status == 422 })
        let references = rig.object(.httpRoute, "shop")?[path: "spec", "rules"]?[0]?["backendRefs"]
        #expect(references?[0]?["weight"] == 70 && references?[1]?["weight"] == 30)
    }

    @Test("given a write whose answer is lost when it is asked again then it was made once")
    func lostAnswer() async throws {
        let rig = try Rig(Rig.rolling)
        let context = try await rig.context()
        let isFirst = Once()
        rig.transport.after { call, _, _ in
            guard call.request.method == .patch, isFirst.take() else { return nil }
            return .failure(HTTPFailure(.unanswered, "the connection was reset"))
        }
        try await rig.bring(replaced, context)
        #expect(rig.writes == ["PATCH deployments/shop"])
    }

    @Test(
        "given a right that is missing when a target is looked at then one sentence names it",
        arguments: [
            ("deployments", "patch", Rig.rolling), ("deployments", "create", Rig.canary),
            ("httproutes", "patch", Rig.canary),
            ("services", "patch", Rig.blueGreen),
        ]
    )
    func rights(_ resource: String, _ verb: String, _ layout: KubernetesLayout) async throws {
        let rig = try Rig(layout) { $0.rights.denied = [Rights.Rule(verb: verb, resource: resource)] }
        let failure = await #expect(throws: ProviderFailure.self) { try await rig.provider.observe() }
        let sentence = "these credentials may not \(verb) \(resource) in namespace default; ask for that right."
        #expect(failure == ProviderFailure(.refused, sentence))
    }

    @Test("given autoscalers that may not be read when a target is looked at then it goes on without")
    func autoscalers() async throws {
        let rig = try Rig(Rig.rolling) { $0.rights.denied = [Rights.Rule(resource: "horizontalpodautoscalers")] }
        #expect(try await rig.provider.observe().live?.version == "1.4.0")
    }

    @Test("given names that are nowhere when a target is looked at then one sentence says which")
    func nowhere() async throws {
        let rig = try Rig(Rig.rolling)
        let provider = KubernetesProvider(
            target: "seoul",
            layout: .rolling(deployment: "shpo"),
            namespace: "default",
            origin: Rig.origin,
            transport: rig.transport,
            time: rig.time
        )
        let failure = await #expect(throws: ProviderFailure.self) { try await provider.observe() }
        #expect(failure?.summary == "Deployment shpo is not there in namespace default; create it or correct its name.")
    }
}

/// True once.
private final class Once: Sendable {
    private let isLeft = Locked(true)

    func take() -> Bool {
        isLeft.withLock { isLeft in
            defer { isLeft = false }
            return isLeft
        }
    }
}
