import Foundation
import SlipwayBase
import Testing

@testable import SlipwayCLI

/// Whole rehearsals of every layout of App Service and AKS in a simulated Azure.
@Suite(.serialized) struct AzureOfflineTests {
    let shell = Shell()

    @Test(
        "given any layout, when it is planned, then the calls and the fidelity are those kept",
        arguments: Azure.layouts
    )
    func plan(_ layout: Azure.Layout) async {
        let result = await shell.run("plan", "--offline", "-f", shell.azure(layout))
        #expect(result.status == .done, "\(result.err)")
        let text = result.out.replacingOccurrences(of: shell.folder, with: "(folder)")
        expectGolden("plan-azure-\(layout.name).txt", text)
        #expect(!FileManager.default.fileExists(atPath: shell.path("state")))
    }

    @Test(
        "given any layout, when a release is rehearsed, then it is live and the way there is the layout's own",
        arguments: Azure.layouts
    )
    func deploys(_ layout: Azure.Layout) async {
        let result = await shell.run("deploy", "--offline", "-f", shell.azure(layout))
        #expect(result.status == .done, "\(result.err)")
        for words in layout.says { #expect(result.out.contains(words), "\(result.out)") }
        #expect(result.out.contains("deployed: 2.4.1 is live"))
        #expect(result.lines.last?.hasSuffix("nothing") == true)
    }

    @Test(
        "given any layout, when a release is rehearsed with its rollback, then the old version is live in the end",
        arguments: Azure.layouts
    )
    func rollsBack(_ layout: Azure.Layout) async {
        let result = await shell.run("deploy", "--offline", "-f", shell.azure(layout), "--with-rollback")
        #expect(result.status == .done)
        #expect(result.out.contains("deployed: 2.4.1 is live"))
        #expect(result.out.contains("rolled back: 2.4.0 is live"))
        let last = result.lines.last ?? ""
        #expect(last.hasPrefix("dublin  dublin-1  rolled back  2.4.0 ") && last.hasSuffix("nothing"), "\(last)")
    }

    @Test(
        "given a version that fails, when its release is rehearsed on any layout, then the old one is live and the exit is 1",
        arguments: Azure.layouts.filter(\.isAppService),
        ["unhealthy", "crash", "hang", "rejected"]
    )
    func fails(_ layout: Azure.Layout, _ kind: String) async {
        await expectTakenBack(layout, "failures: [{ version: \"2.4.1\", kind: \(kind) }]")
    }

    @Test(
        "given an image that cannot be pulled, when its release is rehearsed on any layout, then the old one is live and the exit is 1",
        arguments: Azure.layouts.filter { $0.form == .image }
    )
    func pullFails(_ layout: Azure.Layout) async {
        await expectTakenBack(layout, "failures: [{ image: \"registry.example.com/shop:2.4.1\", kind: failToPull }]")
    }

    private func expectTakenBack(_ layout: Azure.Layout, _ failure: String) async {
        let world = shell.file("world.yaml", failure)
        // What never comes up is looked at every few seconds until then.
        let deadline = "strategy.\(layout.strategy.prefix { $0 != ":" }).deadline=3m"
        let config = shell.azure(layout)
        let result = await shell.run("deploy", "--offline", "-f", config, "--world", world, "--set", deadline)
        #expect(result.status == .failed)
        let last = result.lines.last ?? ""
        #expect(last.hasPrefix("dublin-1: 2.4.0 is live; "), "\(last)")
        #expect(!last.contains("dublin: dublin") && !last.hasSuffix(": "), "\(last)")
    }

    @Test(
        "given a swap with a preview and a gate, when it is released, then production's settings come before the gate"
    )
    func gate() async throws {
        let layout = try #require(Azure.layouts.first { $0.name == "preview" })
        let result = await shell.run("deploy", "--offline", "-f", shell.azure(layout))
        let words = [
            "asked for production's settings on shop's slot staging", "approval",
            "asked for shop's slot staging to change",
        ]
        let places = try words.map { word in try #require(result.lines.firstIndex { $0.contains(word) }, "\(word)") }
        #expect(places == places.sorted())
    }

    @Test("given a release live already, when it is rehearsed, then there is nothing to do")
    func upToDate() async {
        let world = shell.file("world.yaml", #"live: { image: "registry.example.com/shop:2.4.1" }"#)
        let result = await shell.run(
            "deploy",
            "--offline",
            "-f",
            shell.azure(Azure.layouts[0]),
            "--world",
            world
        )
        #expect(result.status == .done)
        #expect(result.out.contains("2.4.1 is live already"))
    }

    @Test(
        "given one config for clusters, environments and sites, when it is planned with one strategy, then each has its own fidelity"
    )
    func everywhere() async {
        let config = shell.file(
            "slipway.yaml",
            """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", image: "registry.example.com/shop:2.4.1", bundle: \(shell.bundle()) }
            accept: [dnsWeights]
            strategy: { \(Beanstalk.trial) }
            targets:
              - name: seoul
                kubernetes: { namespace: shop, stable: shop-stable, canary: shop-canary, httpRoute: { name: shop } }
              - name: tokyo
                elasticBeanstalk: { region: eu-west-1, application: shop, \(Beanstalk.environment) }
              - name: osaka
                elasticBeanstalk: { region: eu-west-1, application: shop, \(Beanstalk.records) }
              - name: dublin
                appService: { \(Azure.scope), \(Azure.slot) }
              - name: oslo
                aks: { \(Azure.scope), \(Azure.route) }
            """
        )
        let plan = await shell.run("plan", "--offline", "-f", config)
        #expect(plan.status == .done, "\(plan.err)")
        let heads = plan.lines.filter { $0.hasSuffix(" canary  2.4.0 -> 2.4.1") }.map { $0.prefix { $0 != " " } }
        #expect(heads == ["seoul", "tokyo", "osaka", "dublin", "oslo"])
        let fidelity = plan.lines.filter { $0.hasPrefix("  fidelity") }.map { $0.dropFirst(15).prefix(38) }
        #expect(fidelity == ["exact", "exact", "approximated, accepted as dnsWeights (", "exact", "exact"])
        let deploy = await shell.run("deploy", "--offline", "-f", config)
        #expect(deploy.status == .done, "\(deploy.err)")
        for target in ["seoul", "tokyo", "osaka", "dublin", "oslo"] {
            #expect(
                deploy.lines.contains {
                    $0.hasPrefix(target) && $0.contains("\(target)-1 ") && $0.contains("deployed  2.4.1 ")
                }
            )
        }
    }
}
