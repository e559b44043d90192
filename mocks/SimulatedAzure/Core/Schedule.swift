import SlipwayBase

/// What is due, soonest first; equal times keep their order.
struct Schedule<Happening: Sendable>: Sendable {
    private var entries: [(time: Timestamp, happening: Happening)] = []

    /// When the next thing happens.
    var next: Timestamp? { entries.last?.time }

    /// Adds a happening; the latest stand first, so that taking the soonest moves nothing.
    mutating func add(_ happening: Happening, at time: Timestamp) {
        let index = entries.firstIndex { $0.time <= time } ?? entries.count
        entries.insert((time, happening), at: index)
    }

    /// Takes the soonest happening that is due at `time`.
    mutating func take(until time: Timestamp) -> (time: Timestamp, happening: Happening)? {
        guard let last = entries.last, last.time <= time else { return nil }
        return entries.removeLast()
    }

    /// Takes back whatever `isMeant` says.
    mutating func cancel(where isMeant: (Happening) -> Bool) { entries.removeAll { isMeant($0.happening) } }
}
