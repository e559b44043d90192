import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

/// The yardstick: what the real Azure answered to the Azure CLI, held against the simulation.
@Suite("The shape of answers")
struct ShapeTests {
    static let recordings = [
        "appservice/test_webapp_slot_swap.yaml", "appservice/test_traffic_routing.yaml",
        "appservice/test_container_webapp_docker_image_name.yaml", "appservice/test_one_deploy_scm.yaml",
        "acs/test_aks_upgrade_kubernetes_version_nodepool.yaml",
    ]

    @Test(
        "given the requests of a recording, when they are made in their order, then status, keys and types are the same",
        arguments: recordings
    )
    func looksLikeTheRecording(_ name: String) throws {
        guard let exchanges = RecordedExchange.all(in: name) else {
            print("skipped: the recordings of Azure are not beside the package")
            return
        }
        var player = Player(exchanges)
        var compared = 0
        var left: [String: Int] = [:]
        for (number, exchange) in exchanges.enumerated() {
            if let reason = Deviations.unknown.first(where: { exchange.url.contains($0.key) })?.value {
                left[reason, default: 0] += 1
                continue
            }
            if name.hasPrefix("acs"), exchange.method == .put { player.addCluster(exchange) }
            if name.hasPrefix("acs"), exchange.method == .put { continue }
            let problems = player.play(exchange).filter { !Deviations.isDeviation($0) }
            #expect(problems.isEmpty, "\(number) \(exchange.method) \(exchange.url.prefix(200)): \(problems)")
            compared += 1
        }
        print("compared \(compared) answers with \(name); left out: \(left)")
        #expect(compared >= (name.hasPrefix("acs") ? 3 : 15))
    }
}

/// Makes recorded requests of a simulation and compares the answers.
private struct Player {
    private var cloud: Cloud
    private var location: String?
    private let names: Set<String>

    init(_ exchanges: [RecordedExchange]) {
        let groups = exchanges.compactMap { exchange -> String? in
            let parts = exchange.url.split(separator: "/")
            guard let index = parts.firstIndex(where: { $0.lowercased() == "resourcegroups" }) else { return nil }
            return parts[index + 1].split(separator: "?").first.map(String.init)
        }
        names = Set(groups)
        let all = Array(names)
        cloud = Cloud { seed in
            seed.home.subscription = "00000000-0000-0000-0000-000000000000"
            (seed.groups, seed.plans, seed.sites) = (all, [], [])
            (seed.timings.swapPreparation, seed.timings.deploymentBuild) = (.seconds(65), .seconds(50))
        }
    }

    mutating func addCluster(_ exchange: RecordedExchange) {
        let name = exchange.url.split(separator: "?").first?.split(separator: "/").last.map(String.init) ?? ""
        var seed = AzureWorld.Seed.Cluster(name, group: names.first ?? "")
        seed.usesEntra = false
        cloud.world.seed(seed)
    }

    mutating func play(_ exchange: RecordedExchange) -> [String] {
        var url = exchange.url
        if url.contains("/operationresults/") {
            url = location ?? url
            cloud.wait(15)
        }
        if url.contains("/deploymentStatus/") {
            let site = url.split(separator: "/").firstIndex(of: "sites").map { url.split(separator: "/")[$0 + 1] } ?? ""
            let id = cloud.world.slot(of: String(site))?.deployments.last ?? ""
            url = url.replacing(#/deploymentStatus/[0-9a-f-]+/#, with: "deploymentStatus/\(id)")
            cloud.wait(15)
        }
        if url.contains(".scm.azurewebsites.net") { url = kuduURL(url) }
        let response = cloud.send(exchange.method, url, bytes: exchange.body.map { Array($0.utf8) })
        location = response.headers[.location] ?? location
        return compare(response, exchange)
    }

    private mutating func kuduURL(_ url: String) -> String {
        let site = cloud.world.sites.first ?? ""
        let host = cloud.world.slot(of: site)?.kuduHost ?? ""
        let path = url.split(separator: "/", maxSplits: 2).last.map(String.init) ?? ""
        cloud.wait(path.hasSuffix("mock-deployment") ? 6 : 0)
        return "https://\(host)/\(path)".replacing(
            "mock-deployment",
            with: "latest"
        )
    }

    private func compare(_ response: Response, _ exchange: RecordedExchange) -> [String] {
        var problems: [String] = []
        if response.status != exchange.status { problems.append("status \(response.status), not \(exchange.status)") }
        for (name, field) in [("etag", HTTPField.Name.eTag), ("location", .location), ("content-type", .contentType)] {
            let (ours, theirs) = (response.headers[field] != nil, exchange.headers[name] != nil)
            if ours != theirs { problems.append("the field \(name) is \(ours ? "too much" : "missing")") }
        }
        guard let theirs = try? JSON(parsing: exchange.answer) else {
            let isSame = exchange.answer.isEmpty == response.body.isEmpty
            return problems + (isSame ? [] : ["the body is \(response.body.isEmpty ? "missing" : "too much")"])
        }
        guard let ours = response.json else { return problems + ["the body is no JSON"] }
        return problems + differences(of: ours, from: theirs)
    }
}
