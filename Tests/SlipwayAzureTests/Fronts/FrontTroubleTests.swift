import SlipwayAzure
import SlipwayBase
import SlipwayModel
import Testing

@Suite("What stands against sharing production by a front") struct FrontTroubleTests {
    private func why(_ trouble: Fidelity?) -> String {
        if case .impossible(let why, _)? = trouble { return why }
        return "nothing"
    }

    @Test("given a good origin group, when it is read, then both sides are there and nothing stands against it")
    func good() async throws {
        let azure = FakeFronts()
        let reading = try await azure.door().read()
        #expect(reading.trouble == nil && reading.warnings.isEmpty && !reading.isChanging)
        #expect(reading.percent == 0 && reading.isExactly(0))
        #expect(reading.stable == FrontSide("eu", FrontSetting(weight: 50, isEnabled: true)))
        #expect(reading.propagation == .seconds(1200))
    }

    @Test("given an origin group that no weight works in, when it is read, then it is impossible and why is said")
    func door() async throws {
        let cases: [(String, @Sendable (inout FakeFronts.State) -> Void)] = [
            ("has session affinity", { $0.group["sessionAffinityState"] = "Enabled" }),
            ("faster by more than 0 ms", { $0.group["loadBalancingSettings"] = [:] }),
            ("origin former of Front Door edge/shop serves too", { $0.members["former"]?.isEnabled = true }),
            ("have different priorities", { $0.members["eu2"]?.more = ["priority": 2] }),
        ]
        for (sentence, change) in cases {
            let azure = FakeFronts()
            azure.state.withLock { change(&$0) }
            let reading = try await azure.door().read()
            #expect(why(reading.trouble).contains(sentence), "\(why(reading.trouble))")
        }
    }

    @Test("given a small window of latencies, when the group is read, then it is warned of")
    func window() async throws {
        let azure = FakeFronts()
        azure.state.withLock {
            $0.group["loadBalancingSettings"] = ["additionalLatencyInMilliseconds": 50]
        }
        let reading = try await azure.door().read()
        #expect(reading.trouble == nil)
        #expect(reading.warnings.first?.contains("additionalLatencyInMilliseconds is 50") == true)
    }

    @Test("given a profile that no weight works in, when it is read, then it is impossible and why is said")
    func names() async throws {
        let cases: [(String, @Sendable (inout FakeFronts.State) -> Void)] = [
            ("routes by Performance, not by weight", { $0.profile["trafficRoutingMethod"] = "Performance" }),
            ("is disabled", { $0.profile["profileStatus"] = "Disabled" }),
            ("endpoint former of Traffic Manager edge serves too", { $0.members["former"]?.isEnabled = true }),
        ]
        for (sentence, change) in cases {
            let azure = FakeFronts()
            azure.state.withLock { change(&$0) }
            let reading = try await azure.names().read()
            #expect(why(reading.trouble).contains(sentence), "\(why(reading.trouble))")
        }
    }

    private func failure(_ front: any AzureFront) async -> String {
        do throws(AzureFailure) {
            _ = try await front.read()
            return "read"
        } catch { return error.description }
    }

    @Test("given a name that is not there, when the front is read, then the nearest one is said")
    func missing() async {
        let azure = FakeFronts()
        let origin = FrontDoorFront(
            azure.client,
            at: FakeFronts.place,
            originGroup: "shop",
            stable: "eu",
            candidate: "eu3"
        )
        #expect(await failure(origin) == "Front Door edge/shop has no origin “eu3”; did you mean “eu”?")
        let group = FrontDoorFront(
            azure.client,
            at: FakeFronts.place,
            originGroup: "shpo",
            stable: "eu",
            candidate: "eu2"
        )
        #expect(await failure(group).hasPrefix("Front Door edge/shpo is not there in resource group edge-rg; correct"))
        let elsewhere = await failure(azure.names(.externalEndpoints))
        #expect(
            elsewhere
                == "endpoint eu of Traffic Manager edge is among its azureEndpoints, not its externalEndpoints; say `endpointType: azureEndpoints`."
        )
    }
}
