import HTTPTypes
import SlipwayCurl
import SlipwayHTTP
import Testing

extension CurlTests {
    @Suite struct CancelTests {
        @Test(
            "given a request under way, when its task is cancelled, then it ends as cancelled",
            arguments: waits,
            Wire.allCases
        )
        func underWay(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            let task = Task { try await line.get("/slow?ms=60000") }
            while line.client.statistics.requestsStarted == 0 { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            #expect(try await failure { _ = try await task.value }.reach == .cancelled)
            #expect(try await line.get("/small").status == 200)
        }

        @Test("given a task that is cancelled already, when it sends, then nothing is sent")
        func before() async throws {
            let line = try Line(.h1)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await line.get("/slow?ms=60000")
            }
            #expect(try await failure { _ = try await task.value }.reach == .cancelled)
            #expect(line.client.statistics.requestsStarted == 0)
        }

        @Test(
            "given 800 requests, when each is cancelled at some moment of its life, then all end",
            .timeLimit(.minutes(2)),
            arguments: waits
        )
        func storm(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h2, waiting)
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<800 {
                    group.addTask {
                        let task = Task {
                            guard index % 2 == 0 else {
                                _ = try await line.get("/small")
                                return
                            }
                            for try await _ in try await line.stream("/firehose?bytes=1000000") {}
                        }
                        if index % 5 != 0 { try? await Task.sleep(for: .microseconds(index * 37 % 30_000)) }
                        task.cancel()
                        _ = await task.result
                    }
                }
            }
            #expect(try await line.get("/small").status == 200)
            #expect(line.client.statistics.requestsStarted == line.client.statistics.requestsEnded)
        }

        @Test("given a watch, when its stream is dropped, then the server sees it end", arguments: waits, Wire.allCases)
        func dropped(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            do {
                let stream = try await line.stream("/watch?ms=5&tag=\(waiting)\(wire)")
                var seen = 0
                for try await _ in stream {
                    seen += 1
                    if seen == 20 { break }
                }
                #expect(seen == 20)
            }
            while line.client.statistics.requestsEnded == 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(try await line.get("/small").status == 200)
        }

        @Test(
            "given a paused stream on a shared connection, when it is dropped, then later answers are whole",
            arguments: waits
        )
        func heldBackBytes(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h2, waiting) { $0.streamHighWaterBytes = 4_096 }
            let neighbour = try await line.stream("/watch")
            for _ in 0..<10 {
                do {
                    for try await _ in try await line.stream("/firehose?bytes=1000000") { break }
                    try await Task.sleep(for: .milliseconds(20))
                }
                var text: [UInt8] = []
                for try await piece in try await line.stream("/watch?count=3&ms=1") { text += piece }
                #expect(String(decoding: text, as: UTF8.self) == (0..<3).map { #"{"number":\#($0)}"# + "\n" }.joined())
            }
            for try await _ in neighbour { break }
        }

        @Test(
            "given a stream being read, when the reading task is cancelled, then it fails as cancelled",
            arguments: waits
        )
        func readingTask(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h2, waiting)
            let stream = try await line.stream("/watch?ms=60000")
            let task = Task { for try await _ in stream {} }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            #expect(try await failure { try await task.value }.reach == .cancelled)
        }

        @Test("given requests under way, when the client is shut down, then they and later ones fail", arguments: waits)
        func shutdown(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h1, waiting)
            _ = try await line.get("/small")
            let task = Task { try await line.get("/slow?ms=60000") }
            while line.client.statistics.requestsStarted < 2 { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(100))
            line.client.shutdown()
            #expect(try await failure { _ = try await task.value }.reach == .unanswered)
            #expect(
                try await failure { _ = try await line.get("/small") }
                    == HTTPFailure(
                        .unsent,
                        "the HTTP client has been shut down; make a new one"
                    )
            )
        }

        @Test("given a stream, when everything else that holds the client is gone, then the stream goes on")
        func streamKeepsTheClient() async throws {
            let stream = try await Line(.h1).stream("/watch?ms=5&count=5")
            var seen = 0
            for try await _ in stream { seen += 1 }
            #expect(seen >= 1)
        }
    }

    /// One at a time, because they watch what the server counts.
    @Suite(.serialized) struct PressureTests {
        @Test(
            "given a reader that stops, when more is to come, then the server waits and others get through",
            arguments: waits,
            Wire.allCases
        )
        func slowReader(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            let (total, key) = (120_000_000, "written-\(wire)-\(waiting)")
            let stream = try await line.stream("/firehose?bytes=\(total)&key=\(key)")
            var iterator = stream.makeAsyncIterator()
            var seen = try #require(try await iterator.next()).count
            let start = try await TestServer.current.count(key)
            var (before, now) = (-1, start)
            while now != before {
                try await Task.sleep(for: .milliseconds(300))
                (before, now) = (now, try await TestServer.current.count(key))
            }
            print("\(wire), \(waiting): the server wrote \((now - start) >> 10) KiB more while nobody read")
            #expect(now - start < total / 2)
            #expect(try await line.get("/small").status == 200)
            while let piece = try await iterator.next() { seen += piece.count }
            #expect(seen == total)
        }
    }
}
