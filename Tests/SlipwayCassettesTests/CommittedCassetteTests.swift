import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

struct CommittedCassetteTests {
    @Test("given the committed cassettes, when all are loaded, then the recordings of kube-apiserver are complete")
    func loading() throws {
        let kubernetes = try Committed.all.get().filter { $0.name.hasPrefix("kubernetes/") }
        #expect(kubernetes.count == 15)
        #expect(kubernetes.map(\.interactions.count).reduce(0, +) == 199)
        for cassette in kubernetes {
            #expect(cassette.origin.kind == .recorded)
            #expect(cassette.origin.description.hasPrefix("recorded from kube-apiserver 1.36.2 by this project"))
            #expect(cassette.origin.note?.contains("stand-in") == true)
            #expect(cassette.origin.recordedAt.flatMap { Timestamp(rfc3339: $0) } != nil)
        }
    }

    @Test("given any committed cassette, when all its requests are sent again in order, then all its answers come back")
    func replaying() async throws {
        for cassette in try Committed.all.get() {
            let transport = ReplayingTransport([cassette], time: VirtualTime())
            for interaction in cassette.interactions {
                await expectReplay(of: interaction, in: cassette.name, by: transport)
            }
            #expect(transport.unplayed.isEmpty)
            #expect(transport.mismatches.isEmpty)
            #expect(transport.played.map(\.id) == cassette.interactions.map(\.id))
        }
    }

    private func expectReplay(of interaction: Interaction, in cassette: String, by transport: ReplayingTransport) async
    {
        let comment = Comment(rawValue: "\(cassette) \(interaction.id)")
        let result: Result<Response, HTTPFailure>
        do throws(HTTPFailure) {
            result = .success(try await transport.send(interaction.request.request(to: server)))
        } catch {
            result = .failure(error)
        }
        switch (interaction.outcome, result) {
        case (.failure(let recorded), .failure(let failure)): #expect(failure == recorded, comment)
        case (.response(let recorded), .success(let response)):
            #expect(response.status == recorded.status, comment)
            #expect(response.headers == recorded.headers, comment)
            #expect(response.body == recorded.bytes, comment)
        case (.response(let recorded), .failure(let failure)):
            guard case .frames(_, let ended?) = recorded.content, let reason = ended.broken else {
                Issue.record("\(cassette) \(interaction.id): \(failure)")
                return
            }
            #expect(failure == HTTPFailure(.unanswered, reason), comment)
        case (.failure, .success): Issue.record("\(cassette) \(interaction.id) was answered")
        }
    }

    @Test("given any committed cassette, when it is searched for secrets, then none is found")
    func secrets() throws {
        for cassette in try Committed.all.get() {
            #expect(cassette.secrets().map(\.description) == [], Comment(rawValue: cassette.name))
        }
    }

    @Test("given any committed cassette, when it is written again, then not a byte of the file changes")
    func layout() throws {
        let folder = try Committed.folder.get()
        for cassette in try Committed.all.get() {
            let file = try String(contentsOfFile: "\(folder.path)/\(cassette.name).json", encoding: .utf8)
            let lines = zip(cassette.text.split(separator: "\n"), file.split(separator: "\n"))
            let first = lines.first { $0 != $1 }.map { "\($0)\ninstead of\n\($1)" }
            #expect(first == nil, Comment(rawValue: cassette.name))
            #expect(cassette.text == file, Comment(rawValue: cassette.name))
        }
    }

    @Test("given the committed cassettes, when their sizes are added up, then they are under 3 MB")
    func size() throws {
        let folder = try Committed.folder.get()
        let sizes = try folder.names().map { name in
            try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name).json")[.size] as? Int ?? 0
        }
        #expect(sizes.reduce(0, +) < 3_000_000)
    }

    @Test("given the recorded watch of a rolling update, when it is streamed, then every frame comes at its own time")
    func recordedWatch() async throws {
        let cassette = try Committed.folder.get().load("kubernetes/deployment").only("rolling-watch")
        let time = VirtualTime()
        let start = time.now
        var request = try #require(cassette["rolling-watch"]).request.request(to: server)
        request.streamsResponse = true
        let response = try await ReplayingTransport([cassette], time: time).send(request)
        #expect(time.now == start)
        var kinds: [String] = []
        for try await frame in try #require(response.stream) {
            kinds.append(try JSON(parsing: frame)["type"]?.string ?? "no type")
        }
        #expect(Set(kinds) == ["MODIFIED", "BOOKMARK"])
        #expect(kinds.count > 10)
        #expect((2000...30_000).contains((time.now - start).milliseconds))
    }
}
