import Slipway
import Testing

@testable import SlipwayCLI

@Suite struct LiveViewTests {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)

    /// A canary of which so many events have happened.
    private func row(_ target: String, _ events: [(Int, Event)], now: Int) throws -> Board.Row {
        let all = Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, Fidelity.exact) })
        let observation = Observation(
            target: target,
            live: Release(version: "2.4.0", artifact: .image(reference: "shop:2.4.0")),
            replicas: 4,
            capabilities: Capabilities(all),
            fingerprint: "f"
        )
        let strategy = CanaryStrategy(steps: [.setWeight(20), .pause(.seconds(300)), .setWeight(60), .pause(nil)])
        let release = Release(version: "2.4.1", artifact: .image(reference: "shop:2.4.1"))
        let plan = try strategy.plan(from: observation, to: release, accepting: [])
        let records = ([(0, .planned(plan: plan))] + events).enumerated().map { index, event in
            Record(sequence: index + 1, at: Self.start + .seconds(event.0), event: event.1)
        }
        var row = Board.Row(target: target, now: Self.start + .seconds(now))
        row.phase = .running(RunID("\(target)-1"), try RunState(replaying: records))
        row.since = Self.start
        return row
    }

    private static let staged: [(Int, Event)] = [
        (0, .takenUp(holder: "me")), (0, .intended(key: "stage-1")),
        (4, .progressed(key: "stage-1", token: nil, status: Status(ready: 0, wanted: 1, note: "0 of 1 available"))),
    ]
    private static let paused: [(Int, Event)] =
        staged + [
            (8, .succeeded(key: "stage-1", status: Status(ready: 1, wanted: 1))), (8, .intended(key: "route-20")),
            (9, .succeeded(key: "route-20", status: Status(weight: 20))),
            (9, .paused(key: "pause-1", until: start + .seconds(309))),
        ]
    private static let waiting: [(Int, Event)] =
        paused + [
            (309, .succeeded(key: "pause-1", status: Status())), (309, .intended(key: "stage-2")),
            (320, .succeeded(key: "stage-2", status: Status(ready: 3, wanted: 3))), (320, .intended(key: "route-60")),
            (321, .succeeded(key: "route-60", status: Status(weight: 60))),
            (321, .paused(key: "approve-2", until: nil)),
        ]
    private static let back: [(Int, Event)] =
        staged + [
            (
                9,
                .faulted(
                    key: "stage-1",
                    failure: ProviderFailure(.unhealthy, "shop-canary: ImagePullBackOff: \u{1B}[2Jno such image"),
                    retryAt: nil
                )
            ),
            (9, .turnedBack(cause: "Bring up 2.4.1: ImagePullBackOff")), (9, .intended(key: "stage-1/undo-1")),
        ]
    private static let failed: [(Int, Event)] =
        back + [
            (12, .succeeded(key: "stage-1/undo-1", status: Status())),
            (12, .finished(verdict: .failed, summary: "2.4.0 is live; Bring up 2.4.1: ImagePullBackOff")),
        ]

    private func board() throws -> Board {
        var stopped = try row("kobe", Self.paused, now: 60)
        stopped.last = stopped.state
        stopped.phase = .stopped(RunID("kobe-1"), .interrupted, "stopped after the call under way")
        return Board(rows: [
            try row("seoul", Self.staged, now: 6), try row("tokyo", Self.paused, now: 129),
            try row("osaka", Self.waiting, now: 400), try row("busan", Self.back, now: 10),
            try row("nagoya", Self.failed, now: 12), stopped,
            Board.Row(target: "lab", phase: .waiting, now: Self.start),
            Board.Row(target: "dev", phase: .upToDate("2.4.1 is live already"), now: Self.start),
            Board.Row(target: "old", phase: .stopped(nil, .refused, "old: canary is impossible here"), now: Self.start),
        ])
    }

    private func frame(_ view: LiveView) throws -> String {
        let lines = try view.render(board())
        for line in lines { #expect(line.columns <= view.width) }
        #expect(lines.count < view.height)
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(
        "given every kind of row, when there is room, then the frame is the one that is kept",
        arguments: [(100, 40), (60, 40), (80, 15), (80, 6), (24, 15)]
    )
    func frames(_ size: (width: Int, height: Int)) throws {
        expectGolden(
            "frame-\(size.width)x\(size.height).txt",
            try frame(LiveView(width: size.width, height: size.height))
        )
    }

    @Test("given a terminal without Unicode, when the frame is drawn, then its marks are ASCII")
    func ascii() throws {
        let text = try frame(LiveView(width: 80, height: 40, isUnicode: false))
        #expect(!text.unicodeScalars.contains { !$0.isASCII })
    }

    @Test("given colours, when they are taken out of the frame, then it is the plain one")
    func colours() throws {
        let view = LiveView(width: 80, height: 40, style: Style(isColoured: true))
        let lines = try view.render(board())
        let plain = lines.map { $0.replacing(/\u{1B}\[[0-9]+m/, with: "") }
        let expected = try LiveView(width: 80, height: 40).render(board())
        #expect(plain == expected)
        #expect(lines != plain)
    }

    @Test("given a platform's escape sequences, when they reach the view, then they are shown and not obeyed")
    func escapes() throws {
        let text = try frame(LiveView(width: 200, height: 40))
        #expect(!text.contains("\u{1B}"))
    }

    @Test(
        "given texts of narrow, wide and combining characters, when they are cut, then they fit",
        arguments: [
            ("plain", 5, "plain"), ("plain", 4, "pla…"), ("서울-1", 5, "서울…"), ("서울-1", 4, "서…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("x", 0, ""),
        ]
    )
    func cutting(_ text: String, _ width: Int, _ expected: String) {
        #expect(text.cut(to: width) == expected)
        #expect(text.cut(to: width).columns <= width)
    }

    @Test(
        "given durations, when they are shown at a glance, then they are rounded",
        arguments: [
            (400, "0s"), (59_400, "59s"), (60_000, "1m00s"), (3_599_600, "1h00m"), (90_000_000, "1d01h"),
        ]
    )
    func brief(_ milliseconds: Int, _ text: String) { #expect(Duration.milliseconds(milliseconds).brief == text) }

    @Test(
        "given a live terminal, when a release is rehearsed, then the view is drawn on standard error and the cursor comes back"
    )
    func screen() async throws {
        let terminal = Terminal(isLive: true, colours: (false, false), size: { (72, 24) })
        let shell = Shell(terminal: terminal)
        let config = shell.file("slipway.yaml", Configs.kubernetes)
        let result = await shell.run("deploy", "--offline", "-f", config)
        #expect(result.status == .done)
        #expect(result.err.hasPrefix("\u{1B}[?25l"))
        #expect(result.err.hasSuffix("\u{1B}[?25h"))
        #expect(result.err.contains("deployed"))
        #expect(!result.out.contains("\u{1B}"))
        #expect(result.out.contains("TARGET  RUN"))
    }
}
