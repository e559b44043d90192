import SlipwayAzure
import SlipwayBase
import Testing

@Suite("The writes on the way from one share to another") struct FrontReadingTests {
    private static let places: [FrontSetting] = [1, 7, 50, 100, 1000].flatMap { weight in
        [FrontSetting(weight: weight, isEnabled: true), FrontSetting(weight: weight, isEnabled: false)]
    }

    private func reading(_ stable: FrontSetting, _ candidate: FrontSetting) -> FrontReading {
        FrontReading(stable: FrontSide("eu", stable), candidate: FrontSide("eu2", candidate), propagation: .zero)
    }

    /// The candidate's share as a fraction of 1; nil when nobody serves.
    private func share(_ reading: FrontReading) -> Double? {
        let (mine, all) = (
            reading.candidate.setting.share, reading.candidate.setting.share + reading.stable.setting.share
        )
        return all == 0 ? nil : Double(mine) / Double(all)
    }

    private func applied(_ change: FrontChange, to reading: FrontReading) -> FrontReading {
        var reading = reading
        switch change.part {
        case .stable: reading.stable.setting = change.setting
        case .candidate: reading.candidate.setting = change.setting
        }
        return reading
    }

    @Test(
        "given any two weights, when a share is brought about, then it takes at most two writes, and the candidate never has more than before or after",
        arguments: [0, 1, 5, 20, 50, 60, 99, 100]
    )
    func writes(_ percent: Int) {
        for stable in Self.places {
            for candidate in Self.places {
                var now = reading(stable, candidate)
                let most = max(share(now) ?? 0, Double(percent) / 100) + 1e-9
                let wasServed = share(now) != nil
                var count = 0
                while let change = now.next(toward: percent), count < 3 {
                    count += 1
                    now = applied(change, to: now)
                    #expect((1...1000).contains(change.setting.weight))
                    let share = share(now)
                    #expect(share != nil || !wasServed, "nobody serves on the way from \(stable), \(candidate)")
                    #expect((share ?? 0) <= most || !wasServed, "\(share ?? 0) on the way from \(stable), \(candidate)")
                }
                #expect(count <= 2 && now.isExactly(percent), "\(stable), \(candidate) to \(percent): \(now)")
                #expect(now.percent == percent)
            }
        }
    }

    @Test("given a share that is in the place of another, when all is put back, then both sides are as they were")
    func restoring() {
        let before = reading(
            FrontSetting(weight: 50, isEnabled: true),
            FrontSetting(weight: 30, isEnabled: false)
        )
        var now = before
        for percent in [20, 60, 100, 0] {
            while let change = now.next(toward: percent) { now = applied(change, to: now) }
        }
        #expect(now != before)
        while let change = now.next(restoring: before.remembered) { now = applied(change, to: now) }
        #expect(now == before)
    }

    @Test("given everything or nothing, when it is brought about from a share, then one write is enough")
    func ends() {
        let shared = reading(FrontSetting(weight: 60, isEnabled: true), FrontSetting(weight: 40, isEnabled: true))
        #expect(shared.next(toward: 0) == FrontChange(.candidate, FrontSetting(weight: 40, isEnabled: false)))
        #expect(shared.next(toward: 100) == FrontChange(.stable, FrontSetting(weight: 60, isEnabled: false)))
    }
}
