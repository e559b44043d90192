import SlipwayBase
import SlipwaySimulatedAzure
import SlipwaySimulation

/// What one swap was like from outside and from inside.
struct SwapTimes: Sendable {
    /// Every call that it took, in order.
    var calls: [SwapGate.Call]
    /// From the first of them, or from the start of a program, to the end.
    var wall: Duration
    /// From the request to the end of the swap, by Azure's own clock.
    var duration: Duration
    /// From that end until an answer said so.
    var notice: Duration

    /// What `gate` has seen; throws when there was no swap, when there were several, or when its end was not told.
    init(_ gate: SwapGate, wall: Duration) throws {
        let swaps = gate.azure.world.swaps
        let ending = gate.calls.last { $0.isPoll && $0.status == 200 }
        guard swaps.count == 1, let end = swaps[0].ended, !swaps[0].hasFailed, let ending else {
            throw BenchFailure("\(swaps.count) swaps were made, and not one that was seen to end well")
        }
        (calls, self.wall) = (gate.calls, wall)
        (duration, notice) = (end - swaps[0].began, ending.time - end)
    }

    /// The calls that make the swap and follow it.
    var following: Int { calls.count { $0.isPoll || $0.isSwap } }

    /// The others, before the swap is asked for and after.
    var looks: (before: Int, after: Int) {
        let before = calls.prefix { !$0.isSwap }.count
        return (before, calls.count - following - before)
    }

    /// A swap of that duration as the Azure CLI 2.91.0 follows it: asked at once, and then every `retry`.
    static func rhythm(of duration: Duration, every retry: Duration) -> (calls: Int, notice: Duration) {
        let polls = Int((duration.seconds / retry.seconds).rounded(.up))
        return (2 + polls, retry * polls - duration)
    }
}
