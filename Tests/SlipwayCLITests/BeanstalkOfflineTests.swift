import Foundation
import SlipwayBase
import Testing

@testable import SlipwayCLI

/// Whole rehearsals of every layout of Elastic Beanstalk on the simulated account.
@Suite(.serialized) struct BeanstalkOfflineTests {
    let shell = Shell()

    @Test(
        "given any layout, when it is planned, then the calls and the fidelity are those kept",
        arguments: Beanstalk.layouts
    )
    func plan(_ layout: Beanstalk.Layout) async {
        let result = await shell.run("plan", "--offline", "-f", shell.beanstalk(layout))
        #expect(result.status == .done)
        let text = result.out.replacingOccurrences(of: shell.folder, with: "(folder)")
        expectGolden("plan-beanstalk-\(layout.name).txt", text)
        #expect(!FileManager.default.fileExists(atPath: shell.path("state")))
    }

    @Test(
        "given any layout, when a release is rehearsed, then it is live and the way there is the layout's own",
        arguments: zip(
            Beanstalk.layouts,
            [
                ["asked shop-prod for BatchSizeType=Fixed, BatchSize=1", "Batch 2: Starting application deployment"],
                ["asked shop-prod for DeploymentPolicy=RollingWithAdditionalBatch, BatchSizeType=Fixed, BatchSize=1"],
                ["asked shop-prod for DeploymentPolicy=Immutable"],
                ["asked shop-prod for DeploymentPolicy=TrafficSplitting, NewVersionPercent=20, EvaluationTime=10"],
                ["asked for shop-live to lead to shop-green", "kept the configuration of shop-blue"],
                ["asked for shop-live to lead to shop-green", "asked for shop-blue (e-", "to be terminated"],
                ["asked for shop-live to lead to shop-green", "asked shop-blue for MinSize=1, MaxSize=1"],
                [
                    "Give 10% of production to 2.4.1", "Give 80% of production to 2.4.1",
                    "Take the candidate fleet down",
                ],
                [
                    "Give 10% of production to 2.4.1", "Give 80% of production to 2.4.1",
                    "Take the candidate fleet down",
                ],
            ]
        )
    )
    func deploys(_ layout: Beanstalk.Layout, _ words: [String]) async {
        let result = await shell.run("deploy", "--offline", "-f", shell.beanstalk(layout))
        #expect(result.status == .done)
        #expect(
            result.err.isEmpty || layout.name.hasPrefix("pair") && result.err.contains("is a change of names in DNS")
        )
        for word in words { #expect(result.out.contains(word)) }
        #expect(result.out.contains("deployed: 2.4.1 is live"))
        if layout.name == "pair-kept" { #expect(!result.out.contains("to be terminated")) }
        #expect(result.lines.last?.hasSuffix("nothing") == true)
    }

    @Test(
        "given a version that fails, when its release is rehearsed on any layout, then the old one is live and the exit is 1",
        arguments: Beanstalk.layouts,
        ["unhealthy", "crash", "hang", "rejected"]
    )
    func fails(_ layout: Beanstalk.Layout, _ kind: String) async {
        let world = shell.file("world.yaml", "failures: [{ version: \"2.4.1\", kind: \(kind) }]")
        let result = await shell.run("deploy", "--offline", "-f", shell.beanstalk(layout), "--world", world)
        #expect(result.status == .failed)
        let last = result.lines.last ?? ""
        #expect(last.hasPrefix("tokyo-1: 2.4.0 is live; "))
        // What ails every instance is said for all of them.
        #expect(last.components(separatedBy: "ELB health is failing or not available.").count <= 2, "\(last)")
        #expect(!last.contains("tokyo: tokyo"))
    }

    @Test("given a release live already, when it is rehearsed, then there is nothing to do")
    func upToDate() async {
        let world = shell.file("world.yaml", #"live: { image: "shop:2.4.1", version: "2.4.1" }"#)
        let config = shell.beanstalk(Beanstalk.layouts[0])
        let result = await shell.run("deploy", "--offline", "-f", config, "--world", world)
        #expect(result.status == .done)
        #expect(result.out.contains("2.4.1 is live already"))
    }

    @Test(
        "given clusters and environments in one config, when a release in two forms is planned, then each has its own"
    )
    func both() async {
        let config = shell.file(
            "slipway.yaml",
            """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", image: "registry.example.com/shop:2.4.1", bundle: \(shell.bundle()) }
            accept: [dnsWeights]
            strategy: { canary: { steps: [{ setWeight: 20 }, { pause: { duration: 10m } }] } }
            targets:
              - name: seoul
                kubernetes: { namespace: shop, stable: shop-stable, canary: shop-canary, httpRoute: { name: shop } }
              - name: tokyo
                elasticBeanstalk: { region: eu-west-1, application: shop, \(Beanstalk.environment) }
              - name: osaka
                elasticBeanstalk: { region: eu-west-1, application: shop, \(Beanstalk.records) }
            """
        )
        let plan = await shell.run("plan", "--offline", "-f", config)
        #expect(plan.status == .done)
        let fidelity = plan.lines.filter { $0.hasPrefix("  fidelity") }.map { $0.dropFirst(15).prefix(40) }
        #expect(fidelity == ["exact", "exact", "approximated, accepted as dnsWeights (pr"])
        let deploy = await shell.run("deploy", "--offline", "-f", config)
        #expect(deploy.status == .done)
        for target in ["seoul", "tokyo", "osaka"] {
            #expect(deploy.lines.contains { $0.hasPrefix("\(target)   \(target)-1  deployed  2.4.1 ") })
        }
    }
}
