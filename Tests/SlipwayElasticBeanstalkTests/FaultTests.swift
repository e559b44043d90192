import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAWS
import SlipwayStrategies
import Testing

@Suite("Any one call that goes wrong") struct FaultTests {
    enum Fault: String, CaseIterable, Sendable {
        /// The request never arrives.
        case unsent
        /// Nobody knows whether it arrived; it did not.
        case vanished
        /// It had its effect and the answer is lost.
        case unanswered
        /// The process dies before the request, and another one goes on with its last token.
        case crashBefore
        /// The process dies after the request, and another one goes on with its last token.
        case crashAfter

        var isCrash: Bool { self == .crashBefore || self == .crashAfter }
        var isBefore: Bool { self != .unanswered && self != .crashAfter }
    }

    struct Scene: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var strategy: any Strategy
        var layout: ElasticBeanstalkLayout
        var environments: [AWSWorld.Seed.Environment]
        var cname: String
    }

    static let scenes: [Scene] = [
        Scene(
            testDescription: "rolling",
            strategy: RollingStrategy(maxUnavailable: .count(1)),
            layout: .environment(name: "shop-prod"),
            environments: [.init("shop-prod", instances: 2, policy: .allAtOnce)],
            cname: "shop-prod"
        ),
        Scene(
            testDescription: "blue-green",
            strategy: BlueGreenStrategy(disposal: .remove),
            layout: .blueGreen(blue: "shop-blue", green: "shop-green", cname: "shop-live"),
            environments: [
                {
                    var blue = AWSWorld.Seed.Environment("shop-blue", policy: .rolling)
                    blue.cnamePrefix = "shop-live"
                    return blue
                }()
            ],
            cname: "shop-live"
        ),
    ]

    /// Runs every step; the fault hits the call of that number, counted from the first step.
    private func run(_ scene: Scene, _ fault: Fault?, at index: Int) async throws -> Rig {
        let rig = try Rig(scene.layout, scene.environments)
        let plan = try scene.strategy.plan(from: try await rig.provider.observe(), to: Rig.new, accepting: [])
        let hasFailed = Locked(false)
        let count = Locked(0)
        rig.transport.before { _, _, _ in
            let number = count.withLock { count in
                defer { count += 1 }
                return count
            }
            guard let fault, fault.isBefore, number == index else { return nil }
            hasFailed.withLock { $0 = true }
            return HTTPFailure(fault == .unsent ? .unsent : .unanswered, "cut")
        }
        rig.transport.after { _, _, _ in
            guard let fault, !fault.isBefore, count.withLock({ $0 }) == index + 1, !hasFailed.withLock({ $0 }) else {
                return nil
            }
            hasFailed.withLock { $0 = true }
            return HTTPFailure(.unanswered, "cut")
        }
        var fence: Int64 = 1
        for step in plan.steps {
            guard case .perform(let action) = step.kind else { continue }
            try await rig.bring(action, plan.context, fault, hasFailed, &fence)
        }
        return rig
    }

    @Test(
        "given any one call that goes wrong when the release goes on then it ends the same, with no write repeated",
        arguments: scenes,
        Fault.allCases
    )
    func everyCall(_ scene: Scene, _ fault: Fault) async throws {
        let clean = try await run(scene, nil, at: 0)
        let actions = clean.transport.log.map(\.action)
        let before = try await Rig(scene.layout, scene.environments).callsToObserve()
        let expected = try await clean.provider.observe()
        // Every call around a write, and some of the many looks between them.
        let isLook = actions.map { $0.hasPrefix("Describe") }
        for index in 0..<(actions.count - before) {
            let around = isLook[max(index + before - 1, 0)...(index + before)]
            guard around.contains(false) || index % 50 == 0 else { continue }
            let rig = try await run(scene, fault, at: index)
            let words = "\(fault) at call \(index)"
            let end = try await rig.provider.observe()
            #expect(end.live?.version == expected.live?.version, "\(words)")
            #expect(end.fingerprint == expected.fingerprint, "\(words)")
            let shares = rig.transport.withWorld { $0.traffic(for: scene.cname) }
            #expect(shares.share(of: "v2") > 0.99 && shares.failed < 0.01, "\(words): \(shares)")
            let arrived = rig.arrivedWrites
            #expect(Set(arrived).count == arrived.count, "\(words): \(arrived)")
        }
    }
}

extension Rig {
    /// How many calls a plan needs before its first step.
    fileprivate func callsToObserve() async throws -> Int {
        _ = try await provider.observe()
        return transport.log.count
    }

    /// Asks until the end state holds; after a crash the last token that was returned is all that is left.
    fileprivate func bring(
        _ action: Action,
        _ context: PlanContext,
        _ fault: FaultTests.Fault?,
        _ hasFailed: Locked<Bool>,
        _ fence: inout Int64
    ) async throws {
        var token: Token?
        for _ in 0..<1_000 {
            let wasCut = hasFailed.withLock { $0 }
            var outcome: Progress?
            do throws(ProviderFailure) {
                outcome = try await ask(action, context, token: token, fence: fence)
            } catch {
                guard error.kind == .transient else { throw error }
            }
            if fault?.isCrash == true, !wasCut, hasFailed.withLock({ $0 }) {
                // Whatever that process would have said, nobody has written it down.
                fence += 1
                continue
            }
            switch outcome {
            case .done: return
            case .running(let next, let wait, _):
                token = next
                time.advance(by: wait)
            case nil: time.advance(by: .seconds(1))
            }
        }
        throw ProviderFailure(.transient, "not done")
    }

    /// Updates, swaps and what else must not be repeated, as the service has taken them.
    fileprivate var arrivedWrites: [String] {
        let names = ["UpdateEnvironment", "SwapEnvironmentCNAMEs", "CreateEnvironment", "TerminateEnvironment"]
        return transport.taken.filter { taken in names.contains { taken.hasPrefix($0) } }
    }
}
