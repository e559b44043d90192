import Foundation
import SlipwayBase
import SlipwayConfig
import SlipwayElasticBeanstalk
import SlipwayModel
import Testing

@Suite("The reference config") struct ReferenceSectionTests {
    /// What targets of other platforms may accept.
    private static let others: Set = ["replicaRatio", "frontDoorWeights", "trafficManagerWeights", "inPlaceRestart"]

    @Test("given its elasticBeanstalk sections when they are read for real then all are right and no key is missing")
    func reference() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let file = tests.appending(path: "../../Sources/SlipwayConfig/reference.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let node = try ConfigNode.parse(text: text, file: "reference.yaml")
        let section = PlatformSection(
            "elasticBeanstalk",
            artifacts: [.object, .bundle],
            approximations: ["dnsWeights", "oneInstance"]
        ) { reader, _ in
            _ = ElasticBeanstalkSettings(reading: reader)
        }
        let others: [(name: String, artifacts: [Artifact.Kind])] = [
            ("kubernetes", [.image]), ("appService", [.image, .bundle]), ("aks", [.image]),
        ]
        let sections = others.map { other in
            PlatformSection(other.name, artifacts: other.artifacts, approximations: Self.others) { reader, _ in
                for entry in reader.node.entries ?? [] { reader.know(entry.key) }
            }
        }
        let findings = Findings()
        var configuration = try Configuration.decode(node, platforms: [section] + sections, into: findings)
        configuration.targets.removeAll { $0.platform != "elasticBeanstalk" }
        #expect(configuration.targets.count >= 4)
        let known = findings.knownPaths.filter { $0.hasPrefix("targets[].elasticBeanstalk.") }
        let written = configuration.targets.reduce(into: Set<String>()) {
            collect($1.section, "targets[].elasticBeanstalk", &$0)
        }
        #expect(known.subtracting(written).sorted() == [])
        #expect(known.count > 15)
    }

    private func collect(_ node: ConfigNode, _ path: String, _ paths: inout Set<String>) {
        for entry in node.entries ?? [] {
            paths.insert("\(path).\(entry.key)")
            collect(entry.value, "\(path).\(entry.key)", &paths)
        }
    }
}
