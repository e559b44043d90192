import Foundation
import SlipwayBase
import Testing

@testable import SlipwayCLI

/// What cannot be released to Azure is told in one sentence before anything is done.
@Suite struct AzureInputTests {
    let shell = Shell()

    /// The sentence of plan and of deploy, which is the same; nothing is kept.
    private func refusal(_ config: String, _ status: ExitReason) async -> String {
        let plan = await shell.run("plan", "--offline", "-f", config)
        let deploy = await shell.run("deploy", "--offline", "-f", config, "--journal", shell.path("journal.sqlite"))
        #expect(plan.status == status && deploy.status == status, "\(plan.out)\(plan.err)")
        #expect(plan.err == deploy.err && plan.out.isEmpty && deploy.out.isEmpty)
        #expect(plan.err.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: shell.path("journal.sqlite")))
        return plan.err
    }

    private static let other = "11111111-1111-1111-1111-111111111111"

    @Test(
        "given a section whose words are wrong, when it is validated, planned or deployed, then one sentence says what to write",
        arguments: [
            ("slott: x", "slott: unknown key \"slott\"; did you mean \"slot\"?"),
            ("swap: { preview: maybe }", "swap.preview: must be true or false, not the text \"maybe\""),
            ("swap: { timeout: 1s }", "swap.timeout: must be a duration from 1m to 6h"),
            (
                "credential: cli",
                "credential: must be environment, workloadIdentity, managedIdentity or azureCLI, not the text \"cli\""
            ),
            (
                "cloud: AzureClod",
                "cloud: must be one of AzureCloud, AzureUSGovernment, AzureChinaCloud, not the text \"AzureClod\""
            ),
            (
                "lock: { container: locks }",
                "lock.container: a container is an https address, such as https://account.blob.core.windows.net/locks"
            ),
            (
                "lock: { container: \"http://shopstate.blob.core.windows.net/locks\" }",
                "lock.container: a container is an https address"
            ),
            ("warmUp: { path: healthz }", "warmUp.path: must be a path, such as /healthz, not the text \"healthz\""),
            ("warmUp: { statuses: [ok] }", "statuses[0]: must be an HTTP status from 100 to 599, not the text \"ok\""),
            ("routingCookieTail: -1s", "routingCookieTail: must be a duration from 0s to 1d"),
            ("tenant: contoso", "tenant: must be a GUID, such as \(other), not the text \"contoso\""),
            ("container: Main!", "container: must be the name of a site container"),
            ("artifact: zip", "artifact: must be image or bundle, not the text \"zip\""),
            (
                "trafficManager: { profile: shop, stableEndpoint: eu, canaryEndpoint: eu2 }",
                "`trafficManager` belongs to `stable` and `canary`, between which it shares production"
            ),
        ]
    )
    func words(_ more: String, _ sentence: String) async {
        let config = shell.azure(.init("words", "blueGreen: {}", .appService("\(Azure.slot), \(more)")))
        let text = await refusal(config, .badInput)
        #expect(text.hasPrefix("\(config):8:"))
        #expect(text.contains("error: targets[0].appService.") && text.contains(sentence), "\(text)")
        let validate = await shell.run("validate", "-f", config)
        #expect(validate.status == .badInput && validate.err == text)
    }

    @Test(
        "given names that are missing, malformed or do not go together, when the config is read, then one sentence says which",
        arguments: [
            (
                Azure.Section.appService("slot: staging"),
                "must name its `site`, or two sites with `stable` and `canary`"
            ),
            (
                .appService("site: shop_1, slot: staging"),
                "site: must be the name of a site (2 to 60 letters, digits and -)"
            ),
            (.appService("site: shop, slot: production"), "slot: must be the name of a slot beside production"),
            (.appService("site: shop, createSlot: true"), "`createSlot` belongs to `slot`"),
            (
                .appService("stable: shop-eu, canary: shop-eu2"),
                "must say what shares production between the two sites: `frontDoor` or `trafficManager`"
            ),
            (
                .appService("site: shop, stable: shop-eu, canary: shop-eu2"),
                "must name either `site`, or `stable` and `canary`, not both"
            ),
            (.aks("namespace: shop, deployment: shop"), "cluster: is missing"),
            (.aks("cluster: -x, namespace: shop, deployment: shop"), "cluster: must be the name of an AKS cluster"),
            (.aks("\(Azure.cluster), deployment: shop, kubeconfig: x"), "kubeconfig: unknown key \"kubeconfig\""),
            (
                .aks("\(Azure.cluster), stable: shop-stable, canary: shop-canary"),
                "must say what leads production to the two fleets: one of `service`, `ingress`, `httpRoute`, "
                    + "`virtualService`, `frontDoor` or `trafficManager`"
            ),
        ]
    )
    func names(_ section: Azure.Section, _ sentence: String) async {
        let strategy =
            switch section {
            case .appService(let names) where names.contains("createSlot"): "rolling: {}"
            case .appService(let names) where names.contains("stable"): Azure.twoSteps
            case .aks(let names) where !names.contains("stable"): "rolling: {}"
            case .aks: Azure.twoSteps
            case .appService: "blueGreen: {}"
            }
        let text = await refusal(shell.azure(.init("names", strategy, section)), .badInput)
        #expect(text.contains(":8:") && text.contains(sentence), "\(text)")
    }

    private static let pair =
        "stable: shop-eu, canary: shop-eu2, trafficManager: { profile: shop-tm, stableEndpoint: eu, canaryEndpoint: eu2, "
        + "endpointType: azureEndpoints }"

    @Test(
        "given a strategy that does not fit the layout, when the config is read, then it says what to name in its place",
        arguments: [
            (
                "blueGreen: {}", Azure.Section.appService("site: shop"),
                "names no `slot`, and `blueGreen` brings the release up in one; name a `slot`"
            ),
            (Azure.twoSteps, .appService("site: shop"), "name a `slot`, or `stable` and `canary`"),
            ("rolling: {}", .appService(pair), "to which `rolling` cannot release; name a `site`"),
            ("blueGreen: {}", .appService(pair), "to which `blueGreen` cannot release; name a `site` and a `slot`"),
            (
                "blueGreen: {}", .aks("\(Azure.cluster), deployment: shop"),
                "name `blue` and `green`, or use the strategy `rolling`"
            ),
            ("rolling: {}", .aks(Azure.route), "names `stable` and `canary`, to which `rolling` cannot release"),
        ]
    )
    func misfit(_ strategy: String, _ section: Azure.Section, _ sentence: String) async {
        let text = await refusal(shell.azure(.init("misfit", strategy, section)), .badInput)
        #expect(text.contains(":8:") && text.contains(sentence), "\(text)")
    }

    @Test(
        "given what the platform cannot do, or only nearly, when it is planned, then the exit is 3 and a way out is told",
        arguments: [
            (
                Azure.Layout("in-place", "rolling: {}", .appService("site: shop")),
                "accept it with `accept: [inPlaceRestart]`, or choose another strategy."
            ),
            (
                .init("batch", "rolling: { maxSurge: 1 }", .appService("site: shop"), accept: "inPlaceRestart"),
                "use `rolling` without `maxSurge` and `maxUnavailable`, or `blueGreen` with a `slot` instead."
            ),
            (
                .init("zip", "rolling: {}", .appService("site: shop"), form: .bundle, accept: "inPlaceRestart"),
                "a zip that is deployed in place leaves nothing to go back to; use `blueGreen` or `canary` with a `slot` "
                    + "instead."
            ),
            (
                .init("preview", "blueGreen: {}", .appService("\(Azure.slot), swap: { preview: true }")),
                "App Service swaps sites on Linux and in containers without a preview; use `swap: { preview: false }` instead."
            ),
            (
                .init(
                    "scale",
                    "canary: { steps: [{ setCanaryScale: { replicas: 1 } }, { setWeight: 20 }] }",
                    .appService(Azure.slot)
                ),
                "a slot shares the plan of its site and has no size of its own; use canary steps without `setCanaryScale` "
                    + "instead."
            ),
            (
                .init(
                    "ramp",
                    Azure.twoSteps.replacing("30", with: "15").replacing("10m } }] }", with: "90s } }] }"),
                    .appService("\(Azure.slot), autoRamp: true")
                ),
                "change the steps, or leave the ramp to slipway."
            ),
            (
                .init(
                    "seconds",
                    Azure.evenSteps.replacing("10m", with: "90s"),
                    .appService("\(Azure.slot), autoRamp: true")
                ),
                "change the steps, or leave the ramp to slipway."
            ),
            (
                .init(
                    "replicas",
                    Azure.twoSteps,
                    .aks("\(Azure.cluster), stable: shop-stable, canary: shop-canary, service: shop")
                ),
                "accept it with `accept: [replicaRatio]`, or choose another strategy."
            ),
        ]
    )
    func refused(_ layout: Azure.Layout, _ ending: String) async {
        let text = await refusal(shell.azure(layout), .refused)
        #expect(text.hasPrefix("error: dublin: ") && text.hasSuffix(ending + "\n"), "\(text)")
    }

    @Test(
        "given a zip that cannot be released, when it is planned or deployed, then one sentence says why",
        arguments: [
            ("none.zip", "cannot be read: No such file or directory."), ("empty.zip", "is empty"),
            ("text.zip", "is no zip"),
        ]
    )
    func zips(_ name: String, _ words: String) async {
        if name == "empty.zip" { shell.file(name, "") }
        if name == "text.zip" { shell.file(name, "a text that is called like an archive") }
        let layout = Azure.Layout("zip", "blueGreen: {}", .appService(Azure.slot))
        let text = await refusal(shell.azure(layout, release: "bundle: \(shell.path(name))"), .badInput)
        #expect(text.hasPrefix("error: \(shell.path(name)) \(words)"), "\(text)")
    }
}
