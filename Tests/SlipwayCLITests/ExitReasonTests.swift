import Slipway
import Testing

@testable import SlipwayCLI

@Suite struct ExitReasonTests {
    @Test("given several ends, when the worst is asked for, then the order is 5, 1, 4, 130, 3, 2, 0")
    func order() {
        let order: [ExitReason] = [.unknown, .failed, .aborted, .interrupted, .refused, .badInput, .done]
        for index in order.indices {
            #expect(ExitReason.worst(of: order[index...].reversed()) == order[index])
        }
        #expect(ExitReason.worst(of: []) == .done)
        #expect(order.map(\.rawValue) == [5, 1, 4, 130, 3, 2, 0])
    }

    @Test(
        "given a verdict, when a command was after it, then it is done, and otherwise told apart",
        arguments: [
            (Verdict.deployed, Verdict.deployed, ExitReason.done), (.failed, .deployed, .failed),
            (.aborted, .deployed, .aborted),
            (.aborted, .aborted, .done), (.rolledBack, .rolledBack, .done), (.superseded, .deployed, .refused),
            (.failed, .aborted, .done), (.unknown, .aborted, .unknown), (.deployed, .aborted, .refused),
        ]
    )
    func verdicts(_ verdict: Verdict, _ asked: Verdict, _ status: ExitReason) {
        #expect(ExitReason(verdict, asked: asked) == status)
    }
}
