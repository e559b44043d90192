import SlipwayAppService
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAzure
import Testing

@Suite("Shares of production, by rules beside those of others") struct RouteTests {
    private func staged(_ change: (inout AzureWorld, inout AppServiceSettings) -> Void = { _, _ in }) async throws
        -> (Rig, PlanContext)
    {
        let rig = Rig(change: change)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        return (rig, context)
    }

    private let share = Action.routed(percent: 15, release: Rig.new)
    private let none = Action.routed(percent: 0, release: Rig.new)
    private static let patch = "PATCH sites/shop/config/web"

    @Test("given a share when it is written then the rule is the one that az writes, and nothing else is sent")
    func rule() async throws {
        let (rig, context) = try await staged()
        let host = try #require(rig.transport.withWorld { $0.slot("staging", of: "shop")?.host })
        try await rig.bring(share, context)
        let body =
            #"{"properties":{"experiments":{"rampUpRules":[{"actionHostName":""# + host
            + #"","reroutePercentage":15.0,"name":"staging"}]}}}"#
        let sent = try #require(rig.transport.writes.last)
        #expect(sent.hasPrefix(Self.patch))
        let json = try JSON(parsing: String(sent.dropFirst(Self.patch.count + 1)))
        #expect(json == (try JSON(parsing: body)))
        #expect(rig.transport.withWorld { $0.rules(of: "shop") } == ["staging": 15])
        try await rig.bring(none, context)
        let cleared = #"{"properties":{"experiments":{"rampUpRules":[]}}}"#
        #expect(rig.transport.writes.last == "\(Self.patch) \(cleared)")
    }

    @Test("given a rule of others when ours comes and goes then theirs stays as it is")
    func others() async throws {
        let (rig, context) = try await staged()
        let theirs: JSON = [
            "actionHostName": "beta.example.net", "reroutePercentage": 10.0, "changeStep": .null, "name": "beta",
            "changeDecisionCallbackUrl": "https://example.net/decide",
        ]
        rig.transport.withWorld { $0.setConfig("experiments", ["rampUpRules": [theirs]], of: "shop") }
        try await rig.bring(share, context)
        #expect(rig.transport.withWorld { $0.rules(of: "shop") } == ["beta": 10, "staging": 15])
        try await rig.bring(none, context)
        let rules = rig.transport.withWorld { $0.slot(of: "shop")?.config["experiments"]?["rampUpRules"]?.array }
        #expect(rules?.count == 1)
        #expect(rules?[0]["changeDecisionCallbackUrl"]?.string == "https://example.net/decide")
    }

    @Test("given a change of others between two looks when our rule is written then no other field is written back")
    func concurrent() async throws {
        let (rig, context) = try await staged()
        let isFirst = Locked(true)
        rig.transport.before { call, world in
            guard call == Self.patch, isFirst.withLock({ $0 }) else { return nil }
            isFirst.withLock { $0 = false }
            world.setConfig("http20Enabled", true, of: "shop")
            return nil
        }
        try await rig.bring(share, context)
        #expect(rig.transport.withWorld { $0.slot(of: "shop")?.config["http20Enabled"]?.bool } == true)
    }

    @Test(
        "given an answer that is lost when the share is looked at again then it is there and written once more at most"
    )
    func lost() async throws {
        let (rig, context) = try await staged()
        rig.transport.after { call, _ in call == Self.patch ? .failure(HTTPFailure(.unanswered, "cut")) : nil }
        try await rig.bring(share, context)
        #expect(rig.transport.log.count { $0.call == Self.patch } == 1)
        #expect(rig.transport.withWorld { $0.rules(of: "shop") } == ["staging": 15])
    }

    @Test("given a slot that does not run when it is to have a share then it gets none")
    func stopped() async throws {
        let (rig, context) = try await staged()
        rig.transport.withWorld { $0.setStopped(true, slot: "staging", of: "shop") }
        await #expect { try await rig.bring(share, context) } throws: {
            ($0 as? ProviderFailure)?.kind == .conflict
        }
        #expect(rig.transport.withWorld { $0.rules(of: "shop") }.isEmpty)
    }

    @Test("given a slot that does not answer when it is to have a share then it waits for it")
    func cold() async throws {
        let (rig, context) = try await staged()
        rig.transport.before { call, _ in
            call.contains("shop-staging") && call.hasSuffix("net/") ? .success(Response(status: 503)) : nil
        }
        await #expect { try await rig.bring(share, context, within: 20) } throws: {
            ($0 as? ProviderFailure)?.summary.contains("answers 503") == true
        }
        #expect(rig.transport.withWorld { $0.rules(of: "shop") }.isEmpty)
    }

    @Test("given a slot that takes a share when it is to run something else then it is not touched")
    func serving() async throws {
        let (rig, context) = try await staged()
        try await rig.bring(share, context)
        let before = rig.transport.writes.count
        for action in [
            Action.unstaged(release: Rig.new),
            .staged(release: Release(version: "3", artifact: .image(reference: "shop:3")), scale: .full),
        ] {
            await #expect { try await rig.bring(action, context) } throws: {
                ($0 as? ProviderFailure)?.summary.contains("takes 15% of production") == true
            }
        }
        #expect(rig.transport.writes.count == before)
    }

    @Test("given a tail when a share is taken away then it is waited for, also by the process after a crash")
    func tail() async throws {
        let (rig, context) = try await staged { $1.routingCookieTail = .seconds(3600) }
        try await rig.bring(share, context)
        var token: Token?
        while rig.transport.withWorld({ !$0.rules(of: "shop").isEmpty }) {
            guard case .running(let next, _, _) = try await rig.ask(none, context, token: token) else { break }
            // The last words of the process are lost with it.
            if rig.transport.withWorld({ !$0.rules(of: "shop").isEmpty }) { token = next }
        }
        let start = rig.time.now
        for _ in 0..<10 {
            guard case .running(let next, let wait, let status) = try await rig.ask(none, context, token: token) else {
                break
            }
            #expect(status.note?.contains("routing cookie") == true)
            token = next
            rig.time.advance(by: wait)
        }
        #expect(rig.time.now - start == .seconds(3600))
        #expect(rig.transport.withWorld { $0.shares(of: "shop").pinned }.isEmpty)
    }

    @Test("given a ramp when App Service raises it then its shares are told and the last one holds for an interval")
    func ramp() async throws {
        let (rig, context) = try await staged { $1.autoRamp = true }
        let ramp = Ramp(first: 10, last: 30, step: 10, interval: .seconds(600))
        let start = rig.time.now
        let weights = try await rig.bring(.ramped(ramp: ramp, release: Rig.new), context).weights
        #expect(weights == [10, 20, 30])
        #expect(rig.time.now - start >= .seconds(1800))
        #expect(rig.transport.log.count { $0.call == Self.patch } == 1)
    }

    @Test("given a ramp when the slot falls ill then the release fails")
    func ill() async throws {
        let (rig, context) = try await staged()
        let ramp = Ramp(first: 10, last: 30, step: 10, interval: .seconds(600))
        let start = rig.time.now
        let time = rig.time
        rig.transport.before { call, _ in
            let isLate = time.now - start > .seconds(700)
            return isLate && call.contains("shop-staging") ? .success(Response(status: 500)) : nil
        }
        await #expect { try await rig.bring(.ramped(ramp: ramp, release: Rig.new), context) } throws: {
            ($0 as? ProviderFailure)?.kind == .unhealthy
        }
    }

    @Test("given pauses that are no whole minutes when App Service is to raise shares then that is refused")
    func seconds() async throws {
        let (rig, context) = try await staged()
        let ramp = Ramp(first: 10, last: 30, step: 10, interval: .seconds(90))
        await #expect { try await rig.bring(.ramped(ramp: ramp, release: Rig.new), context) } throws: {
            ($0 as? ProviderFailure)?.summary.contains("whole minutes") == true
        }
    }
}
