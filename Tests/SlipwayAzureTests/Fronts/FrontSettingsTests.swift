import SlipwayAzure
import SlipwayBase
import SlipwayConfig
import Testing

@Suite("The sections of Front Door and Traffic Manager") struct FrontSettingsTests {
    private func read(_ section: String) throws -> FrontSettings {
        let node = try ConfigNode.parse(text: section, file: "slipway.yaml")
        return try ConfigReader.decode(node) { FrontSettings(reading: $0) }
    }

    private static let group = "22222222-2222-2222-2222-222222222222"

    @Test("given a good section, when it is read, then everything in it is kept")
    func good() throws {
        let door = try read(
            "{ frontDoor: { profile: edge, originGroup: shop, stableOrigin: eu, canaryOrigin: eu2, resourceGroup: e-rg, "
                + "subscription: 22222222-2222-2222-2222-222222222222, propagation: 30m } }"
        )
        #expect(
            door
                == FrontSettings(
                    .frontDoor(originGroup: "shop"),
                    profile: "edge",
                    stable: "eu",
                    candidate: "eu2",
                    subscription: Self.group,
                    resourceGroup: "e-rg",
                    propagation: .seconds(1800)
                )
        )
        #expect(door.approximation == "frontDoorWeights")
        let names = try read(
            "{ trafficManager: { profile: tm, stableEndpoint: eu, canaryEndpoint: eu2, endpointType: nestedEndpoints } }"
        )
        #expect(
            names == FrontSettings(.trafficManager(.nestedEndpoints), profile: "tm", stable: "eu", candidate: "eu2")
        )
        #expect(names.approximation == "trafficManagerWeights")
    }

    @Test(
        "given a bad section, when it is read, then one sentence says what to do",
        arguments: [
            ("{ frontDoor: { profile: e, originGroup: g, stableOrigin: a, canaryOrigin: A } }", "two different ones"),
            (
                "{ frontDoor: { profile: e, originGroup: ../g, stableOrigin: a, canaryOrigin: b } }",
                "name of a resource"
            ),
            ("{ frontDoor: { profile: e, stableOrigin: a, canaryOrigin: b } }", "is missing"),
            (
                "{ trafficManager: { profile: e, stableEndpoint: a, canaryEndpoint: b, endpointType: azureEndpoint } }",
                "did you mean azureEndpoints?"
            ),
            (
                "{ trafficManager: { profile: e, stableEndpoint: a, canaryEndpoint: b, subscription: shop } }",
                "must be a GUID"
            ),
        ]
    )
    func bad(_ section: String, _ sentence: String) {
        let failure = #expect(throws: InputFailure.self) { try read(section) }
        #expect(failure?.description.contains(sentence) == true, "\(failure?.description ?? "accepted")")
        #expect(failure?.diagnostics.count == 1)
    }
}
