import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

private let form = "application/x-www-form-urlencoded; charset=utf-8"

struct MatchingTests {
    private func answers(_ cassette: Cassette, _ requests: Request...) async -> [String] {
        let transport = ReplayingTransport([cassette], time: VirtualTime())
        var answers: [String] = []
        for request in requests {
            do { answers.append(try await transport.send(request).text) } catch { answers.append("refused") }
        }
        return answers
    }

    @Test("given one path recorded at two hosts, when both are asked, then each gives its own answer")
    func origins() async {
        let (one, two) = (Origin(scheme: "https", host: "one.example"), Origin(scheme: "https", host: "two.example"))
        let recorded = cassette(
            "hosts",
            interaction("b", RecordedRequest(.get, "/a", to: two), answer: "two"),
            interaction("a", RecordedRequest(.get, "/a", to: one), answer: "one")
        )
        let plain = Origin(scheme: "http", host: "one.example")
        let seen = await answers(
            recorded,
            Request(.get, one, "/a"),
            Request(.get, plain, "/a"),
            Request(.get, two, "/a")
        )
        #expect(seen == ["one", "refused", "two"])
    }

    @Test("given a call of AWS Query, when its fields come in another order and encoding, then it matches as a form")
    func forms() async {
        let recorded = RecordedRequest(
            .post,
            "/",
            headers: [.contentType: form],
            body: .text("Action=DescribeEvents&EnvironmentName=shop%2Dprod&Text=a+b")
        )
        func request(_ body: String) -> Request {
            Request(.post, server, "/", headers: [.contentType: form], body: .bytes(Array(body.utf8)))
        }
        let seen = await answers(
            cassette("form", interaction("a", recorded, answer: "ok")),
            request("Action=DescribeEvents&EnvironmentName=shop-prod&Text=a%20c"),
            request("EnvironmentName=shop-prod&Text=a%20b&Action=DescribeEvents")
        )
        #expect(seen == ["refused", "ok"])
    }

    @Test("given a form that differs in one field, when sent, then that field is named and no other")
    func formMismatch() async throws {
        let recorded = RecordedRequest(.post, "/", headers: [.contentType: form], body: .text("Action=A&Name=shop"))
        let transport = ReplayingTransport([cassette("form", interaction("a", recorded))], time: VirtualTime())
        let sent = Array("Action=A&Name=shoe".utf8)
        let request = Request(.post, server, "/", headers: [.contentType: form], body: .bytes(sent))
        await #expect(throws: HTTPFailure.self) { try await transport.send(request) }
        let found = transport.mismatches.first?.differences.map(\.description)
        #expect(found == ["body Name: sent shoe, recorded shop"])
    }

    @Test("given an upload recorded by its digest, when it comes from memory or a file, then SHA-256 and size decide")
    func uploads() async throws {
        let bytes = [UInt8](0...255)
        let path = NSTemporaryDirectory() + "upload-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let kept = try RecordedRequest(Request(.put, server, "/zip", body: .file(path: path)))
        guard case .digest(let sha256, let count)? = kept.body else { throw CancellationError() }
        #expect(sha256 == "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880")
        #expect(count == 256)
        let recorded = cassette("zip", interaction("a", kept, answer: "1"), interaction("b", kept, answer: "2"))
        let seen = await answers(
            recorded,
            Request(.put, server, "/zip", body: .bytes(bytes)),
            Request(.put, server, "/zip", body: .bytes(Array(bytes.reversed()))),
            Request(.put, server, "/zip", body: .file(path: path)),
            Request(.put, server, "/zip", body: .file(path: path + "-gone"))
        )
        #expect(seen == ["1", "refused", "2", "refused"])
        let again = try Cassette(parsing: Array(recorded.text.utf8), name: "zip")
        #expect(again == recorded)
    }

    @Test("given a cassette that chooses a header, when it differs, then the request does not match")
    func chosenHeaders() async throws {
        let matching = Matching(headers: [.ifMatch])
        let request = RecordedRequest(.put, "/lock", headers: [.ifMatch: "1"], matched: matching.headers)
        var recorded = cassette("lock", interaction("a", request, answer: "ok"))
        recorded.matching = matching
        let again = try Cassette(parsing: Array(recorded.text.utf8), name: "lock")
        #expect(again == recorded)
        let seen = await answers(
            again,
            Request(.put, server, "/lock", headers: [.ifMatch: "2"]),
            Request(.put, server, "/lock", headers: [.ifMatch: "1", .accept: "text/plain", .userAgent: "x"])
        )
        #expect(seen == ["refused", "ok"])
    }

    @Test("given volatile and signature headers, when they are chosen all the same, then none is kept or compared")
    func volatile() async throws {
        let names = [
            "Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256", "amz-sdk-invocation-id",
            "Date", "User-Agent", "x-ms-client-request-id", "x-ms-correlation-request-id", "traceparent",
            "Content-Length", "Host", "Cookie",
        ].compactMap { HTTPField.Name($0) }
        #expect(names.count == 13)
        for name in names {
            let matching = Matching(headers: [name, .ifMatch])
            let headers: HTTPFields = [name: "1", .ifMatch: "1"]
            let request = try RecordedRequest(Request(.get, server, "/a", headers: headers), matched: matching.headers)
            #expect(request.headers == [.ifMatch: "1"], "\(name)")
            var recorded = cassette("chosen", interaction("a", request, answer: "ok"))
            recorded.matching = matching
            let again = Request(.get, server, "/a", headers: [name: "2", .ifMatch: "1"])
            #expect(await answers(recorded, again) == ["ok"], "\(name)")
            let text = recorded.text
            let failure = #expect(throws: CassetteFailure.self) { try Cassette(parsing: Array(text.utf8), name: "x") }
            #expect(failure?.problem.hasSuffix("so it is never matched") == true, "\(name)")
        }
        #expect(!Matching.isVolatile(.ifMatch))
    }

    @Test("given a chosen header with a secret in it, when it is kept, then the secret is masked and still matches")
    func chosenSecret() async throws {
        let name = try #require(HTTPField.Name("X-Shop"))
        let token = "ghp" + "_" + String(repeating: "a1B2", count: 10)
        let request = RecordedRequest(.get, "/a", headers: [name: "for \(token)"], matched: [name])
        var recorded = cassette("chosen", interaction("a", request, answer: "ok"))
        recorded.matching = Matching(headers: [name])
        #expect(recorded.secrets().count == 1)
        #expect(!recorded.text.contains(token))
        let again = try Cassette(parsing: Array(recorded.text.utf8), name: "chosen")
        #expect(await answers(again, Request(.get, server, "/a", headers: [name: "for \(token)"])) == ["ok"])
    }

    @Test("given members that a cassette does not compare, when only they differ, then the request matches")
    func ignoredMembers() async {
        let body: JSON = ["spec": ["renewTime": "2026-11-21T01:02:03Z", "holder": "a"]]
        var recorded = cassette("lease", interaction("a", RecordedRequest(.put, "/l", body: .json(body)), answer: "ok"))
        recorded.matching.ignoredMembers = ["renewTime"]
        func request(_ time: String, _ holder: String) -> Request {
            let body: JSON = ["spec": ["renewTime": .string(time), "holder": .string(holder)]]
            return Request(.put, server, "/l", body: .bytes(body.bytes))
        }
        #expect(await answers(recorded, request("x", "b"), request("y", "a")) == ["refused", "ok"])
    }

    @Test("given answers that took their time, when replayed, then the clock that was passed in moves and no other")
    func waits() async throws {
        var slow = interaction("a", RecordedRequest(.get, "/a"), answer: "ok")
        slow.outcome = .response(RecordedResponse(status: 200, content: .whole(.text("ok")), after: .seconds(90)))
        let time = VirtualTime()
        let start = time.now
        let transport = ReplayingTransport([cassette("slow", slow)], time: time)
        #expect(try await transport.send(Request(.get, server, "/a")).text == "ok")
        #expect(time.now - start == .seconds(90))
    }

    @Test("given a recorded 429 with Retry-After, when a client retries, then it waits on the virtual clock")
    func retryAfter() async throws {
        let get = RecordedRequest(.get, "/a")
        var busy = interaction("busy", get)
        busy.outcome = .response(RecordedResponse(status: 429, headers: [.retryAfter: "30"]))
        let time = VirtualTime()
        let start = time.now
        let replayed = ReplayingTransport([cassette("busy", busy, interaction("b", get, answer: "ok"))], time: time)
        let retry = Retry(budget: RetryBudget(time: time), time: time, random: SeededRandom(seed: 1))
        let response = try await Pipeline([retry], to: replayed).send(Request(.get, server, "/a"))
        #expect(response.text == "ok")
        #expect((30_000...32_000).contains((time.now - start).milliseconds))
        #expect(replayed.unplayed.isEmpty)
    }
}
