/// One target of a release under load: how it is released to, and who asks for it.
struct LoadedTarget: Sendable {
    var name: String
    /// The host whose visitors it serves.
    var host: String
    /// Its part of the config, beside the name.
    var config: String
    /// The share of a canary in its first step; nil for other strategies.
    var canaryShare: Double?
    /// The largest share that a release that never gets healthy may have: none, unless batches or weights give it one; nil
    /// where it is not tried, as what is replaced in place has no share to keep to.
    var badShareMax: Double? = 0

    /// Every platform with every strategy. `$RULE` stands for the ARN of the rule that shares shop.example.test.
    static let all = kubernetes + elasticBeanstalk + appService + aks

    private static let canary = "canary: { steps: [{ setWeight: 20 }, { pause: { duration: 60s } }], deadline: "
    private static let blueGreen = "blueGreen: { autoPromote: true, scaleDownDelay: 3s, deadline: "

    private static let kubernetes = [
        LoadedTarget(
            name: "web",
            host: "web.example.test",
            config: """
                kubernetes: { context: main, stable: web-stable, canary: web-canary, httpRoute: { name: web } }
                strategy: { \(canary)30s } }
                """,
            canaryShare: 0.2
        ),
        LoadedTarget(
            name: "api",
            host: "api.example.test",
            config: """
                kubernetes: { context: main, blue: api-blue, green: api-green, httpRoute: { name: api } }
                strategy: { \(blueGreen)30s } }
                """
        ),
        LoadedTarget(
            name: "shop",
            host: "shop.default.svc",
            config: """
                kubernetes: { context: main, deployment: shop }
                strategy: { rolling: { deadline: 30s } }
                """
        ),
    ]

    private static let elasticBeanstalk = [
        LoadedTarget(
            name: "eb-roll",
            host: "shop-roll.us-east-1.elasticbeanstalk.com",
            config: """
                elasticBeanstalk: { application: shop, environment: shop-roll }
                strategy: { rolling: { deadline: 150s } }
                """,
            // One batch of four instances.
            badShareMax: 0.25
        ),
        LoadedTarget(
            name: "eb-live",
            host: "shop-live.us-east-1.elasticbeanstalk.com",
            config: """
                elasticBeanstalk: { application: shop, blue: shop-blue, green: shop-green, cname: shop-live, dnsTail: 5s }
                strategy: { blueGreen: { autoPromote: true, scaleDownDelay: 10s, old: keep, deadline: 100s } }
                """
        ),
        LoadedTarget(
            name: "eb-canary",
            host: "shop.example.test",
            config: """
                elasticBeanstalk: { application: shop, stable: shop-stable, canary: shop-canary, listenerRule: "$RULE" }
                strategy: { \(canary)100s } }
                """,
            canaryShare: 0.2
        ),
    ]

    private static let azure =
        "subscription: 11111111-1111-1111-1111-111111111111, resourceGroup: shop-rg"

    private static let appService = [
        LoadedTarget(
            name: "site-canary",
            host: "shop.azurewebsites.net",
            config: """
                appService: { \(azure), site: shop, slot: staging }
                strategy: { \(canary)60s } }
                """,
            canaryShare: 0.2
        ),
        LoadedTarget(
            name: "site-live",
            host: "store.azurewebsites.net",
            config: """
                appService: { \(azure), site: store, slot: staging }
                strategy: { \(blueGreen)60s } }
                """
        ),
        LoadedTarget(
            name: "site-roll",
            host: "desk.azurewebsites.net",
            // The old container may answer for 240 s after it was replaced, so long the new one is watched.
            config: """
                appService: { \(azure), site: desk }
                strategy: { rolling: { deadline: 300s } }
                accept: [inPlaceRestart]
                """,
            badShareMax: nil
        ),
    ]

    private static let aks = [
        LoadedTarget(
            name: "aks-canary",
            host: "aks.example.test",
            config: """
                aks: { \(azure), cluster: shop-aks, stable: web-stable, canary: web-canary, httpRoute: { name: web } }
                strategy: { \(canary)30s } }
                """,
            canaryShare: 0.2
        ),
        LoadedTarget(
            name: "aks-live",
            host: "aks-api.example.test",
            config: """
                aks: { \(azure), cluster: shop-aks, blue: api-blue, green: api-green, httpRoute: { name: api } }
                strategy: { \(blueGreen)30s } }
                """
        ),
        LoadedTarget(
            name: "aks-roll",
            host: "desk.default.svc",
            config: """
                aks: { \(azure), cluster: shop-aks, deployment: desk }
                strategy: { rolling: { deadline: 30s } }
                """
        ),
    ]
}

extension LoadedTarget {
    /// The config of a release to these.
    static func config(version: String, _ targets: [LoadedTarget]) -> String {
        let targets = targets.map { target in
            (["- name: \(target.name)"] + target.config.split(separator: "\n").map { "  " + $0 }).joined(
                separator: "\n"
            )
        }
        return """
            apiVersion: slipway/v1
            application: shop
            release: { version: "\(version)", bundle: $PWD/\(version).zip, image: "shop:\(version)" }
            targets:
            \(targets.joined(separator: "\n"))
            """
    }

    /// What the clouds hold before it.
    static let seed = """
        aws:
          speed: 20
          environments:
            - { name: shop-roll, version: v1, instances: 4 }
            - { name: shop-blue, version: v1, instances: 2, cname: shop-live }
            - { name: shop-green, version: v1, instances: 2 }
          balancers:
            - name: shared
              environments:
                - { name: shop-stable, version: v1, instances: 2 }
                - { name: shop-canary, version: v1, instances: 2 }
              rules: [{ host: shop.example.test, weights: { shop-stable: 100, shop-canary: 0 } }]
          failures: [{ version: bad, kind: unhealthy }]
        azure:
          speed: 20
          restartsOverlap: true
          sites:
            - { name: shop, image: "shop:v1", slots: [staging] }
            - { name: store, image: "shop:v1", slots: [staging] }
            - { name: desk, image: "shop:v1" }
          failures: [{ release: "shop:bad", kind: neverHealthy }]
          clusters:
            - name: shop-aks
              \(cluster(named: "aks", service: "desk").replacing("\n", with: "\n      "))
        kubernetes:
          - name: main
            \(cluster(named: "", service: "shop").replacing("\n", with: "\n    "))
        """

    private static func cluster(named name: String, service: String) -> String {
        let (web, api) = name.isEmpty ? ("web", "api") : (name, "\(name)-api")
        return """
            readyAfter: 1s
            deployments:
              - { name: \(service), image: "\(service):v1", replicas: 4 }
              - { name: web-stable, image: "web:v1", replicas: 4, labels: { app: web, fleet: stable } }
              - { name: web-canary, image: "web:v1", replicas: 0, labels: { app: web, fleet: canary } }
              - { name: api-blue, image: "api:v1", replicas: 3, labels: { app: api, fleet: blue } }
              - { name: api-green, image: "api:v1", replicas: 0, labels: { app: api, fleet: green } }
            services:
              - { name: \(service), selector: { app: \(service) } }
              - { name: web-stable, selector: { app: web, fleet: stable } }
              - { name: web-canary, selector: { app: web, fleet: canary } }
              - { name: api-blue, selector: { app: api, fleet: blue } }
              - { name: api-green, selector: { app: api, fleet: green } }
            routes:
              - { name: web, host: \(web).example.test, stable: web-stable, canary: web-canary }
              - { name: api, host: \(api).example.test, stable: api-blue, canary: api-green }
            failures: [{ imageContains: ":bad", kind: hang }]
            """
    }
}
