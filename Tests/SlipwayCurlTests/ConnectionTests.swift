import HTTPTypes
import SlipwayCurl
import SlipwayHTTP
import Testing

extension CurlTests {
    @Suite struct ConnectionTests {
        @Test(
            "given an answered request, when another follows, then the connection is used again",
            arguments: waits,
            Wire.allCases
        )
        func reuse(waiting: CurlClient.Waiting, wire: Wire) async throws {
            let line = try Line(wire, waiting)
            for _ in 0..<3 { #expect(try await line.get("/small").status == 200) }
            #expect(line.client.statistics == statistics(connections: 1, requests: 3))
        }

        @Test(
            "given a cold client, when 50 requests start at once over HTTP/2, then they share one connection",
            arguments: waits
        )
        func multiplexing(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h2, waiting)
            #expect(try await statuses(50, line, "/small") == [200: 50])
            #expect(line.client.statistics.connectionsOpened == 1)
        }

        @Test(
            "given a cap of 16 connections, when 100 slow requests start over HTTP/1.1, then no more are opened",
            arguments: waits
        )
        func cap(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h1, waiting)
            #expect(try await statuses(100, line, "/slow?ms=50") == [200: 100])
            #expect((1...16).contains(line.client.statistics.connectionsOpened))
        }

        @Test(
            "given a server that ends each connection after 10 requests, when 200 are sent, then all are answered",
            arguments: waits
        )
        func goaway(waiting: CurlClient.Waiting) async throws {
            var line = try Line(.h2, waiting)
            line.origin = try TestServer.current.origin("goaway")
            // Forty at once: libcurl moves a request to a new connection at most five times.
            for _ in 0..<5 { #expect(try await statuses(40, line, "/small") == [200: 40]) }
            #expect(line.client.statistics.connectionsOpened > 1)
        }

        @Test(
            "given 1,000 watches over HTTP/2, when each has seen two events, then at most 16 connections were opened",
            arguments: waits
        )
        func thousandWatches(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h2, waiting)
            let pieces = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<1_000 {
                    group.addTask {
                        var seen = 0
                        for try await piece in try await line.stream("/watch?count=2&ms=200") { seen += piece.count }
                        return seen
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(pieces == Array(repeating: #"{"number":0}\#n{"number":1}\#n"#.utf8.count, count: 1_000))
            #expect((10...16).contains(line.client.statistics.connectionsOpened))
        }

        @Test("given a client that allows two requests, when a third is sent meanwhile, then it fails as unsent")
        func fullMailbox() async throws {
            let line = try Line(.h1) { $0.requestsMax = 2 }
            let streams = [try await line.stream("/watch"), try await line.stream("/watch")]
            let refusal = try await failure { _ = try await line.get("/small") }
            #expect(refusal.reach == .unsent)
            #expect(refusal.reason.contains("2 requests are under way already"))
            #expect(streams.count == 2)
        }

        @Test("given a port where nobody listens, when a request is sent, then it is unsent and says so")
        func nobody() async throws {
            let line = try Line(.h1)
            let refusal = try await failure {
                _ = try await line.transport.send(
                    Request(.post, Origin(scheme: "https", host: "127.0.0.1", port: 1), "/a?token=s3cret")
                )
            }
            #expect(refusal.reach == .unsent)
            #expect(refusal.reason.hasPrefix("POST https://127.0.0.1:1/a: cannot connect"))
            #expect(!refusal.reason.contains("s3cret"))
        }

        @Test("given a name that does not exist, when a request is sent, then it is unsent")
        func unknownName() async throws {
            let line = try Line(.h1)
            let origin = Origin(scheme: "https", host: "nowhere.invalid")
            let refusal = try await failure { _ = try await line.transport.send(Request(.get, origin, "/")) }
            #expect(refusal.reach == .unsent)
            #expect(refusal.reason.contains("name is unknown"))
        }

        @Test(
            "given a reused connection that dies without an answer, when the request was a POST, then it was sent once",
            arguments: waits
        )
        func noSilentRepeat(waiting: CurlClient.Waiting) async throws {
            let line = try Line(.h1, waiting)
            let key = "post-\(waiting)"
            _ = try await line.get("/small")
            let lost = try await failure { _ = try await line.transport.send(line.request(.post, "/drop?key=\(key)")) }
            #expect(lost.reach == .unanswered)
            #expect(try await TestServer.current.count(key) == 1)
        }

        private func statistics(connections: Int, requests: Int) -> CurlClient.Statistics {
            var statistics = CurlClient.Statistics()
            statistics.connectionsOpened = connections
            (statistics.requestsStarted, statistics.requestsEnded) = (requests, requests)
            return statistics
        }

        private func statuses(_ number: Int, _ line: Line, _ target: String) async throws -> [Int: Int] {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<number { group.addTask { try await line.get(target).status } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
        }
    }
}
