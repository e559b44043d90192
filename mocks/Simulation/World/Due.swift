import SlipwayBase

/// Something that happens by itself at its time.
enum Happening: Hashable, Sendable {
    case deployment(ObjectKey)
    case deadline(ObjectKey)
    case replicaSet(ObjectKey)
    case pod(ObjectKey, PodStep)
    case endpoints(ObjectKey)
    case route(ObjectKey)
    case gateway(ObjectKey)
    case autoscaler(ObjectKey)
    case collect(uid: String, namespace: String)
    case foreground(ResourceKind, ObjectKey)
}

/// A step in a pod's life.
enum PodStep: Hashable, Sendable {
    case starts, isReady, isAvailable, backsOff, crashes, restarts, isGone
}

/// What is due, soonest first; equal times keep their order.
struct DueQueue: Sendable {
    private struct Entry: Sendable {
        var time: Timestamp
        var happening: Happening
    }

    /// Latest first, so that taking the soonest moves nothing.
    private var entries: [Entry] = []

    /// When the next thing happens.
    var next: Timestamp? { entries.last?.time }

    /// Adds a happening unless the same one is already due no later.
    mutating func add(_ happening: Happening, at time: Timestamp) {
        var index = entries.count
        while index > 0, entries[index - 1].time <= time {
            if entries[index - 1].happening == happening { return }
            index -= 1
        }
        entries.insert(Entry(time: time, happening: happening), at: index)
    }

    /// Moves a happening to another time; nil takes it back.
    mutating func set(_ happening: Happening, at time: Timestamp?) {
        if let index = entries.firstIndex(where: { $0.happening == happening }) {
            if entries[index].time == time { return }
            entries.remove(at: index)
        }
        if let time { add(happening, at: time) }
    }

    /// Takes back every step of a pod.
    mutating func cancelSteps(of pod: ObjectKey) {
        entries.removeAll { if case .pod(pod, _) = $0.happening { true } else { false } }
    }

    /// Takes the soonest happening that is due at `time`.
    mutating func take(until time: Timestamp) -> (Timestamp, Happening)? {
        guard let last = entries.last, last.time <= time else { return nil }
        entries.removeLast()
        return (last.time, last.happening)
    }
}
