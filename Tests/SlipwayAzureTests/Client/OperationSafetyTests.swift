import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite("Addresses of operations") struct OperationSafetyTests {
    static let elsewhere = [
        "https://evil.example/x?s=s3cret", "http://management.azure.com/x", "//evil.example/x", "https:evil",
        "ftp://x/",
        "https://management.azure.com:444/x", "https://management.azure.com@evil.example/", "/a b", "",
    ]

    @Test("given an address elsewhere, when an operation begins, then nothing is sent there", arguments: elsewhere)
    func begun(link: String) async {
        for name in [asyncOperation, .location] {
            let script = ScriptedAzure(.status(202, "", [name: link]))
            let failed = await azureFailure { () async throws(AzureFailure) in _ = try await client(script).send(swap) }
            #expect(failed?.kind == .unreadable)
            #expect(failed?.mayHaveTakenEffect == true)
            #expect(failed?.summary.contains("s3cret") == false)
            #expect(script.requests.count == 1)
        }
    }

    @Test("given an address elsewhere, when it comes with a poll, then nothing is sent there", arguments: elsewhere)
    func polled(link: String) async {
        let ways: [(ARMOperation.Way, ScriptedAzure.Answer)] = [
            (.location(url: results(1)), .status(202, "", [.location: link])),
            (
                .asyncOperation(url: results(1), final: nil),
                .status(200, #"{"status":"InProgress"}"#, [asyncOperation: link])
            ),
        ]
        for (way, answer) in ways {
            let script = ScriptedAzure(answer)
            let failed = await azureFailure { () async throws(AzureFailure) in
                _ = try await client(script).poll(ARMOperation(call: "x", way: way, wait: .seconds(1)))
            }
            #expect(failed?.kind == .unreadable)
            #expect(script.requests.count == 1)
        }
    }

    @Test("given an operation that names another place, when it is polled, then nothing is sent at all")
    func forged() async {
        let script = ScriptedAzure(.status(200))
        let ways: [ARMOperation.Way] = [
            .location(url: "https://evil.example/"), .provisioningState(url: "https://evil.example/"),
            .asyncOperation(url: "https://evil.example/", final: nil),
        ]
        for way in ways {
            let failed = await azureFailure { () async throws(AzureFailure) in
                _ = try await client(script).poll(ARMOperation(call: "x", way: way, wait: .seconds(1)))
            }
            #expect(failed != nil)
        }
        #expect(script.requests.isEmpty)
    }

    @Test("given an address of up to 8 KB, when it is followed, then every byte of it is sent as it came")
    func byteForByte() async throws {
        let start = "\(arm)/x?c=%2b%2B&s=a_b-c~+/='(),;:@!$*&t="
        let long = start + String(repeating: "Q", count: (8 << 10) - start.utf8.count)
        for url in [long, start + "%00%zz"] {
            let script = ScriptedAzure(.status(202, "", [.location: url]), .status(200))
            let client = client(script)
            _ = try await client.poll(try #require(try await client.send(swap).operation))
            #expect(script.requests.last?.target == target(url))
        }
        let longer = ScriptedAzure(.status(202, "", [.location: long + "Q"]))
        let failed = await azureFailure { () async throws(AzureFailure) in _ = try await client(longer).send(swap) }
        #expect(failed?.kind == .unreadable)
        #expect(failed?.summary == "\(swap.name): the answer names an address of 8193 bytes; it is not followed")
    }

    @Test("given an operation, when it is shown in any way, then its address is not")
    func shown() async throws {
        let operation = try #require(
            try await client(ScriptedAzure(.status(202, "", [.location: results(1)]))).send(swap).operation
        )
        var dumped = ""
        dump(ARMProgress.running(operation), to: &dumped)
        dump(ARMReply(status: 202, operation: operation), to: &dumped)
        dump(operation.way, to: &dumped)
        for text in ["\(operation)", String(reflecting: operation), "\(operation.way)", dumped] {
            #expect(!text.contains("S1G_1"))
        }
        #expect("\(operation)" == "POST slots/staging/slotsswap (location, again in 15.0 seconds)")
    }

    @Test("given a failure of a poll, when it is told, then no part of a signed address is in it")
    func told() async {
        let message = #"{"Message":"no luck at \#(results(1)) with eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln"}"#
        let answers: [ScriptedAzure.Answer] = [.status(404, message), .status(409, message), .failed(.cancelled)]
        for answer in answers {
            let failed = await azureFailure { () async throws(AzureFailure) in
                _ = try await client(ScriptedAzure(answer))
                    .poll(ARMOperation(call: "x", way: .location(url: results(1)), wait: .seconds(1)))
            }
            #expect(failed != nil)
            #expect(failed?.summary.contains("S1G_1") == false)
            #expect(failed?.summary.contains("eyJ") == false)
        }
    }
}
