import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

/// The examples that Microsoft publishes with its API, held against the simulation: what they show, it has.
@Suite("The published examples")
struct ExampleTests {
    private static let examples: [(file: String, method: HTTPRequest.Method, path: String, body: JSON?)] = [
        ("GetWebApp", .get, "/sites/shop", nil), ("GetWebAppSlot", .get, "/sites/shop/slots/staging", nil),
        ("ListWebAppSlots", .get, "/sites/shop/slots", nil),
        ("UpdateWebApp", .patch, "/sites/shop", ["properties": ["httpsOnly": true]]),
        ("UpdateWebAppSlot", .patch, "/sites/shop/slots/staging", ["properties": ["httpsOnly": true]]),
        ("CreateOrUpdateWebAppSlot", .put, "/sites/shop/slots/green", ["properties": ["siteConfig": [:]]]),
        ("CloneWebAppSlot", .put, "/sites/shop/slots/blue", ["properties": [:]]),
        ("GetSiteDeploymentStatusSlot", .get, "/sites/shop/slots/staging/deploymentStatus/ID", nil),
        ("ApplySlotConfig", .post, "/sites/shop/slots/staging/applySlotConfig", swapBody),
    ]

    @Test(
        "given an example of the API, when the same is asked, then the answer has its keys with values of their types"
    )
    func examples() throws {
        var cloud = Cloud { $0.sites[0].slots[0].content = .bundle("v1") }
        let deployment = try #require(cloud.world.slot("staging", of: "shop")?.deployments.last)
        var compared = 0
        for example in Self.examples {
            guard let data = try? Data(contentsOf: azureData("rest-api-examples/\(example.file).json")) else {
                continue
            }
            let responses = try JSON(parsing: data)["responses"]
            let path = example.path.replacing("ID", with: deployment)
            let answer = cloud.send(example.method, path, example.body)
            #expect(answer.status == 200, "\(example.file): \(answer.text)")
            compared += 1
            guard let wanted = responses?["200"]?["body"] else { continue }
            let problems = differences(of: answer.json ?? .null, from: wanted).filter { problem in
                // Examples show what their reader looks for and leave out the rest.
                !problem.hasSuffix("is too much") && !Self.deviations.contains { problem.hasPrefix($0.key) }
            }
            #expect(problems.isEmpty, "\(example.file): \(problems)")
        }
        if compared == 0 { print("skipped: the published examples of Azure are not beside the package") }
        #expect(compared == 0 || compared == Self.examples.count)
    }

    private static let deviations = [
        ".properties.hostNameSslStates": "only the examples of old say which states are to be updated"
    ]
}
