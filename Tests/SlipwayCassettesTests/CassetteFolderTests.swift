import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import Testing

struct CassetteFolderTests {
    private let path = NSTemporaryDirectory() + "cassettes-\(UUID().uuidString)"

    private func large(_ name: String) -> Cassette {
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7 | 0x80) }
        let response = RecordedResponse(status: 200, content: .whole(.base64(bytes)))
        let request = RecordedRequest(.get, "/bundle.zip")
        return cassette(name, Interaction(id: "zip", title: "t", request: request, outcome: .response(response)))
    }

    @Test("given a long body that is no text, when a cassette is saved, then it stands in a file and comes back")
    func bodyFiles() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = CassetteFolder(path: path)
        #expect(try folder.loadIfPresent("shop/zip") == nil)
        try folder.save(large("shop/zip"))
        #expect(folder.names() == ["shop/zip"])
        let loaded = try folder.load("shop/zip")
        #expect(loaded.text.utf8.count < 1000)
        guard case .response(let answer) = loaded.interactions[0].outcome,
            case .response(let saved) = large("x")["zip"]?.outcome
        else { throw CancellationError() }
        #expect(answer.bytes == saved.bytes)
        #expect(folder.orphans(of: loaded) == [])
        try folder.save(loaded)
        #expect(try folder.load("shop/zip") == loaded)
    }

    @Test("given a cassette that no longer names a body file, when it is saved, then the file is gone")
    func orphans() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = CassetteFolder(path: path)
        try folder.save(large("zip"))
        try Data([1]).write(to: URL(fileURLWithPath: "\(path)/zip.bodies/left.bin"))
        #expect(folder.orphans(of: try folder.load("zip")) == ["left.bin"])
        try folder.save(cassette("zip", interaction("a", RecordedRequest(.get, "/a"))))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/zip.bodies") == [])
    }

    @Test("given a body file that is a link, when the cassette is loaded, then the link is not followed")
    func links() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = CassetteFolder(path: path)
        try folder.save(large("zip"))
        let file = "\(path)/zip.bodies/1-zip.bin"
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/etc/hostname")
        let failure = #expect(throws: CassetteFailure.self) { try folder.load("zip") }
        #expect(failure?.problem.hasSuffix("1-zip.bin is a link or a folder, and a body is a plain file") == true)
    }

    @Test("given a name that leads out of the folder, when a cassette is saved, then nothing is written")
    func outside() {
        let failure = #expect(throws: CassetteFailure.self) { try CassetteFolder(path: path).save(large("../x")) }
        #expect(failure?.problem == "its name leads out of the folder")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(
        "given a folder of bodies that is a link, when a cassette is loaded or saved, then nothing behind it is touched"
    )
    func linkedFolder() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = CassetteFolder(path: path)
        try folder.save(large("zip"))
        try FileManager.default.moveItem(atPath: "\(path)/zip.bodies", toPath: "\(path)/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: "\(path)/zip.bodies",
            withDestinationPath: "\(path)/elsewhere"
        )
        let loading = #expect(throws: CassetteFailure.self) { try folder.load("zip") }
        #expect(loading?.problem.hasSuffix("the folder of its bodies is a link") == true)
        let saving = #expect(throws: CassetteFailure.self) { try folder.save(cassette("zip")) }
        #expect(saving?.problem == "the folder of its bodies is a link or a file; take it away")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/elsewhere") == ["1-zip.bin"])
    }

    @Test("given folders and links among the bodies, when a cassette is saved, then they are left to whoever put them")
    func strangers() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = CassetteFolder(path: path)
        try folder.save(large("zip"))
        let bodies = "\(path)/zip.bodies"
        try FileManager.default.createDirectory(atPath: "\(bodies)/mine", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(bodies)/link.bin", withDestinationPath: "/etc/hostname")
        try folder.save(cassette("zip", interaction("a", RecordedRequest(.get, "/a"))))
        #expect(try FileManager.default.contentsOfDirectory(atPath: bodies).sorted() == ["link.bin", "mine"])
        let found = folder.findings(of: "zip", now: Timestamp(milliseconds: 0)).map(\.kind)
        #expect(found == [.orphan, .orphan])
    }

    @Test("given a body with a name that is a path, when a cassette is saved, then nothing is written")
    func pathAsName() {
        let response = RecordedResponse(status: 200, content: .whole(.file("../../escaped", [0xFF])))
        let one = Interaction(id: "a", title: "t", request: RecordedRequest(.get, "/a"), outcome: .response(response))
        let failure = #expect(throws: CassetteFailure.self) { try CassetteFolder(path: path).save(cassette("x", one)) }
        #expect(failure?.problem == "../../escaped is no plain name of a body file")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("given a cassette with a secret on disk, when it is loaded and saved, then the rewrite masks it")
    func rewritten() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let head = #"{"format":1,"origin":{"kind":"synthetic","from":"a test"},"interactions":["#
        let request = #"{"id":"a","title":"t","request":{"method":"GET","target":"/a"},"response":{"status":200,"#
        let text = head + request + #""body":{"json":{"client_secret":"hunter2"}}}}]}"#
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/old.json"))
        let folder = CassetteFolder(path: path)
        let old = try folder.load("old")
        #expect(old.secrets().count == 1)
        try folder.save(old)
        let kept = try String(contentsOfFile: "\(path)/old.json", encoding: .utf8)
        #expect(!kept.contains("hunter2") && kept.contains("[masked]"))
    }
}
