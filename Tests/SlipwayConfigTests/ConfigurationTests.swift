import SlipwayBase
import SlipwayConfig
import SlipwayModel
import SlipwayStrategies
import Testing

@Suite struct ConfigurationTests {
    @Test("given the config of the first issue, when loaded, then every target has its platform, section and strategy")
    func issue() throws {
        let configuration = try load(
            """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", image: "registry.example.com/shop:2.4.1" }
            strategy:
              canary:
                steps: [ { setWeight: 20 }, { pause: { duration: 5m } }, { setWeight: 60 }, { pause: { duration: 5m } } ]
            targets:
              - name: seoul
                kubernetes: { context: prod-seoul, namespace: shop, stable: shop-stable, canary: shop-canary, httpRoute: { name: shop } }
              - name: tokyo
                kubernetes: { context: prod-tokyo, namespace: shop, deployment: shop }
                strategy: { rolling: { maxSurge: 1, maxUnavailable: 25% } }
              - name: osaka
                kubernetes: { context: prod-osaka, namespace: shop, blue: shop-blue, green: shop-green, service: shop }
                strategy: { blueGreen: { autoPromote: true, scaleDownDelay: 5m } }
            """
        )
        #expect(configuration.application == "shop")
        #expect(
            configuration.targets[0].release
                == Release(version: "2.4.1", artifact: .image(reference: "registry.example.com/shop:2.4.1"))
        )
        #expect(configuration.targets.map(\.name) == ["seoul", "tokyo", "osaka"])
        #expect(configuration.targets.map(\.platform) == ["kubernetes", "kubernetes", "kubernetes"])
        #expect(configuration.targets[0].section["context"]?.scalar?.source == "prod-seoul")
        #expect(
            configuration.targets[0].strategy as? CanaryStrategy
                == CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(300)), .setWeight(60), .pause(.seconds(300))])
        )
        #expect(
            configuration.targets[1].strategy as? RollingStrategy
                == RollingStrategy(maxSurge: .count(1), maxUnavailable: .percent(25))
        )
        #expect(
            configuration.targets[2].strategy as? BlueGreenStrategy == BlueGreenStrategy(scaleDownDelay: .seconds(300))
        )
    }

    @Test("given a release in several forms, when loaded, then every platform gets the form it takes first")
    func forms() throws {
        let configuration = try load(
            """
            apiVersion: slipway/v1
            application: shop
            release: { version: "7", image: "shop:7", bundle: build/shop.zip }
            strategy: { rolling: {} }
            targets:
              - { name: pods, kubernetes: {} }
              - { name: boxes, store: {} }
            """,
            platforms: [kubernetes, PlatformSection("store", artifacts: [.object, .bundle]) { _, _ in }]
        )
        #expect(configuration.targets[0].release.artifact == .image(reference: "shop:7"))
        #expect(configuration.targets[1].release.artifact == .bundle(path: "build/shop.zip", sha256: nil))
        #expect(configuration.release.artifacts.count == 2)
    }

    @Test("given every canary step there is, when loaded, then the steps come out in order")
    func canarySteps() throws {
        let steps = """
            { canary: { deadline: 2m, steps: [{ setCanaryScale: { replicas: 3 } }, { setHeaderRoute: { match: [
              { headerName: X-A, headerValue: { prefix: v } }] } }, { setWeight: 5% }, { pause: {} }, { pause: },
              { setCanaryScale: { weight: 25 } }, { pause: { duration: 90 } }, { setHeaderRoute: {} },
              { setCanaryScale: { matchTrafficWeight: true } }, { setWeight: 100 }] } }
            """
        let strategy = try load(config(strategy: steps)).targets[0].strategy as? CanaryStrategy
        #expect(strategy?.deadline == .seconds(120))
        #expect(
            strategy?.steps == [
                .setCanaryScale(.replicas(3)),
                .setHeaderRoute([HeaderMatch(name: "X-A", comparison: .prefix, value: "v")]),
                .setWeight(5), .pause(nil), .pause(nil), .setCanaryScale(.percent(25)), .pause(.seconds(90)),
                .setHeaderRoute([]), .setCanaryScale(nil), .setWeight(100),
            ]
        )
    }

    @Test("given accept at the top and at a target, when loaded, then the target accepts both")
    func accept() throws {
        let text = config(targets: "[{ name: a, kubernetes: {}, accept: [replicaRatio] }, { name: b, kubernetes: {} }]")
        #expect(try load(text).targets.map(\.accept) == [["replicaRatio"], []])
        #expect(
            try load(text + "\naccept: [replicaRatio]").targets.map(\.accept) == [["replicaRatio"], ["replicaRatio"]]
        )
    }

    @Test("given values on the command line, when loaded, then they are used literally in place of the file's")
    func overrides() throws {
        let text = config(
            targets: "[{ name: seoul, kubernetes: {} }, { name: tokyo, kubernetes: { context: x } }]",
            release: "{ version: \"${UNSET}\", image: i }"
        )
        let configuration = try load(
            text,
            set: [
                "release.version=2.5.0=${X}", "targets.tokyo.kubernetes.namespace=a b", "targets[0].name=busan",
                "targets[1].strategy.rolling.maxSurge=3", "targets.tokyo.kubernetes.context=true",
            ]
        )
        #expect(configuration.release.version == "2.5.0=${X}")
        #expect(configuration.targets[0].name == "busan")
        #expect(configuration.targets[1].section["namespace"]?.scalar?.text == "a b")
        #expect(configuration.targets[1].section["context"]?.scalar?.text == "true")
        #expect((configuration.targets[1].strategy as? RollingStrategy)?.maxSurge == .count(3))
    }

    @Test("given a target's name, when asked for, then it is found, or the nearest one is named")
    func target() throws {
        let configuration = try load(config(targets: "[{ name: seoul, kubernetes: {} }]"))
        #expect(try configuration.target("seoul").name == "seoul")
        #expect(throws: InputFailure("no target is called \"soul\"; did you mean \"seoul\"?")) {
            try configuration.target("soul")
        }
    }
}
