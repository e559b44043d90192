import Foundation
import SlipwayAKS
import SlipwayBase
import SlipwayConfig
import SlipwayModel
import Testing

@Suite("The reference config and AKS") struct ReferenceSectionTests {
    private static let approximations: Set = [
        "replicaRatio", "recreate", "dnsWeights", "frontDoorWeights", "trafficManagerWeights", "inPlaceRestart",
    ]

    @Test(
        "given the reference config, when its aks sections are read for real, then all are right and the keys of Azure are there"
    )
    func reference() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let file = tests.appending(path: "../../Sources/SlipwayConfig/reference.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let node = try ConfigNode.parse(text: text, file: "reference.yaml")
        let section = PlatformSection("aks", approximations: Self.approximations) { reader, _ in
            _ = AKSSettings(reading: reader)
        }
        let others: [(name: String, artifacts: [Artifact.Kind])] = [
            ("kubernetes", [.image]), ("appService", [.image, .bundle]), ("elasticBeanstalk", [.bundle]),
        ]
        let sections = others.map { other in
            PlatformSection(other.name, artifacts: other.artifacts, approximations: Self.approximations) { reader, _ in
                for entry in reader.node.entries ?? [] { reader.know(entry.key) }
            }
        }
        let findings = Findings()
        let configuration = try Configuration.decode(node, platforms: [section] + sections, into: findings)
        let targets = configuration.targets.filter { $0.platform == "aks" }
        #expect(targets.count >= 2)
        let written = Set(targets.flatMap { ($0.section.entries ?? []).map(\.key) })
        let keys: Set = ["subscription", "resourceGroup", "cluster", "admin", "publicFQDN"]
        #expect(keys.subtracting(written) == [])
    }
}
