import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

@Suite("Recordings of Azure, replayed") struct RecordedTests {
    let time = VirtualTime()

    /// A client with everything that a session puts in front.
    func client(_ transport: ReplayingTransport) -> ARMClient {
        AzureSession(
            .global,
            authenticate: Stamp(),
            traffic: AzureTraffic(time: time),
            time: time,
            random: SeededRandom(seed: 1)
        )
        .client(over: transport)
    }

    /// The call that the recording `title` holds, with its own path and body.
    func call(_ title: String, in cassette: Cassette, _ api: ARMAPI, isIdempotent: Bool? = nil) throws -> ARMCall {
        let recorded = try #require(cassette.interactions.first { $0.title == title }?.request)
        var body: JSON?
        if case .json(let document) = recorded.body { body = document }
        let path = String(recorded.target.prefix { $0 != "?" })
        return ARMCall(recorded.method, path, api, name: title, body: body, isIdempotent: isIdempotent)
    }

    @Test("given the recordings, when they are imported, then all are there, without secrets, and readable again")
    func imported() throws {
        let counts = [39, 18, 23, 17, 40]
        for (name, count) in zip(RecordedAzure.names, counts) {
            guard let cassette = try RecordedAzure.cassette(name) else { return }
            #expect(cassette.interactions.count == count)
            #expect(cassette.secrets().isEmpty)
            #expect(!cassette.text.contains("REDACTEDSIGNATURE"))
            #expect(try Cassette(parsing: Array(cassette.text.utf8), name: name) == cassette)
            #expect(cassette.interactions.allSatisfy { $0.request.origin != nil })
        }
    }

    @Test("given a recorded swap, when it is followed, then each look goes to the newest address until it is over")
    func swap() async throws {
        guard let cassette = try RecordedAzure.cassette("appservice/test_webapp_slot_swap") else { return }
        let title = "POST staging/slotsswap"
        let transport = RecordedAzure.transport(cassette, from: title, time: time)
        let client = client(transport)
        let begun = try await client.send(try call(title, in: cassette, .web))
        #expect(begun.status == 202 && begun.body == .null)
        var operation = try #require(begun.operation)
        var looks = 0
        var addresses: Set<ARMOperation.Way> = [operation.way]
        var site: JSON?
        while site == nil, looks < 20 {
            looks += 1
            #expect(operation.wait == .seconds(15))
            switch try await client.poll(operation) {
            case .running(let next):
                operation = next
                addresses.insert(next.way)
            case .succeeded(let body): site = body
            }
        }
        #expect(looks == 5 && addresses.count == 5)
        #expect(site?["name"]?.string == "slot-swap-web000003/staging")
        #expect(site?[path: "properties", "slotSwapStatus"]?.isNull == false)
        #expect(transport.mismatches.isEmpty)
        #expect(transport.played.map(\.id) == (0..<6).map { "\(Int(transport.played[0].id)! + $0)" })
    }

    @Test("given a recorded upgrade of a cluster, when it is followed, then the cluster is read at its end")
    func cluster() async throws {
        guard let cassette = try RecordedAzure.cassette("acs/test_aks_upgrade_kubernetes_version_nodepool") else {
            return
        }
        let puts = cassette.interactions.filter { $0.request.method == .put }
        #expect(puts.count == 3)
        let transport = ReplayingTransport([cassette], tolerating: RecordedAzure.tolerance, time: time)
        let client = client(transport)
        var looks: [Int] = []
        for put in puts {
            // What the program that was recorded read before it wrote.
            for earlier in cassette.interactions.prefix(while: { $0.id != put.id }) where earlier.request.method == .get
            {
                guard !transport.played.contains(where: { $0.id == earlier.id }) else { continue }
                _ = try await transport.send(earlier.request.request(to: arm))
            }
            let reply = try await client.send(
                try call(put.title, in: cassette.part(Int(put.id)!...Int(put.id)!), .containerService)
            )
            var operation = try #require(reply.operation)
            if case .asyncOperation = operation.way {} else { Issue.record("it is \(operation.way)") }
            // The last one was begun and not waited for.
            guard put != puts.last else { break }
            var count = 0
            var end: JSON?
            while end == nil, count < 100 {
                count += 1
                switch try await client.poll(operation) {
                case .running(let next): operation = next
                case .succeeded(let body): end = body
                }
            }
            looks.append(count)
            #expect(end?[path: "properties", "provisioningState"] == "Succeeded")
        }
        #expect(looks == [12, 16])
        #expect(transport.mismatches.isEmpty)
    }

    @Test(
        "given a recorded OneDeploy, when bytes are sent to the SCM host and the deployment is asked for, then it runs"
    )
    func oneDeploy() async throws {
        guard let cassette = try RecordedAzure.cassette("appservice/test_one_deploy_scm") else { return }
        let transport = RecordedAzure.transport(cassette, from: "POST api/publish", time: time)
        let upload = try #require(cassette.interactions.first { $0.title == "POST api/publish" }?.request)
        let scm = try #require(upload.origin)
        let session = AzureSession(
            .global,
            authenticate: Stamp(),
            traffic: AzureTraffic(time: time),
            time: time,
            random: SeededRandom(seed: 1)
        )
        let answer = try await session.transport(to: scm, over: transport).send(upload.request(to: scm))
        #expect(answer.status == 202)
        let id = try #require(answer.headers[HTTPField.Name("scm-deployment-id")!])
        let call = try call("GET deploymentStatus/\(id)", in: cassette, .web)
        let client = session.client(over: transport)
        var states: [String] = []
        var reply: ARMReply
        repeat {
            reply = try await client.send(call)
            states.append(reply.body[path: "properties", "status"]?.string ?? "")
        } while reply.operation != nil && states.count < 20
        #expect(
            states == [
                "BuildInProgress", "BuildSuccessful", "RuntimeStarting", "RuntimeStarting", "RuntimeSuccessful",
            ]
        )
        #expect(reply.status == 200)
        #expect(transport.mismatches.isEmpty)
    }

    @Test("given a recorded change of traffic, when it is made again, then the answer is the recorded one")
    func traffic() async throws {
        guard let cassette = try RecordedAzure.cassette("appservice/test_traffic_routing") else { return }
        let title = "PATCH config/web"
        let transport = RecordedAzure.transport(cassette, from: title, time: time)
        let reply = try await client(transport).send(try call(title, in: cassette, .web))
        let rules = reply.body[path: "properties", "experiments"]?["rampUpRules"]?.array
        #expect(rules?.first?["reroutePercentage"] == 15.0)
        #expect(reply.operation == nil)
    }
}
