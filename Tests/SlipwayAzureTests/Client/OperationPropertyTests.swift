import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

/// An operation that goes through everything Azure was seen to do, drawn from a seed.
private final class RandomOperation: Transport {
    enum End: CaseIterable { case success, failure, gone }

    struct State {
        var looksLeft: Int
        var number = 0
        var newest: String
        var wrongAddresses = 0
        var isOver = false
        var writes = 0
    }

    let end: End
    let usesStatus: Bool
    let random: SeededRandom
    let state: Locked<State>

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        end = End.allCases[Int(random.next() % 3)]
        usesStatus = random.next() % 2 == 0
        state = Locked(State(looksLeft: Int(random.next() % 12), newest: results(0)))
    }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let outcome = state.withLock { state in answer(request, &state) }
        return try outcome.get()
    }

    private func answer(_ request: Request, _ state: inout State) -> Result<Response, HTTPFailure> {
        if request.method == .post {
            state.writes += 1
            return .success(Response(status: 202, headers: [name: state.newest]))
        }
        // The signature of an address is good for one look.
        if request.url != state.newest { state.wrongAddresses += 1 }
        if random.next() % 3 == 0 { return noise() }
        guard state.looksLeft == 0 else {
            state.looksLeft -= 1
            state.number += 1
            if random.next() % 4 > 0 { state.newest = results(state.number) }
            let body = usesStatus ? #"{"status":"Swapping"}"# : ""
            var response = Response(
                status: usesStatus ? 200 : 202,
                headers: [name: state.newest],
                body: Array(body.utf8)
            )
            if random.next() % 2 == 0 { response.headers[.retryAfter] = "\(random.next() % 100)" }
            return .success(response)
        }
        state.isOver = true
        switch end {
        case .success: return .success(Response(status: 200, body: Array(#"{"status":"Succeeded"}"#.utf8)))
        case .failure:
            let body = #"{"status":"Failed","error":{"code":"X","message":"no"}}"#
            return .success(Response(status: usesStatus ? 200 : 417, body: Array(body.utf8)))
        case .gone: return .success(Response(status: 404))
        }
    }

    private var name: HTTPField.Name { usesStatus ? asyncOperation : .location }

    private func noise() -> Result<Response, HTTPFailure> {
        switch random.next() % 6 {
        case 0: .failure(HTTPFailure(.unsent, "x"))
        case 1: .failure(HTTPFailure(.unanswered, "x"))
        case 2: .success(Response(status: 503, body: Array("<html>".utf8)))
        case 3: .success(Response(status: 504))
        case 4: .success(Response(status: 429, headers: [.retryAfter: "5"]))
        default: .success(Response(status: 500, body: Array(#"{"Message":"An error has occurred."}"#.utf8)))
        }
    }
}

@Suite("Long-running operations, drawn at random") struct OperationPropertyTests {
    @Test(
        "given operations of every course, when each is followed, then it ends as Azure ended it and at no other time"
    )
    func courses() async throws {
        var ends: [RandomOperation.End: Int] = [:]
        for seed in 0..<3_000 as Range<UInt64> {
            let azure = RandomOperation(seed: seed)
            let client = ARMClient(.global, transport: azure, time: VirtualTime())
            var operation = try #require(try await client.send(swap).operation)
            var end: RandomOperation.End?
            for _ in 0..<1_000 where end == nil {
                do throws(AzureFailure) {
                    switch try await client.poll(operation) {
                    case .running(let next):
                        #expect((.seconds(1)...(.seconds(60))).contains(next.wait))
                        #expect(!azure.state.withLock { $0.isOver })
                        operation = next
                    case .succeeded: end = .success
                    }
                } catch {
                    end = error.kind == .absent ? .gone : .failure
                    #expect(error.mayHaveTakenEffect)
                }
            }
            #expect(end == azure.end, "seed \(seed)")
            #expect(azure.state.withLock { $0.isOver && $0.wrongAddresses == 0 && $0.writes == 1 }, "seed \(seed)")
            ends[azure.end, default: 0] += 1
        }
        #expect(ends.count == 3)
    }

    @Test("given bytes that nobody meant, when they come as answers, then a poll ends and never with success")
    func rubbish() async {
        let random = SeededRandom(seed: 4)
        for _ in 0..<2_000 {
            let text = (0..<Int(random.next() % 20)).map { _ in
                ["{", "}", "[", "]", "\"", "status", ":", "error", ",", "null", "<", "Succeede", "1"][
                    Int(random.next() % 13)
                ]
            }.joined()
            let status = [200, 201, 202, 400, 404, 500][Int(random.next() % 6)]
            let script = ScriptedAzure(.status(status, text))
            let way = ARMOperation.Way.asyncOperation(url: results(1), final: nil)
            let operation = ARMOperation(call: "x", way: way, wait: .seconds(1))
            do throws(AzureFailure) {
                #expect(try await client(script).poll(operation).operation != nil)
            } catch {
                #expect(error.mayHaveTakenEffect)
            }
        }
    }
}
