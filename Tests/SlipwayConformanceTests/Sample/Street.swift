import SlipwayBase
import SlipwayModel

/// The platform of the sample: a street with two rows of lamps, one of which is switched on.
final class Street: Sendable {
    /// One row: which release its lamps run, how many there are, and when they are warm.
    struct Row: Hashable {
        var release: Release?
        var lamps: Int
        var warmAt = Timestamp(milliseconds: 0)
    }

    struct State {
        var rows: [String: Row]
        var lit: String
        var writes = 0
    }

    private let state: Locked<State>
    private let time: any TimeSource

    init(_ release: Release, lamps: Int, time: any TimeSource) {
        self.time = time
        let rows = ["left": Row(release: release, lamps: lamps), "right": Row(release: nil, lamps: 0)]
        state = Locked(State(rows: rows, lit: "left"))
    }

    var now: State { state.withLock { $0 } }

    func isWarm(_ row: Row) -> Bool { row.warmAt <= time.now }

    /// Gives a row other lamps, which take three seconds to warm up.
    func equip(_ name: String, with release: Release?, lamps: Int) {
        let warmAt = time.now + (lamps > 0 ? .seconds(3) : .zero)
        state.withLock { state in
            state.rows[name] = Row(release: release, lamps: lamps, warmAt: warmAt)
            state.writes += 1
        }
    }

    func light(_ name: String) {
        state.withLock { state in
            state.lit = name
            state.writes += 1
        }
    }
}
