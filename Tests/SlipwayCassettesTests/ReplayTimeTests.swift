import SlipwayBase
import SlipwayCassettes
import Testing

/// Lets a moment pass without any clock: whoever can go on does.
private struct Yielding: TimeSource {
    var now: Timestamp { Timestamp(milliseconds: 0) }

    func sleep(for duration: Duration) async throws(CancellationError) { for _ in 0..<50 { await Task.yield() } }
}

struct ReplayTimeTests {
    private let time = ReplayTime(now: Timestamp(milliseconds: 0), real: Yielding())

    @Test("given several who wait at once, when time passes, then they wake in the order of their ends")
    func order() async throws {
        let time = time
        let log = Locked<[String]>([])
        await withTaskGroup(of: Void.self) { group in
            for (name, milliseconds) in [("late", 30_000), ("soon", 200), ("middle", 5000)] {
                group.addTask {
                    try? await time.sleep(for: .milliseconds(milliseconds))
                    log.withLock { $0.append("\(name) at \(time.now.milliseconds)") }
                }
            }
        }
        #expect(log.withLock { $0 } == ["soon at 200", "middle at 5000", "late at 30000"])
    }

    @Test(
        "given one who works through short waits beside a long one, when it goes on, then the long one does not overtake"
    )
    func overtaking() async throws {
        let time = time
        let log = Locked<[Int64]>([])
        async let long: Void? = try? time.sleep(for: .seconds(10))
        for _ in 0..<20 {
            try await time.sleep(for: .milliseconds(100))
            log.withLock { $0.append(time.now.milliseconds) }
        }
        #expect(log.withLock { $0 } == (1...20).map { $0 * 100 })
        await long
        #expect(time.now.milliseconds == 10_000)
    }

    @Test("given a wait that is cancelled, when others go on, then it ends at once and moves no clock")
    func cancelled() async throws {
        let time = time
        let sleeper = Task { () async -> Bool in
            do throws(CancellationError) { try await time.sleep(for: .seconds(3600)) } catch { return true }
            return false
        }
        try await time.sleep(for: .seconds(1))
        sleeper.cancel()
        #expect(await sleeper.value)
        try await time.sleep(for: .seconds(1))
        #expect(time.now.milliseconds == 2000)
    }

    @Test("given a task that is cancelled already, when it would wait, then it does not")
    func cancelledBefore() async {
        let time = time
        let task = Task { () async -> Bool in
            while !Task.isCancelled { await Task.yield() }
            do throws(CancellationError) { try await time.sleep(for: .seconds(1)) } catch { return true }
            return false
        }
        task.cancel()
        #expect(await task.value)
        #expect(time.now.milliseconds == 0)
    }
}
