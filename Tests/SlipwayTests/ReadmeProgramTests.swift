import Foundation
import Slipway
import Testing

/// The program of the README is a file of this target: compiled as it stands, run, and compared word for word.
@Suite struct ReadmeProgramTests {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let root = tests.deletingLastPathComponent().deletingLastPathComponent()

    @Test("given the README's Swift block, when compared with the file compiled here, then they are one text")
    func sameText() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let program = try String(contentsOf: Self.tests.appending(path: "ReadmeProgram.swift"), encoding: .utf8)
        #expect(readme.contains("```swift\n\(program)```\n"), "copy one into the other")
        #expect(program.split(separator: "\n").count == 12)
    }

    @Test("given the config of the demo, when the README's program runs, then all three strategies end deployed")
    func runs() async throws {
        let verdicts = try await release(Self.root.appending(path: "mocks/demo/slipway.yaml").path)
        #expect(verdicts == [.deployed, .deployed, .deployed])
    }
}
