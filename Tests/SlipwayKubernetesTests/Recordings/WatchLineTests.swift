import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

@testable import SlipwayKubernetes

@Suite("Recorded watches are read line by line") struct WatchLineTests {
    private func events(_ interaction: Interaction, piece: Int) throws -> [Watch.Event?] {
        guard case .response(let response) = interaction.outcome else { return [] }
        var (lines, events) = (LineBuffer(), [Watch.Event?]())
        let bytes = response.bytes
        for start in stride(from: 0, to: bytes.count, by: piece) {
            for line in try lines.add(Array(bytes[start..<min(start + piece, bytes.count)])) {
                events.append(Watch.event(line))
            }
        }
        return events
    }

    @Test("given every recorded watch when it comes in pieces of any size then every line is an event with a version")
    func all() throws {
        var count = 0
        for (name, interaction) in try Recorded.all() where interaction.isWatch {
            guard case .response(let response) = interaction.outcome, response.status == 200 else { continue }
            let whole = try events(interaction, piece: .max / 2)
            #expect(try events(interaction, piece: 7) == whole, "\(name)")
            for event in whole {
                switch event {
                case .changed(let version), .bookmark(let version): #expect(Int(version) != nil, "\(name)")
                case .expired: #expect(name == "watch/too-old")
                case nil: Issue.record("\(name) has a line that is no event")
                }
            }
            count += whole.count
        }
        #expect(count > 50)
    }

    @Test("given a watch from a compacted version when its one line is read then the version is too old")
    func expired() throws {
        #expect(try events(try Recorded.one("watch/too-old"), piece: 64) == [.expired])
    }

    @Test("given watches that asked for bookmarks when they are read then bookmarks carry a version and nothing else")
    func bookmark() throws {
        for name in ["deployment/create-watch", "deployment/rolling-watch", "watch/send-initial-events"] {
            let events = try events(try Recorded.one(name), piece: 64)
            #expect(events.contains { if case .bookmark = $0 { true } else { false } }, "\(name)")
        }
        #expect(try events(try Recorded.one("watch/timeout"), piece: 64).isEmpty)
    }

    @Test("given half a line when it is read then it is no event")
    func half() throws {
        #expect(Watch.event(Array(#"{"type":"MODIFIED","object":{"metadata":{"resourceV"#.utf8)) == nil)
        #expect(Watch.event([]) == nil)
    }

    @Test("given a watch whose version is no number when it is answered then it is a failure and no event")
    func refused() throws {
        guard case .response(let response) = try Recorded.one("watch/bad-version").outcome else { return }
        #expect(response.status == 500)
        #expect(Watch.event(response.bytes) == nil)
    }
}
