import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import Testing

private let now = Timestamp(rfc3339: "2026-11-28T00:00:00Z") ?? Timestamp(milliseconds: 0)

struct LintTests {
    private func findings(_ interactions: Interaction...) -> [String] {
        let origin = CassetteOrigin(.synthetic, from: "a test")
        return Cassette(name: "x", origin: origin, interactions: interactions).findings(now: now).map(\.description)
    }

    private func answering(
        _ id: String,
        _ target: String,
        _ status: Int = 200,
        _ headers: HTTPFields = [:],
        _ body: JSON? = nil
    ) -> Interaction {
        let content = RecordedResponse.Content.whole(body.map { .json($0) })
        let response = RecordedResponse(status: status, headers: headers, content: content)
        return Interaction(id: id, title: id, request: RecordedRequest(.get, target), outcome: .response(response))
    }

    @Test("given every committed cassette, when it is linted, then it names its origin and has no error")
    func committed() throws {
        let folder = try Committed.folder.get()
        #expect(folder.findings(now: now).filter { $0.severity == .error }.map(\.description) == [])
        // Recordings of paging that is refused or runs out, so that nothing leads there or from there.
        let known = ["errors: 410-continue", "event: list", "list: bad-continue", "list: expiring-page-1"]
        let warned = folder.findings(now: now).map { finding in
            "\(finding.cassette.dropFirst("kubernetes/".count)): \(finding.message.prefix { $0 != " " })"
        }
        #expect(Set(warned).sorted() == known)
        for cassette in try Committed.all.get() { #expect(!cassette.origin.source.isEmpty) }
    }

    @Test("given a secret, when linted, then it is an error that does not say the secret")
    func secret() {
        let token = "ghp" + "_" + String(repeating: "a1B2", count: 10)
        let found = findings(interaction("a", RecordedRequest(.get, "/a"), answer: token))
        #expect(found == ["x: error: secret: a response: GitHub token; mask it, and make the secret invalid"])
    }

    @Test("given an operation whose end was not recorded, when linted, then the chain is said to be broken")
    func brokenOperation() {
        let swap = answering("swap", "/slotsswap", 202, [.location: "https://a.example/operationresults/1?t=2"])
        #expect(
            findings(swap) == ["x: warning: chain: swap leads to an operation by Location, which was not recorded"]
        )
        #expect(findings(swap, answering("poll", "/operationresults/1?t=2")) == [])
        #expect(findings(answering("made", "/sites/x", 201, [.location: "https://a.example/sites/x"])) == [])
    }

    @Test("given a page whose next page was not recorded, when linted, then the chain is said to be broken")
    func brokenPaging() {
        let link = "https://a.example/sites?api-version=1&$skipToken=x"
        let page = answering("page", "/sites?api-version=1", 200, [:], ["value": [], "nextLink": .string(link)])
        #expect(
            findings(page) == ["x: warning: chain: page leads to a further page by nextLink, which was not recorded"]
        )
        #expect(findings(page, answering("more", "/sites?$skipToken=x&api-version=1")) == [])
    }

    @Test("given an operation that was still under way at its last poll, when linted, then the chain is broken")
    func unendedOperation() {
        let going: HTTPFields = [.location: "https://a.example/operationresults/1"]
        let swap = answering("swap", "/slotsswap", 202, going)
        let poll = answering("poll", "/operationresults/1", 202, going)
        #expect(
            findings(swap, poll) == [
                "x: warning: chain: poll leads to an operation by Location, which was not recorded"
            ]
        )
        #expect(findings(swap, poll, answering("end", "/operationresults/1")) == [])
    }

    @Test("given pages of Kubernetes and of AWS, when one is missing or led to by nothing, then it is said")
    func tokens() {
        let first = answering("first", "/pods?limit=2", 200, [:], ["metadata": ["continue": "abc"], "items": []])
        #expect(
            findings(first)
                == ["x: warning: chain: first leads to a further page by metadata.continue, which was not recorded"]
        )
        #expect(findings(first, answering("second", "/pods?limit=2&continue=abc")) == [])
        let sentence = "asks for a further page or an operation, and no answer before it leads there"
        #expect(
            findings(answering("a", "/pods"), answering("second", "/pods?continue=xyz"))
                == ["x: warning: unreachable: second \(sentence)"]
        )
        func events(_ id: String, _ form: String, _ answer: String) -> Interaction {
            let type: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            return interaction(id, RecordedRequest(.post, "/", headers: type, body: .text(form)), answer: answer)
        }
        let list = events("list", "Action=DescribeEvents", "<R><NextToken>t-1</NextToken></R>")
        #expect(
            findings(list) == ["x: warning: chain: list leads to a further page by NextToken, which was not recorded"]
        )
        let more = events("more", "Action=DescribeEvents&NextToken=t-1", "<R></R>")
        #expect(findings(list, more) == [])
        #expect(findings(list, events("more", "Action=DescribeEvents&NextToken=t-2", "<R></R>")).count == 2)
    }

    @Test("given a page or operation that no answer leads to, when linted, then it is unreachable")
    func unreachable() {
        let sentence = "asks for a further page or an operation, and no answer before it leads there"
        #expect(
            findings(answering("a", "/sites"), answering("b", "/sites?$skiptoken=2"))
                == ["x: warning: unreachable: b \(sentence)"]
        )
        #expect(findings(answering("a", "/operationresults/1")) == ["x: warning: unreachable: a \(sentence)"])
    }

    @Test("given an answer that repeats and another after it, when linted, then the repeat is said to have no meaning")
    func repeats() {
        let get = RecordedRequest(.get, "/a")
        let found = findings(interaction("a", get, repeats: true), interaction("b", get))
        #expect(
            found == [
                "x: warning: unreachable: a repeats, and b has the same request: take repeats off, or b away"
            ]
        )
        #expect(findings(interaction("a", get), interaction("b", get, repeats: true)) == [])
    }

    @Test("given a recording of two years ago, when linted, then its age is told in days")
    func age() {
        let origin = CassetteOrigin(.recorded, from: "a server", recordedAt: "2024-11-28T00:00:00Z")
        let old = Cassette(name: "x", origin: origin)
        let found = old.findings(now: now).map(\.description)
        #expect(found == ["x: warning: age: it was recorded 730 days ago: compare it with `slipway cassette diff`"])
        #expect(old.findings(now: now, ageDaysMax: 800) == [])
    }

    @Test("given a folder with a broken cassette and an orphan, when linted, then both are errors")
    func folder() throws {
        let path = NSTemporaryDirectory() + "lint-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = CassetteFolder(path: path)
        try folder.save(cassette("good", interaction("a", RecordedRequest(.get, "/a"))))
        try FileManager.default.createDirectory(atPath: "\(path)/good.bodies", withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: "\(path)/good.bodies/left.bin"))
        try Data("{\"format\":9}".utf8).write(to: URL(fileURLWithPath: "\(path)/bad.json"))
        #expect(
            folder.findings(now: now).map(\.description) == [
                "bad: error: schema: it has format 9, and this program reads format 1",
                "good: error: orphan: left.bin is named by no body: remove it, or save the cassette again",
            ]
        )
    }
}
