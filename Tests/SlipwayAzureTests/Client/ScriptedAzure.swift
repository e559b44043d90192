import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP

/// Answers one request after the other from a list, the last one again and again, and keeps what it was asked.
final class ScriptedAzure: Transport {
    enum Answer: Sendable {
        case response(Int, String, HTTPFields)
        case failed(HTTPFailure.Reach)

        static func status(_ status: Int, _ body: String = "", _ headers: HTTPFields = [:]) -> Self {
            .response(status, body, headers)
        }
    }

    private let state: Locked<(answers: [Answer], requests: [Request])>

    init(_ answers: [Answer]) { state = Locked((answers, [])) }

    convenience init(_ answers: Answer...) { self.init(answers) }

    var requests: [Request] { state.withLock { $0.requests } }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        switch answer {
        case .response(let status, let body, let headers):
            return Response(status: status, headers: headers, body: Array(body.utf8))
        case .failed(let reach): throw HTTPFailure(reach, "the line is cut")
        }
    }
}

let arm = AzureCloud.global.resourceManager
let shop = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Web/sites/shop"
let swap = ARMCall(
    .post,
    shop + "/slots/staging/slotsswap",
    .web,
    name: "POST slots/staging/slotsswap",
    body: ["targetSlot": "production", "preserveVnet": true]
)
let asyncOperation = HTTPField.Name("Azure-AsyncOperation")!

/// Where an operation tells how it stands, as App Service writes it.
func results(_ number: Int) -> String {
    "\(arm)\(shop)/slots/staging/operationresults/7?api-version=2023-12-01&t=\(number)"
        + "&c=MII_a-b&s=S1G_\(number)&h=x%2B\(number)"
}

/// The path and query of an absolute address of the resource manager.
func target(_ url: String) -> String { String(url.dropFirst(arm.description.count)) }

func client(_ script: ScriptedAzure) -> ARMClient {
    ARMClient(.global, transport: script, time: VirtualTime())
}

/// Runs `body` and gives the failure that it must throw.
func azureFailure(_ body: () async throws(AzureFailure) -> Void) async -> AzureFailure? {
    do throws(AzureFailure) {
        try await body()
        return nil
    } catch {
        return error
    }
}

extension ARMProgress {
    /// The operation that still runs.
    var operation: ARMOperation? { if case .running(let operation) = self { operation } else { nil } }
}
