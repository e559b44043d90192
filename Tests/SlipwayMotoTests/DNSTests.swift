import SlipwayAWS
import SlipwayBase
import Testing

extension MotoTests {
    @Suite struct DNSTests {
        /// Runs `body` with a server that verifies nothing, because moto refuses every GET of Route 53 otherwise.
        private func withOpenServer(_ body: (RestClient) async throws -> Void) async throws {
            _ = try MotoServer.here()
            let server = try #require(try await MotoServer.started(verifies: false))
            defer { server.stop() }
            try await body(Self.client(of: server))
        }

        private static func client(of moto: MotoServer) -> RestClient {
            RestClient(
                moto.endpoint("route53"),
                namespace: Route53Calls.namespace,
                transport: moto.transport("route53")
            )
        }

        private func zone(_ client: RestClient) async throws -> String {
            let name = XMLNode("Name", text: "example.com")
            let body = XMLNode("CreateHostedZoneRequest", children: [name, XMLNode("CallerReference", text: "1")])
            let call = RestCall("CreateHostedZone", "/2013-04-01/hostedzone", body: body, isIdempotent: false)
            return try #require(try await client.send(call).result["HostedZone"]?.text("Id"))
        }

        private static func record(_ name: String, _ identifier: String) -> RecordSet {
            RecordSet(
                name: name,
                type: "CNAME",
                identifier: identifier,
                weight: 10,
                ttlSeconds: 60,
                values: ["\(identifier).us-east-1.elasticbeanstalk.com"]
            )
        }

        @Test("given a server that verifies signatures, when records are written, then it takes them")
        func signed() async throws {
            let moto = try MotoServer.here()
            let client = Self.client(of: moto)
            let zone = try await zone(client)
            let call = Route53Calls.upsert([Self.record("a.example.com", "blue")], zone: zone, comment: "é <&> \"")
            let change = try DNSChange(try await client.send(call), of: call.action)
            #expect(change.id.hasPrefix("/change/"))
        }

        @Test("given weighted records, when only their weights are written, then everything else is kept")
        func weights() async throws {
            try await withOpenServer { client in
                let zone = try await zone(client)
                let records = ["blue", "green"].map { Self.record("app.example.com", $0) }
                let upsert = Route53Calls.upsert(records, zone: zone, comment: "first & \"new\"")
                let change = try DNSChange(try await client.send(upsert), of: upsert.action)
                let done = try DNSChange(try await client.send(Route53Calls.getChange(change.id)), of: "GetChange")
                #expect(done.isInSync)
                let start = RecordCursor("app.example.com", type: "CNAME")
                let list = Route53Calls.listResourceRecordSets(zone: zone, from: start)
                let before = try RecordPage(try await client.send(list)).records
                #expect(before.map(\.weight) == [10, 10])
                let changed = [before[0].weighing(75), before[1].weighing(25)]
                _ = try await client.send(Route53Calls.upsert(changed, zone: zone, comment: "second"))
                let after = try RecordPage(try await client.send(list)).records
                #expect(after == changed)
                #expect(after.map(\.values) == records.map(\.values))
            }
        }

        @Test("given more records than a page holds, when all pages are read, then every record comes once")
        func pages() async throws {
            try await withOpenServer { client in
                let zone = try await zone(client)
                let names = (100..<230).map { "r\($0).example.com" }
                let records = names.map { Self.record($0, "blue") }
                _ = try await client.send(Route53Calls.upsert(records, zone: zone, comment: "many"))
                var found: [String] = []
                var cursor: RecordCursor? = RecordCursor("r100.example.com")
                while let start = cursor, found.count < 500 {
                    let call = Route53Calls.listResourceRecordSets(zone: zone, from: start)
                    let page = try RecordPage(try await client.send(call))
                    found += page.records.filter { $0.type == "CNAME" }.map(\.name)
                    cursor = page.next
                }
                #expect(found == names.map { $0 + "." })
            }
        }

        @Test("given a zone that is not there, when its records are read, then it is absent")
        func absent() async throws {
            try await withOpenServer { client in
                let call = Route53Calls.listResourceRecordSets(zone: "ZNONE", from: RecordCursor("example.com"))
                let failed = await failure { () async throws(AWSFailure) in _ = try await client.send(call) }
                #expect(failed?.kind == .absent)
                #expect(failed?.code == "NoSuchHostedZone")
            }
        }
    }
}
