import Foundation
import SlipwayBase
import SlipwayConfig
import SlipwayModel
import Testing

private func reference() throws -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try String(contentsOf: tests.appending(path: "../../Sources/SlipwayConfig/reference.yaml"), encoding: .utf8)
}

private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

@Suite struct ReferenceTests {
    @Test("given the reference file, when loaded, then it is right and has all three strategies")
    func decodes() throws {
        let configuration = try load(
            try reference(),
            environment: ["IMAGE_TAG": "7"],
            platforms: [kubernetes, beanstalk] + azure
        )
        #expect(configuration.release.artifacts.first?.description == "registry.example.com/shop:7")
        #expect(Set(configuration.targets.map(\.strategy.name)) == ["rolling", "blueGreen", "canary"])
        #expect(configuration.warnings == [])
    }

    @Test("given every key that the decoder asks for, when looked up in the reference file, then it is there")
    func complete() throws {
        let node = try ConfigNode.parse(text: try reference(), file: "reference.yaml")
        let findings = Findings()
        _ = try Configuration.decode(node, platforms: [kubernetes, beanstalk] + azure, into: findings)
        var written: Set<String> = []
        collect(node, "", &written)
        // A strategy is documented once, at the top or at a target.
        func general(_ path: String) -> String {
            path.hasPrefix("targets[].strategy.") ? String(path.dropFirst("targets[].".count)) : path
        }
        let missing = Set(findings.knownPaths.map(general)).subtracting(written.map(general))
        #expect(missing.sorted() == [])
        #expect(findings.knownPaths.contains("strategy.canary.steps[].setHeaderRoute.match[].headerValue.regex"))
    }

    private func collect(_ node: ConfigNode, _ path: String, _ paths: inout Set<String>) {
        for element in node.elements ?? [] { collect(element, path + "[]", &paths) }
        for entry in node.entries ?? [] {
            let below = path.isEmpty ? entry.key : path + "." + entry.key
            paths.insert(below)
            collect(entry.value, below, &paths)
        }
    }

    @Test(
        "given 1,000 random mutations of the reference file, when loaded, then each ends in a value or in diagnostics"
    )
    func fuzz() throws {
        let original = Array(try reference().utf8)
        let pieces = [
            "*a", "&a ", "!!x ", ": ", "- ", "\t", "\n", "{", "}", "[", "]", "\"", "'", "${", "}", "#", "|", ">", "?",
            "\u{0}", "\u{1b}", "é", "-1", "9999999999999999999", "~", "%",
        ]
        var random = Seeded(state: 20_260_101)
        var (accepted, refused) = (0, 0)
        for _ in 0..<1_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(contentsOf: Array(pieces.randomElement(using: &random)!.utf8), at: at)
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...30, using: &random)))
                case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 60)], at: at)
                }
            }
            do throws(InputFailure) {
                let configuration = try Configuration.load(
                    bytes: bytes,
                    file: "f",
                    environment: { _ in "x" },
                    platforms: [kubernetes, beanstalk] + azure
                )
                #expect(!configuration.targets.isEmpty)
                accepted += 1
            } catch {
                #expect(error.diagnostics.contains { $0.severity == .error && !$0.message.isEmpty })
                #expect(
                    error.diagnostics.allSatisfy {
                        !$0.description.contains("\n") && !$0.description.contains("\u{1b}")
                    }
                )
                refused += 1
            }
        }
        #expect(accepted > 25 && refused > 250, "\(accepted) accepted, \(refused) refused")
    }
}
