import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies
import Testing

@Suite("What is refused before anything is touched") struct RefusalTests {
    private static let plain = ElasticBeanstalkLayout.environment(name: "shop-prod")
    private static let pair = ElasticBeanstalkLayout.blueGreen(
        blue: "shop-blue",
        green: "shop-green",
        cname: "shop-live"
    )

    private func refusal(_ rig: Rig) async -> String {
        do throws(ProviderFailure) {
            let observation = try await rig.provider.observe()
            return "observed: \(observation.summary)"
        } catch { return error.summary }
    }

    private func why(_ feature: Feature, _ rig: Rig) async throws -> String {
        switch try await rig.provider.observe().capabilities[feature] {
        case .exact: "exact"
        case .approximated(let name, _, _): name
        case .impossible(let why, _): why
        }
    }

    @Test("given a name that nobody has when the target is observed then the nearest one is named")
    func nearest() async throws {
        let rig = try Rig(.environment(name: "shop-prdo"), [.init("shop-prod"), .init("shop-test")])
        #expect(await refusal(rig).contains("did you mean “shop-prod”?"))
        let far = try Rig(.environment(name: "completely-else"), [.init("shop-prod")])
        #expect(await refusal(far).contains("create it once, or correct its name"))
    }

    @Test("given an application that is not there when the target is observed then the nearest one is named")
    func application() async throws {
        let rig = try Rig(Self.plain, [.init("other-prod", application: "shops")])
        let words = await refusal(rig)
        #expect(words == "Application “shop” is not there; did you mean “shops”?")
    }

    @Test("given an environment of another application when the target is observed then both names are told")
    func otherApplication() async throws {
        let rig = try Rig(Self.plain, [.init("shop-prod", application: "bakery")])
        #expect(await refusal(rig).contains("belongs to the application “bakery”, not to “shop”"))
    }

    @Test("given a live name that neither environment has when the target is observed then it says who has what")
    func cname() async throws {
        let rig = try Rig(Self.pair, [.init("shop-blue"), .init("shop-green")])
        let words = await refusal(rig)
        #expect(words.contains("shop-blue has shop-blue.us-east-1.elasticbeanstalk.com"), "\(words)")
        #expect(words.contains("neither is shop-live"), "\(words)")
    }

    @Test("given a worker when the target is observed then it rolls and neither switches nor tries")
    func worker() async throws {
        var environment = AWSWorld.Seed.Environment("shop-prod", policy: .rolling)
        environment.tier = .worker
        let rig = try Rig(Self.plain, [environment])
        #expect(try await why(.rolling, rig) == "exact")
        #expect(try await why(.trial, rig).contains("is a worker"))
    }

    @Test("given a classic load balancer when the target is observed then traffic is not split")
    func classic() async throws {
        let rig = try Rig(Self.plain, [.init("shop-prod", policy: .rolling, front: .classic)])
        #expect(try await why(.trial, rig).contains("classic load balancer"))
        #expect(try await why(.batch, rig) == "exact")
    }

    @Test("given a single instance when the target is observed then only whole replacement is offered")
    func single() async throws {
        let environment = AWSWorld.Seed.Environment("shop-prod", instances: 1, front: .singleInstance)
        let rig = try Rig(Self.plain, [environment])
        #expect(try await why(.batch, rig) == "exact")
        #expect(try await why(.rolling, rig) == "allAtOnce")
        #expect(try await why(.trial, rig).contains("is a single instance"))
        var basic = environment
        basic.isEnhanced = false
        #expect(try await why(.batch, try Rig(Self.plain, [basic])) == "allAtOnce")
    }

    @Test("given an environment at work when the target is observed then nothing is offered and the cure is told")
    func busy() async throws {
        let rig = try Rig(Self.plain, [.init("shop-prod", policy: .rolling)])
        let context = try await rig.context()
        var token: Token?
        for _ in 0..<10 {
            guard
                case .running(let next, let wait, _) = try await rig.ask(
                    .replacedInPlace(release: Rig.new, batch: Batch()),
                    context,
                    token: token
                )
            else { break }
            token = next
            rig.time.advance(by: wait)
        }
        let observation = try await rig.provider.observe()
        #expect(!observation.isSettled)
        #expect(try await why(.rolling, rig).contains("is being updated"))
        #expect(throws: PlanFailure.self) {
            try RollingStrategy().plan(
                from: observation,
                to: Release(version: "v3", artifact: .label(name: "v3")),
                accepting: []
            )
        }
    }

    @Test("given a version label that was made from another bundle when it is released then both places are told")
    func label() async throws {
        let rig = try Rig(Self.plain, [.init("shop-prod", policy: .rolling)]) { world, _ in
            world.seed(AWSWorld.Seed.Application("shop", versions: ["v2"]))
        }
        let context = try await rig.context()
        do throws(ProviderFailure) {
            try await rig.bring(.replacedInPlace(release: Rig.new, batch: Batch()), context)
            Issue.record("it was released")
        } catch {
            #expect(error.kind == .refused)
            #expect(error.summary.contains("was made from s3://"), "\(error)")
            #expect(error.summary.contains("not from shop.zip"), "\(error)")
        }
        #expect(rig.transport.writes.isEmpty)
    }

    @Test("given a bundle that cannot be processed when it is released then that is said and nothing is deployed")
    func processing() async throws {
        let rig = try Rig(
            Self.plain,
            [.init("shop-prod", policy: .rolling)],
            failures: [BeanstalkFailure(.processing, version: "v2")]
        )
        let context = try await rig.context()
        do throws(ProviderFailure) {
            try await rig.bring(.replacedInPlace(release: Rig.new, batch: Batch()), context)
            Issue.record("it was released")
        } catch { #expect(error.summary.contains("could not process version v2"), "\(error)") }
        #expect(!rig.transport.writes.contains { $0.hasPrefix("UpdateEnvironment") })
    }

    @Test("given a container image when it is released then it says what is taken instead")
    func image() async throws {
        let rig = try Rig(Self.plain, [.init("shop-prod", policy: .rolling)])
        let image = Release(version: "v2", artifact: .image(reference: "registry.example.com/shop:2"))
        let context = try await rig.context(image)
        do throws(ProviderFailure) {
            try await rig.bring(.replacedInPlace(release: image, batch: Batch()), context)
            Issue.record("it was released")
        } catch { #expect(error.summary.contains("takes `release.bundle` or `release.s3`"), "\(error)") }
    }

    @Test("given a wrong key when the target is observed then it is refused without a secret in the words")
    func wrongKey() async throws {
        let rig = try Rig(Self.plain, [.init("shop-prod")]) { world, _ in world.keys = [:] }
        let words = await refusal(rig)
        #expect(words.contains("DescribeEnvironments"), "\(words)")
        #expect(!words.contains("wJalr"))
    }
}
