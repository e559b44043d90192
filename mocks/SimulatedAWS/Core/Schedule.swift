import SlipwayBase

/// What is due, soonest first; equal times keep their order.
struct Schedule<Happening: Sendable>: Sendable {
    private struct Entry: Sendable {
        var time: Timestamp
        var happening: Happening
    }

    /// Latest first, so that taking the soonest moves nothing.
    private var entries: [Entry] = []

    /// When the next thing happens.
    var next: Timestamp? { entries.last?.time }

    /// Adds a happening.
    mutating func add(_ happening: Happening, at time: Timestamp) {
        let index = entries.firstIndex { $0.time <= time } ?? entries.count
        entries.insert(Entry(time: time, happening: happening), at: index)
    }

    /// Takes the soonest happening that is due at `time`.
    mutating func take(until time: Timestamp) -> (time: Timestamp, happening: Happening)? {
        guard let last = entries.last, last.time <= time else { return nil }
        entries.removeLast()
        return (last.time, last.happening)
    }
}
