import Foundation
import SlipwayAzure
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP

/// What others recorded against Azure, read where it is; nil and a word about it when it is absent.
enum RecordedAzure {
    static let names = [
        "acs/test_aks_upgrade_kubernetes_version_nodepool", "appservice/test_container_webapp_docker_image_name",
        "appservice/test_one_deploy_scm", "appservice/test_traffic_routing", "appservice/test_webapp_slot_swap",
    ]

    /// The Azure CLI names other versions, and asks for operations without saying in which form.
    static let tolerance = ReplayTolerance(queries: ["api-version"], accept: true)

    static func cassette(_ name: String) throws -> Cassette? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let path = "../shared/data/azure/azure-cli-2025-02/\(name).yaml"
        guard let data = try? Data(contentsOf: root.appending(path: path).standardizedFileURL) else {
            print("skipped: there is no \(name) in ../shared/data/azure beside this checkout")
            return nil
        }
        return try Cassette(vcrpy: Array(data), name: name, from: "Azure, by the tests of the Azure CLI")
    }

    /// Plays `cassette` from its interaction with this title on.
    static func transport(_ cassette: Cassette, from title: String, time: VirtualTime) -> ReplayingTransport {
        let start = cassette.interactions.firstIndex { $0.title == title } ?? 0
        return ReplayingTransport(
            [cassette.part(start + 1...cassette.interactions.count)],
            tolerating: tolerance,
            time: time
        )
    }
}

extension RecordedResponse {
    /// The body as JSON; null for anything else.
    var json: JSON { (try? JSON(parsing: bytes)) ?? .null }
}
