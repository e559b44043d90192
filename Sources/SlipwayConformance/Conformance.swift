import SlipwayBase
public import SlipwayModel

/// The rules that every provider keeps; a provider is done when none is broken.
///
/// Run it from any test framework: `#expect(await Conformance(strategy: …, make: …).findings() == [])`.
public struct Conformance: Sendable {
    /// The most calls a single action may take before it counts as never ending.
    public static let callsMax = 2_000

    private let strategy: any Strategy
    private let accepting: Set<String>
    private let make: @Sendable () async throws -> Fixture

    /// Checks plans of `strategy` on platforms from `make`, which gives a fresh one each time.
    public init(
        strategy: any Strategy,
        accepting: Set<String> = [],
        make: @escaping @Sendable () async throws -> Fixture
    ) {
        (self.strategy, self.accepting, self.make) = (strategy, accepting, make)
    }

    /// Every rule that was broken; empty for a provider that is done.
    public func findings() async throws -> [Finding] {
        var findings: [Finding] = []
        let plan = try await self.plan(on: try await make())
        findings += try await looking()
        findings += try await whole(plan.steps.count)
        for reached in 1..<max(plan.steps.count, 1) { findings += try await turningBack(after: reached) }
        return findings
    }

    private func plan(on fixture: Fixture) async throws -> Plan {
        try strategy.plan(from: try await fixture.provider.observe(), to: fixture.release, accepting: accepting)
    }

    /// Observing changes nothing, and says the same twice.
    private func looking() async throws -> [Finding] {
        var findings: [Finding] = []
        let fixture = try await make()
        let before = await fixture.writes()
        let first = try await fixture.provider.observe()
        let second = try await fixture.provider.observe()
        if await fixture.writes() != before {
            findings.append(Finding(rule: Rule.looks, detail: "observe wrote something"))
        }
        if first != second { findings.append(Finding(rule: Rule.looks, detail: "two looks at the same state differ")) }
        if first.live?.isSame(as: fixture.release) == true {
            findings.append(Finding(rule: Rule.fixture, detail: "the new release is live before anything was done"))
        }
        let plan = try strategy.plan(from: first, to: fixture.release, accepting: accepting).outlined(
            by: fixture.provider
        )
        for step in plan.steps {
            guard case .perform = step.kind, step.calls.isEmpty else { continue }
            findings.append(Finding(rule: Rule.outlines, detail: "step \(step.id) has no lines"))
        }
        findings += leaks(in: "\(plan)", fixture, "the plan")
        return findings
    }

    /// Forward to the end, every step twice; then all the way back.
    private func whole(_ steps: Int) async throws -> [Finding] {
        let fixture = try await make()
        let before = try await fixture.provider.observe()
        let plan = try await self.plan(on: fixture)
        var findings = try await forward(plan, steps: steps, on: fixture)
        guard findings.isEmpty else { return findings }
        let after = try await fixture.provider.observe()
        if after.live?.isSame(as: fixture.release) != true {
            findings.append(
                Finding(rule: Rule.live, detail: "after the last step \(after.live?.version ?? "nothing") is live")
            )
        }
        return findings + (try await back(plan, steps: steps, to: before, on: fixture))
    }

    private func turningBack(after reached: Int) async throws -> [Finding] {
        let fixture = try await make()
        let before = try await fixture.provider.observe()
        let plan = try await self.plan(on: fixture)
        let findings = try await forward(plan, steps: reached, on: fixture)
        return findings + (try await back(plan, steps: reached, to: before, on: fixture))
    }

    private func forward(_ plan: Plan, steps: Int, on fixture: Fixture) async throws -> [Finding] {
        var findings: [Finding] = []
        for step in plan.steps.prefix(steps) {
            guard case .perform(let action) = step.kind else { continue }
            guard try await bringAbout(action, step.id, plan, fixture, &findings) else { break }
        }
        return findings
    }

    private func back(_ plan: Plan, steps: Int, to before: Observation, on fixture: Fixture) async throws -> [Finding] {
        var findings: [Finding] = []
        for step in plan.steps.prefix(steps).reversed() {
            for (number, action) in step.undo.enumerated() {
                guard try await bringAbout(action, "\(step.id)/undo-\(number + 1)", plan, fixture, &findings) else {
                    return findings
                }
            }
        }
        let after = try await fixture.provider.observe()
        if after.live?.artifact != before.live?.artifact {
            findings.append(
                Finding(rule: Rule.undo, detail: "undoing \(steps) steps left \(after.live?.version ?? "nothing") live")
            )
        } else if after.fingerprint != before.fingerprint {
            findings.append(Finding(rule: Rule.undo, detail: "undoing \(steps) steps left the state changed"))
        }
        return findings
    }

    /// Asks until the end state holds, then once more.
    private func bringAbout(
        _ action: Action,
        _ key: String,
        _ plan: Plan,
        _ fixture: Fixture,
        _ findings: inout [Finding]
    ) async throws -> Bool {
        var token: Token?
        for _ in 0..<Self.callsMax {
            let call = Call(action: action, key: key, token: token, context: plan.context, fence: 1)
            let progress: Progress
            do throws(ProviderFailure) { progress = try await fixture.provider.advance(call) } catch {
                let leaks = leaks(in: error.summary, fixture, "the failure of \(key)")
                let words = leaks.isEmpty ? ": \(error.summary)" : ""
                findings += leaks + [Finding(rule: Rule.converges, detail: "\(key) failed\(words)")]
                return false
            }
            findings += leaks(in: "\(progress)", fixture, key)
            switch progress {
            case .running(let next, let pollAfter, _):
                guard pollAfter > .zero else {
                    findings.append(Finding(rule: Rule.polls, detail: "\(key) asks to be polled without any wait"))
                    return false
                }
                token = next
                try await fixture.time.sleep(for: pollAfter)
            case .done: return try await again(call, fixture, &findings)
            }
        }
        findings.append(Finding(rule: Rule.converges, detail: "\(key) is not done after \(Self.callsMax) calls"))
        return false
    }

    private func again(_ call: Call, _ fixture: Fixture, _ findings: inout [Finding]) async throws -> Bool {
        let before = await fixture.writes()
        var repeated = call
        repeated.token = nil
        var isDone = false
        do throws(ProviderFailure) {
            if case .done = try await fixture.provider.advance(repeated) { isDone = true }
        } catch {}
        guard isDone, await fixture.writes() == before else {
            findings.append(
                Finding(rule: Rule.repeats, detail: "\(call.key) did something when its end state already held")
            )
            return false
        }
        return true
    }

    private func leaks(in text: String, _ fixture: Fixture, _ place: String) -> [Finding] {
        fixture.secrets.contains { text.contains($0) }
            ? [Finding(rule: Rule.secrets, detail: "a secret appears in \(place)")] : []
    }
}

private enum Rule {
    static let fixture = "the fixture runs another release first"
    static let looks = "observe looks and never touches"
    static let outlines = "every action is outlined for people"
    static let converges = "every action reaches its end state"
    static let polls = "a running action says when to ask again"
    static let repeats = "an action whose end state holds does nothing"
    static let live = "after the last step the new release is live"
    static let undo = "undo puts back what was before"
    static let secrets = "no secret is given away"
}
