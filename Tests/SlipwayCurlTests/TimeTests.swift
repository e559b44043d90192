import HTTPTypes
import SlipwayCurl
import SlipwayHTTP
import Testing

extension CurlTests {
    @Suite struct TimeTests {
        @Test(
            "given a handshake that never ends, when the connect bound passes, then the request is unsent",
            arguments: waits
        )
        func connect(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h1, waiting)
            var request = Request(.get, try TestServer.current.origin("silent"), "/")
            request.bounds.connect = .milliseconds(200)
            let late = request
            #expect(try await failure { _ = try await line.transport.send(late) }.reach == .unsent)
        }

        @Test(
            "given a slow answer, when the total bound passes, then the request is unanswered",
            arguments: waits,
            Wire.allCases
        )
        func total(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            _ = try await line.get("/small")
            var request = line.request(.get, "/slow?ms=30000")
            request.bounds.total = .milliseconds(200)
            let late = request
            let failed = try await failure { _ = try await line.transport.send(late) }
            #expect(failed.reach == .unanswered)
            #expect(failed.reason.contains("within 200ms"))
        }

        @Test(
            "given a silent answer, when the idle bound passes, then the request is unanswered",
            arguments: waits,
            Wire.allCases
        )
        func idle(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            _ = try await line.get("/small")
            var request = line.request(.get, "/slow?ms=30000")
            request.bounds.idle = .milliseconds(200)
            let late = request
            let failed = try await failure { _ = try await line.transport.send(late) }
            #expect(failed.reach == .unanswered)
            #expect(failed.reason.contains("not a byte came or went for 200ms"))
        }

        @Test(
            "given all connections are taken, when the bound passes before one is free, then the request is unsent",
            arguments: waits
        )
        func noConnectionFree(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h1, waiting) { $0.connectionsPerHostMax = 1 }
            let stream = try await line.stream("/watch")
            var request = line.request(.get, "/small")
            request.bounds.total = .milliseconds(200)
            let late = request
            #expect(try await failure { _ = try await line.transport.send(late) }.reach == .unsent)
            for try await _ in stream { break }
        }

        @Test(
            "given a stream with an idle bound, when bytes keep coming or the reader is slow, then it goes on",
            arguments: waits,
            Wire.allCases
        )
        func slowReaderIsNotIdle(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            var request = line.request(.get, "/firehose?bytes=20000000")
            request.streamsResponse = true
            request.bounds.idle = .seconds(2)
            var total = 0
            for try await piece in try #require(try await line.transport.send(request).stream) {
                if total == 0 { try await Task.sleep(for: .seconds(5)) }
                total += piece.count
            }
            #expect(total == 20_000_000)
        }
    }
}
