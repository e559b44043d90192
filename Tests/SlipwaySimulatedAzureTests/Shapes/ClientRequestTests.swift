import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

/// The requests that the real Azure CLI sent to a stand-in on this machine: none of them is unknown to the simulation.
@Suite("The requests of the Azure CLI")
struct ClientRequestTests {
    private static let files = [
        "log1", "log_auth", "log_auth2", "log_conflict", "log_e500", "log_kudu", "log_ra15", "log_t429",
    ]

    @Test(
        "given what the Azure CLI sends, when it is sent here, then nothing is unknown or malformed",
        arguments: files
    )
    func known(_ name: String) throws {
        guard let text = try? String(contentsOf: azureData("client-requests/\(name).jsonl"), encoding: .utf8) else {
            print("skipped: the requests of the Azure CLI are not beside the package")
            return
        }
        var cloud = Self.cloud
        var location: String?
        for line in text.split(separator: "\n") {
            let entry = try JSON(parsing: line.utf8)
            let target = entry["p"]?.string ?? ""
            var url = "https://127.0.0.1:28453" + target
            if target.hasPrefix("/api/") {
                url = "https://\(cloud.world.slot("staging", of: "app1")?.kuduHost ?? "")\(target)"
            }
            if target.contains("/operationresults/") { url = location ?? url }
            if target.contains("/deploymentStatus/") {
                let id = cloud.world.slot(of: "app1")?.deployments.last ?? ""
                url = url.replacing(#/deploymentStatus/[0-9a-f-]+/#, with: "deploymentStatus/\(id)")
            }
            var headers: HTTPFields = [:]
            if target.hasPrefix("/metadata/identity") { headers[.init("Metadata") ?? .server] = "true" }
            headers[.init("X-IDENTITY-HEADER") ?? .server] = cloud.world.identityHeader.reveal()
            let body = entry["body"]?.string.map { Array($0.utf8) }
            let method = HTTPRequest.Method(entry["m"]?.string ?? "GET") ?? .get
            let answer = cloud.send(method, url, bytes: body, headers: headers)
            location = answer.headers[.location] ?? location
            #expect(![400, 404, 405].contains(answer.status), "\(method) \(target): \(answer.status) \(answer.text)")
            if answer.status == 202 { cloud.wait(20) }
            cloud.wait(1)
        }
    }

    /// What the commands were about.
    private static var cloud: Cloud {
        Cloud { seed in
            let plan = AzureWorld.Seed.Plan("plan1", group: "rg1")
            var site = AzureWorld.Seed.Site("app1", content: .bundle("v1"), group: "rg1", plan: "plan1")
            site.slots = [AzureWorld.Seed.Slot("staging", content: .image("nginx:1"))]
            (seed.plans, seed.sites, seed.groups) = ([plan], [site], ["rg1"])
            seed.clusters = [AzureWorld.Seed.Cluster("aks1", group: "rg1")]
            let ids = (1...9).map { "44444444-0000-4444-4444-00000000000\($0)" }
            seed.clients = ([AzureWorld.Seed.client] + ids).map { AzureClient($0, secret: Secret("secret")) }
            seed.timings = .quick
            seed.timings.deploymentBuild = .seconds(1)
        }
    }
}
