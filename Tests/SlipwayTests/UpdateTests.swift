import Slipway
import Testing

/// Every kind of event in the two forms that people and programs read.
@Suite struct UpdateTests {
    static let at = Timestamp(milliseconds: 1_767_225_600_000)
    static let failure = ProviderFailure(.transient, "busy \u{1B}[2J", retryAfter: .seconds(1))
    static let cases: [(Event, String, String)] = [
        (.takenUp(holder: "me"), "taken up by me", #""type":"takenUp""#),
        (.locked(fence: 7), "holds the target's lock, token 7", #""token":7"#),
        (
            .intended(key: "route-20"), "step 2 of 10: Give 20% of production to 2.0.0",
            #""step":"route-20","direction":"forward""#
        ),
        (
            .intended(key: "stage-1/undo-1"), "undo of step 1 of 10: the candidate fleet of 2.0.0 is taken down",
            #""step":"stage-1","direction":"back","undo":"undo-1""#
        ),
        (
            .progressed(key: "stage-1", token: nil, status: Status(ready: 1, wanted: 4, weight: 20, note: "soon")),
            "ready 1/4, weight 20%, soon", #""ready":1,"wanted":4,"weight":20,"note":"soon""#
        ),
        (.progressed(key: "stage-1", token: nil, status: Status()), "under way", #""type":"stepProgressed""#),
        (
            .faulted(key: "stage-1", failure: failure, retryAt: at + .seconds(1)),
            "busy \\u{1b}[2J; asked again at 2026-01-01T00:00:01Z",
            #""kind":"transient","message":"busy \\u{1b}[2J","retryAt":"2026-01-01T00:00:01.000Z""#
        ),
        (.succeeded(key: "stage-1", status: Status(ready: 4)), "step 1 of 10 done: ready 4", #""type":"stepDone""#),
        (
            .paused(key: "pause-1", until: at), "step 3 of 10: Wait 5m, until 2026-01-01T00:00:00Z",
            #""until":"2026-01-01T00:00:00.000Z""#
        ),
        (
            .paused(key: "approve-2", until: nil),
            "step 6 of 10: Wait for approval: go on with 2.0.0 at 60%? `slipway resume seoul-1` goes on",
            #""type":"paused""#
        ),
        (.approved(key: "approve-2"), "a person said go on", #""type":"approved""#),
        (.leftBehind(key: "clean-up", reason: "forbidden"), "left behind: forbidden", #""reason":"forbidden""#),
        (.abortRequested(reason: "why not"), "abort asked for: why not", #""type":"abortRequested""#),
        (.rollbackRequested(reason: "why not"), "rollback asked for: why not", #""type":"rollbackRequested""#),
        (.turnedBack(cause: "it broke"), "taking everything back: it broke", #""cause":"it broke""#),
        (
            .finished(verdict: .failed, summary: "1.0.0 is live"), "failed and taken back: 1.0.0 is live",
            #""verdict":"failed","summary":"1.0.0 is live""#
        ),
    ]

    private func state() throws -> RunState {
        let all = Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, Fidelity.exact) })
        let old = Release(version: "1.0.0", artifact: .image(reference: "shop:1.0.0"))
        let observation = Observation(
            target: "seoul",
            live: old,
            replicas: 4,
            capabilities: Capabilities(all),
            fingerprint: "f"
        )
        let strategy = CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(300)), .setWeight(60), .pause(nil)])
        let new = Release(version: "2.0.0", artifact: .image(reference: "shop:2.0.0"))
        var plan = try strategy.plan(from: observation, to: new, accepting: [])
        plan.steps.removeLast()
        plan.steps.append(Step("clean-up", "Clean up", .perform(action: .unstaged(release: new)), isCleanup: true))
        plan.steps.removeAll { $0.id == "stage-3" }
        return try RunState(replaying: [Record(sequence: 1, at: Self.at, event: .planned(plan: plan))])
    }

    @Test(
        "given an event, when it is told, then people read one printable line and programs one object",
        arguments: cases
    )
    func told(_ event: Event, _ sentence: String, _ members: String) throws {
        let record = Record(sequence: 9, at: Self.at, event: event)
        let update = Update(run: RunID("seoul-1"), target: "seoul", record: record, state: try state())
        #expect(update.description == "2026-01-01T00:00:00Z seoul-1  \(sentence)")
        #expect(update.json.text.contains(members))
        #expect(update.json.text.hasPrefix(#"{"type":""#))
        #expect(try JSON(parsing: update.json.text) == update.json)
    }
}
