import SlipwayBase
import SlipwayConfig
import SlipwayKubernetes
import Testing

@Suite("The kubernetes section") struct SettingsTests {
    private func read(_ section: String) throws -> KubernetesSettings {
        let node = try ConfigNode.parse(text: section, file: "slipway.yaml")
        return try ConfigReader.decode(node) { KubernetesSettings(reading: $0) }
    }

    @Test(
        "given a good section when it is read then its layout is the one that its names say",
        arguments: [
            ("{ deployment: shop }", KubernetesLayout.rolling(deployment: "shop")),
            (
                "{ blue: b, green: g, service: shop, previewService: p }",
                .blueGreen(
                    blue: KubernetesFleet(deployment: "b"),
                    green: KubernetesFleet(deployment: "g"),
                    front: .service(name: "shop"),
                    preview: "p"
                )
            ),
            (
                "{ blue: b, green: g, blueService: bs, greenService: gs, ingress: { name: shop } }",
                .blueGreen(
                    blue: KubernetesFleet(deployment: "b", service: "bs"),
                    green: KubernetesFleet(deployment: "g", service: "gs"),
                    front: .ingress(name: "shop"),
                    preview: nil
                )
            ),
            (
                "{ stable: s, canary: c, httpRoute: { name: shop, rule: 2 } }",
                .canary(
                    stable: KubernetesFleet(deployment: "s"),
                    canary: KubernetesFleet(deployment: "c"),
                    front: .httpRoute(name: "shop", rule: 2)
                )
            ),
            (
                "{ stable: s, canary: c, canaryService: cs, virtualService: { name: shop, route: main } }",
                .canary(
                    stable: KubernetesFleet(deployment: "s"),
                    canary: KubernetesFleet(deployment: "c", service: "cs"),
                    front: .virtualService(name: "shop", route: "main")
                )
            ),
            (
                "{ stable: s, canary: c, service: shop }",
                .canary(
                    stable: KubernetesFleet(deployment: "s"),
                    canary: KubernetesFleet(deployment: "c"),
                    front: .replicaRatio(service: "shop")
                )
            ),
        ]
    )
    func good(_ section: String, _ layout: KubernetesLayout) throws {
        #expect(try read(section).layout == layout)
    }

    @Test("given every other key when it is read then its value is kept")
    func others() throws {
        let settings = try read(
            """
            { deployment: shop, context: prod, kubeconfig: /k, namespace: web, container: app,
              insecureSkipTLSVerify: true, lock: { duration: 2m } }
            """
        )
        #expect(
            settings
                == KubernetesSettings(
                    context: "prod",
                    kubeconfig: "/k",
                    namespace: "web",
                    container: "app",
                    allowsUnverifiedTLS: true,
                    lockSeconds: 120,
                    layout: .rolling(deployment: "shop")
                )
        )
    }

    private static let one = "must name exactly one of `deployment`, `blue` and `green`, or `stable` and `canary`"
    private static let name = "the name of a Kubernetes object (a-z, 0-9, - and .)"

    @Test(
        "given a bad section when it is read then one sentence says what to do",
        arguments: [
            ("{}", one),
            ("{ deployment: shop, blue: b, green: g, service: s }", one),
            ("{ blue: b, service: s }", "must name both `blue` and `green`, and two different Deployments"),
            (
                "{ stable: a, canary: a, service: s }",
                "must name both `stable` and `canary`, and two different Deployments"
            ),
            (
                "{ blue: b, green: g }",
                "must say what leads production to the two fleets: one of `service`, `ingress`, `httpRoute`"
            ),
            (
                "{ stable: s, canary: c }",
                "must say what leads production to the two fleets: one of `service`, `ingress`, `httpRoute` or `virtualService`"
            ),
            (
                "{ deployment: shop, service: shop }",
                "names one `deployment`, which is replaced in place and needs no Service or route"
            ),
            (
                "{ blue: b, green: g, virtualService: { name: v } }",
                "`virtualService` shares traffic for a canary; for blue and green name a `service`, `ingress` or `httpRoute`"
            ),
            (
                "{ stable: s, canary: c, service: x, previewService: p }",
                "`previewService` belongs to `blue` and `green`; a canary is reached through its own Service"
            ),
            ("{ deployment: ../secrets }", name), ("{ deployment: Shop }", name),
            ("{ deployment: shop, namespace: a/b }", name),
            ("{ deployment: shop, container: \"a b\" }", name),
        ]
    )
    func bad(_ section: String, _ sentence: String) {
        let failure = #expect(throws: InputFailure.self) { try read(section) }
        #expect(failure?.diagnostics.count == 1)
        #expect(failure?.diagnostics.first?.message.contains(sentence) == true, "\(failure?.description ?? "accepted")")
        #expect(failure?.diagnostics.first?.place?.line == 1)
    }

    @Test(
        "given a value of the wrong kind or size when it is read then its path is named",
        arguments: [
            ("{ deployment: shop, lock: { duration: 1s } }", "lock.duration"),
            ("{ deployment: shop, lock: { duration: 9h } }", "lock.duration"),
            ("{ deployment: shop, lock: 30s }", "lock"), ("{ deployment: [shop] }", "deployment"),
            ("{ stable: s, canary: c, httpRoute: { name: r, rule: -1 } }", "httpRoute.rule"),
            ("{ stable: s, canary: c, httpRoute: { rule: 1 } }", "httpRoute.name"),
            ("{ stable: s, canary: c, httpRoute: shop }", "httpRoute"),
            ("{ stable: s, canary: c, httpRoute: { nmae: r } }", "httpRoute.name httpRoute.nmae"),
            ("{ deployment: shop, insecureSkipTLSVerify: maybe }", "insecureSkipTLSVerify"),
            ("{ deployment: shop, contxt: prod }", "contxt"),
        ]
    )
    func paths(_ section: String, _ path: String) {
        let failure = #expect(throws: InputFailure.self) { try read(section) }
        #expect(
            failure?.diagnostics.map(\.path).joined(separator: " ") == path,
            "\(failure?.description ?? "accepted")"
        )
    }
}
