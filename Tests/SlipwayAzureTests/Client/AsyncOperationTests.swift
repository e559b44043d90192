import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite("Operations that tell a status") struct AsyncOperationTests {
    static let url = "\(arm)/subscriptions/1/operations/2?api-version=2016-03-30"
    static let cluster = "\(arm)/subscriptions/1/managedClusters/shop?api-version=2024-09-01"

    func poll(_ script: ScriptedAzure, final: String? = nil) async throws(AzureFailure) -> ARMProgress {
        let way = ARMOperation.Way.asyncOperation(url: Self.url, final: final)
        return try await client(script).poll(ARMOperation(call: "PUT cluster", way: way, wait: .seconds(30)))
    }

    @Test("given a status of any word, when it is none of the three ends, then the operation runs")
    func running() async throws {
        for word in ["InProgress", "Accepted", "Upgrading", "succeededish"] {
            let progress = try await poll(ScriptedAzure(.status(200, #"{"status":"\#(word)"}"#, [.retryAfter: "5"])))
            #expect(progress.operation?.wait == .seconds(5))
        }
        #expect(try await poll(ScriptedAzure(.status(202))).operation != nil)
    }

    @Test("given success, when the resource is due, then it is read; otherwise what the operation tells is given")
    func success() async throws {
        let done = #"{"status":"Succeeded","error":{"code":"None","message":null},"properties":{"x":1}}"#
        #expect(try await poll(ScriptedAzure(.status(200, done))) == .succeeded(["x": 1]))
        let script = ScriptedAzure(.status(200, #"{"status":"succeeded"}"#), .status(200, #"{"name":"shop"}"#))
        #expect(try await poll(script, final: Self.cluster) == .succeeded(["name": "shop"]))
        #expect(script.requests.map(\.url) == [Self.url, Self.cluster])
    }

    @Test("given success, when the resource cannot be read now, then everything is asked again")
    func finalLater() async throws {
        for answer in [ScriptedAzure.Answer.status(503, "<html>"), .failed(.unanswered), .status(202)] {
            let script = ScriptedAzure(.status(200, #"{"status":"Succeeded"}"#), answer)
            let operation = try #require(try await poll(script, final: Self.cluster).operation)
            #expect(operation.way == .asyncOperation(url: Self.url, final: Self.cluster))
        }
        let script = ScriptedAzure(.status(200, #"{"status":"Succeeded"}"#), .status(404))
        #expect(try await poll(script, final: Self.cluster) == .succeeded(.null))
    }

    @Test("given failure or cancellation, when it is told, then it is thrown with its reason and may have had effects")
    func failure() async {
        for word in ["Failed", "Canceled", "Cancelled"] {
            let body = #"{"status":"\#(word)","error":{"code":"QuotaExceeded","message":"no more cores"}}"#
            let failed = await azureFailure { () async throws(AzureFailure) in
                _ = try await poll(ScriptedAzure(.status(200, body)))
            }
            #expect(failed?.kind == .invalid)
            #expect(failed?.code == "QuotaExceeded")
            #expect(failed?.summary == "PUT cluster: QuotaExceeded: no more cores")
            #expect(failed?.mayHaveTakenEffect == true)
        }
        let mute = await azureFailure { () async throws(AzureFailure) in
            _ = try await poll(ScriptedAzure(.status(200, #"{"status":"Canceled","error":{"code":"None"}}"#)))
        }
        #expect(mute?.summary == "PUT cluster: the operation was canceled, and Azure gave no reason")
    }

    @Test(
        "given a body that tells no status, when it is read, then nothing is concluded",
        arguments: ["", "{}", "<a/>"]
    )
    func mute(body: String) async {
        let failed = await azureFailure { () async throws(AzureFailure) in
            _ = try await poll(ScriptedAzure(.status(200, body)))
        }
        #expect(failed?.kind == .unreadable)
    }

    @Test("given a resource that has failed already, when it is written, then that is thrown")
    func failedAtOnce() async {
        let put = ARMCall(.put, "/subscriptions/1/x", .cdn, name: "PUT x", body: [:])
        for word in ["Failed", "Canceled"] {
            let script = ScriptedAzure(.status(200, #"{"properties":{"provisioningState":"\#(word)"}}"#))
            let failed = await azureFailure { () async throws(AzureFailure) in _ = try await client(script).send(put) }
            #expect(failed?.kind == .invalid)
            #expect(failed?.mayHaveTakenEffect == true)
        }
    }
}
