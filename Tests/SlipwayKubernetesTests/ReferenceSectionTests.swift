import Foundation
import SlipwayBase
import SlipwayConfig
import SlipwayKubernetes
import SlipwayModel
import Testing

@Suite struct ReferenceSectionTests {
    /// What targets of other platforms may accept.
    private static let others: Set = ["dnsWeights", "frontDoorWeights", "trafficManagerWeights", "inPlaceRestart"]

    @Test(
        "given the reference config, when its kubernetes sections are read for real, then all are right and no key is missing"
    )
    func reference() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let file = tests.appending(path: "../../Sources/SlipwayConfig/reference.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let node = try ConfigNode.parse(text: text, file: "reference.yaml")
        let section = PlatformSection("kubernetes", approximations: ["replicaRatio"]) { reader, _ in
            _ = KubernetesSettings(reading: reader)
        }
        let others: [(name: String, artifacts: [Artifact.Kind])] = [
            ("elasticBeanstalk", [.bundle]), ("appService", [.image, .bundle]), ("aks", [.image]),
        ]
        let sections = others.map { other in
            PlatformSection(other.name, artifacts: other.artifacts, approximations: Self.others) { reader, _ in
                for entry in reader.node.entries ?? [] { reader.know(entry.key) }
            }
        }
        let findings = Findings()
        var configuration = try Configuration.decode(node, platforms: [section] + sections, into: findings)
        configuration.targets.removeAll { $0.platform != "kubernetes" }
        #expect(configuration.targets.count >= 7)
        let known = findings.knownPaths.filter { $0.hasPrefix("targets[].kubernetes.") }
        let written = configuration.targets.reduce(into: Set<String>()) {
            collect($1.section, "targets[].kubernetes", &$0)
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
