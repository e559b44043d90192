import SlipwayBase
import Testing

/// The applications: requests answered by the weights and readiness of the simulation.
@Suite struct ApplicationTests {
    @Test("given fronts of both platforms, when they are asked by host and by path, then the live version answers")
    func fronts() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            app web.example.test; app shop.us-east-1.elasticbeanstalk.com; app shop.example.test
            curl -s $SLIPWAY_SANDBOX_APPLICATIONS/_fronts/shop.default.svc/any/path
            app nobody.example.test
            """
        )
        let versions = outcome.output.split(separator: "\n").map { (try? JSON(parsing: Array($0.utf8)))?["version"] }
        let web: JSON = "registry.example.com/web:1"
        #expect(versions == [web, "v1", "v1", "registry.example.com/shop:1", nil], "\(outcome)")
        #expect(outcome.output.contains("no front answers to nobody.example.test"))
        #expect(outcome.output.contains("shop-green.us-east-1.elasticbeanstalk.com"))
    }

    @Test(
        "given a route with weights, when one backend has nobody ready, then its share fails and the rest is answered"
    )
    func failing() async throws {
        let sandbox = try await RunningSandbox()
        let patch = """
            [{"op":"replace","path":"/spec/rules/0/backendRefs/0/weight","value":70},
             {"op":"replace","path":"/spec/rules/0/backendRefs/1/weight","value":30}]
            """
        let outcome = await sandbox.shell(
            """
            cluster /apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes/web -X PATCH \
                -H 'Content-Type: application/json-patch+json' -d '\(patch)' -o /dev/null
            sleep 0.1; admin GET /shares
            """
        )
        let shares = outcome.json["web.example.test"]
        #expect(shares?["registry.example.com/web:1"] == .double(0.7), "\(outcome)")
        #expect(shares?["none"] == .double(0.3))
    }
}
