import SlipwayAppService
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAzure
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
        /// It had its effect and the way there says that it took too long.
        case gateway
        /// The process dies before the request, and another one goes on with its last token.
        case crashBefore
        /// The process dies after the request, and another one goes on with its last token.
        case crashAfter

        var isCrash: Bool { self == .crashBefore || self == .crashAfter }
        var isBefore: Bool { [.unsent, .vanished, .crashBefore].contains(self) }
        var outcome: Result<Response, HTTPFailure> {
            switch self {
            case .unsent: .failure(HTTPFailure(.unsent, "cut"))
            case .gateway: .success(Response(status: 504))
            default: .failure(HTTPFailure(.unanswered, "cut"))
            }
        }
    }

    struct Scene: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var strategy: any Strategy
        var release = Rig.new
        var isZip = false
        var hasPreview = false
    }

    static let scenes: [Scene] = [
        Scene(testDescription: "blue-green", strategy: BlueGreenStrategy(scaleDownDelay: .zero)),
        Scene(
            testDescription: "blue-green, a zip with a preview",
            strategy: BlueGreenStrategy(disposal: .keep),
            release: Rig.zip,
            isZip: true,
            hasPreview: true
        ),
        Scene(testDescription: "canary", strategy: CanaryStrategy(steps: [.setWeight(20)])),
    ]

    private func rig(_ scene: Scene) -> Rig {
        var site = AzureWorld.Seed.Site("shop", image: Rig.formerImage, slots: ["staging"])
        var plan = AzureWorld.Seed.Plan()
        if scene.isZip { (site, plan) = Rig.zips(isLinux: false) }
        return Rig(site, plan: plan) { world, settings in
            settings.hasPreview = scene.hasPreview
            world.timings = .quick
            world.timings.restartsOverlap = true
            (world.timings.addressLife, world.timings.swapRetryAfterSeconds) = (.seconds(3600), 5)
        }
    }

    /// Runs every step; the fault hits the call of that number, counted from the first step.
    private func run(_ scene: Scene, _ fault: Fault?, at index: Int) async throws -> Rig {
        let rig = rig(scene)
        let plan = try scene.strategy.plan(from: try await rig.provider.observe(), to: scene.release, accepting: [])
        let hasFailed = Locked(false)
        let count = Locked(0)
        rig.transport.before { _, _ in
            let number = count.withLock { count in
                defer { count += 1 }
                return count
            }
            guard let fault, fault.isBefore, number == index else { return nil }
            hasFailed.withLock { $0 = true }
            return fault.outcome
        }
        rig.transport.after { _, _ in
            guard let fault, !fault.isBefore, count.withLock({ $0 }) == index + 1, !hasFailed.withLock({ $0 }) else {
                return nil
            }
            hasFailed.withLock { $0 = true }
            return fault.outcome
        }
        var fence: Int64 = 1
        for step in plan.steps {
            guard case .perform(let action) = step.kind else { continue }
            try await rig.bring(action, step.id, plan.context, fault, hasFailed, &fence)
        }
        return rig
    }

    @Test(
        "given any one call that goes wrong when the release goes on then it ends the same, and is swapped once",
        arguments: scenes,
        Fault.allCases
    )
    func everyCall(_ scene: Scene, _ fault: Fault) async throws {
        let clean = try await run(scene, nil, at: 0)
        let calls = clean.transport.log.map(\.call)
        let before = try await rig(scene).callsToObserve()
        let expected = try await clean.provider.observe()
        // Every call around a write, and some of the many looks between them.
        for index in 0..<(calls.count - before) {
            let around = calls[max(index + before - 1, 0)...(index + before)]
            guard around.contains(where: { !$0.isLook }) || index % 10 == 0 else { continue }
            let rig = try await run(scene, fault, at: index)
            let words = "\(fault) at call \(index), \(calls[index + before])"
            let end = try await rig.provider.observe()
            #expect(end.live?.version == expected.live?.version, "\(words)")
            // A zip that was published twice has another number.
            #expect(scene.isZip || end.fingerprint == expected.fingerprint, "\(words)")
            #expect(rig.transport.swaps.count == 1, "\(words)")
            let shares = rig.transport.withWorld { $0.shares(of: "shop") }
            #expect(shares.failed < 0.01, "\(words): \(shares)")
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
        _ key: String,
        _ context: PlanContext,
        _ fault: FaultTests.Fault?,
        _ hasFailed: Locked<Bool>,
        _ fence: inout Int64
    ) async throws {
        var provider = provider
        var token: Token?
        for _ in 0..<2_000 {
            let wasCut = hasFailed.withLock { $0 }
            var outcome: Progress?
            do throws(ProviderFailure) {
                outcome = try await provider.advance(
                    Call(action: action, key: key, token: token, context: context, fence: fence)
                )
            } catch {
                guard error.kind == .transient else { throw error }
            }
            if fault?.isCrash == true, !wasCut, hasFailed.withLock({ $0 }) {
                // Whatever that process would have said, nobody has written it down, and what it kept is gone.
                fence += 1
                provider = Rig.provider(settings, transport, time)
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
}
