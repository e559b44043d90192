import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Answers from a script, and remembers what it was asked.
final class Script: Transport {
    typealias Answer = Result<Response, HTTPFailure>

    private struct State {
        var answers: [Answer]
        var requests: [Request] = []
    }

    private let state: Locked<State>

    /// The last answer is repeated for ever.
    init(_ answers: Answer...) { state = Locked(State(answers: answers)) }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        return try answer.get()
    }

    var requests: [Request] { state.withLock { $0.requests } }
}

extension Script.Answer {
    static func status(_ status: Int, _ headers: HTTPFields = [:]) -> Self {
        .success(Response(status: status, headers: headers))
    }
    static func failed(_ reach: HTTPFailure.Reach) -> Self { .failure(HTTPFailure(reach, "it broke")) }
}

/// Draws the same bits always: all ones for the longest waits, zero for none.
struct FixedRandom: RandomSource {
    var bits: UInt64
    func next() -> UInt64 { bits }
}

/// Gives numbered tokens, or fails; counts how often it was asked.
final class Source: CredentialSource {
    typealias Step = Result<Lease<Secret<String>>, CredentialFailure>

    private let steps: Locked<(asked: Int, make: @Sendable (Int) -> Step)>
    private let gate: Gate?

    init(gate: Gate? = nil, _ make: @escaping @Sendable (Int) -> Step) {
        self.gate = gate
        steps = Locked((0, make))
    }

    func lease() async throws(CredentialFailure) -> Lease<Secret<String>> {
        let step = steps.withLock { steps in
            steps.asked += 1
            return steps.make(steps.asked)
        }
        await gate?.pass()
        return try step.get()
    }

    var asked: Int { steps.withLock { $0.asked } }
}

/// Holds everyone up until it is opened.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for one in waiting { one.resume() }
        waiting = []
    }
}

let api = Origin(scheme: "https", host: "api.example.com")

func token(_ number: Int, expires: Timestamp? = nil) -> Source.Step {
    .success(Lease(Secret("token-\(number)"), expires: expires))
}

/// Runs `body` and gives the failure that it throws; nil when it throws none.
func failure(_ body: () async throws(HTTPFailure) -> Void) async -> HTTPFailure? {
    do throws(HTTPFailure) {
        try await body()
        return nil
    } catch {
        return error
    }
}
