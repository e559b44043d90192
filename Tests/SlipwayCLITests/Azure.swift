import Foundation
import SlipwayBase
import Testing

@testable import SlipwayCLI

/// Configs of targets on Azure.
enum Azure {
    static let scope = "subscription: 11111111-1111-1111-1111-111111111111, resourceGroup: shop-rg"
    static let slot = "site: shop, slot: staging"
    static let cluster = "cluster: shop-aks, namespace: shop"
    static let route = "\(cluster), stable: shop-stable, canary: shop-canary, httpRoute: { name: shop }"
    static let twoSteps =
        "canary: { steps: [{ setWeight: 10 }, { pause: { duration: 10m } }, { setWeight: 30 }, "
        + "{ pause: { duration: 10m } }] }"
    static let evenSteps =
        "canary: { steps: ["
        + [10, 20, 30].map { "{ setWeight: \($0) }, { pause: { duration: 10m } }" }.joined(separator: ", ") + "] }"

    /// Every layout by a short name, and what is said only when a release goes there.
    static let layouts = [
        Layout(
            "swap-kept",
            "blueGreen: { old: keep }",
            .appService(slot),
            says: ["asked for shop's slot staging to change places with production"]
        ),
        Layout(
            "preview",
            "blueGreen: { autoPromote: false, old: keep }",
            .appService("\(slot), swap: { preview: true }"),
            form: .bundle,
            says: ["asked for production's settings on shop's slot staging"]
        ),
        Layout(
            "swap-removed",
            "blueGreen: { old: remove, scaleDownDelay: 5m }",
            .appService(slot),
            says: ["asked for shop's slot staging to be deleted"]
        ),
        Layout(
            "swap-stopped",
            "blueGreen: { old: scaleDown }",
            .appService(slot),
            says: ["asked shop's slot staging to stop"]
        ),
        Layout(
            "created",
            "blueGreen: { old: keep }",
            .appService("\(slot), createSlot: true"),
            says: ["asked for shop's slot staging\n"]
        ),
        Layout("canary", twoSteps, .appService(slot), says: ["Give 10% of production to 2.4.1"]),
        Layout("ramp", evenSteps, .appService("\(slot), autoRamp: true"), says: []),
        Layout("in-place", "rolling: {}", .appService("site: shop"), accept: "inPlaceRestart", says: []),
        Layout("aks-canary", twoSteps, .aks(route), says: ["Give 30% of production to 2.4.1"]),
        Layout("aks-rolling", "rolling: {}", .aks("\(cluster), deployment: shop"), says: []),
        Layout(
            "aks-blue-green",
            "blueGreen: { old: keep }",
            .aks("\(cluster), blue: shop-blue, green: shop-green, service: shop"),
            says: []
        ),
    ]

    /// What a target names, by the platform that it is on.
    enum Section: Sendable {
        case appService(String)
        case aks(String)

        var text: String {
            switch self {
            case .appService(let names): "appService: { \(scope), \(names) }"
            case .aks(let names): "aks: { \(scope), \(names) }"
            }
        }
    }

    enum Form: Sendable { case image, bundle }

    struct Layout: Sendable, CustomTestStringConvertible {
        var name: String
        var strategy: String
        var section: Section
        var form: Form
        var accept: String
        /// What a release says.
        var says: [String]

        init(
            _ name: String,
            _ strategy: String,
            _ section: Section,
            form: Form = .image,
            accept: String = "",
            says: [String] = []
        ) {
            (self.name, self.strategy, self.section) = (name, strategy, section)
            (self.form, self.accept, self.says) = (form, accept, says)
        }

        var testDescription: String { name }
        var isAppService: Bool { if case .appService = section { true } else { false } }
    }
}

extension Shell {
    /// A config of one target on Azure.
    func azure(_ layout: Azure.Layout, release: String? = nil) -> String {
        let given = layout.form == .image ? "image: \"registry.example.com/shop:2.4.1\"" : "bundle: \(bundle())"
        return file(
            "slipway.yaml",
            """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", \(release ?? given) }
            accept: [\(layout.accept)]
            strategy: { \(layout.strategy) }
            targets:
              - name: dublin
                \(layout.section.text)
            """
        )
    }
}
