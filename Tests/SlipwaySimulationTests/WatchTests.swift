import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation
import Testing

@Suite struct WatchTests {
    private static let deployments = "/apis/apps/v1/namespaces/default/deployments"

    @Test("given a watch from a version when things change then each change is told once and in order")
    func tellsChanges() throws {
        var cluster = try Cluster.web()
        let version = cluster.get(Self.deployments)["metadata"]?["resourceVersion"]?.string ?? ""
        cluster.setImage("example.test/web:2")
        cluster.wait(60)
        let lines = cluster.send(.get, "\(Self.deployments)?watch=1&resourceVersion=\(version)").lines
        #expect(lines.count > 5)
        #expect(lines.allSatisfy { $0["type"] == "MODIFIED" })
        let versions = lines.compactMap { $0["object"].flatMap { Int($0.resourceVersion) } }
        #expect(versions == versions.sorted() && Set(versions).count == versions.count)
        #expect(lines.last?["object"]?.status("observedGeneration") == 2)
        let rest = cluster.send(.get, "\(Self.deployments)?watch=true&resourceVersion=\(versions.last ?? 0)").lines
        #expect(rest.isEmpty)
    }

    @Test("given a label selector when an object stops matching then the watch tells DELETED")
    func selectsByLabels() throws {
        var cluster = try Cluster.web()
        let start = cluster.world.resourceVersion
        cluster.merge(Cluster.deployment("web"), ["metadata": ["labels": ["tier": "x"]]])
        cluster.merge(Cluster.deployment("web"), ["metadata": ["labels": ["tier": .null]]])
        let lines = cluster.send(
            .get,
            "\(Self.deployments)?watch=1&labelSelector=tier%3Dx&resourceVersion=\(start)"
        ).lines
        #expect(lines.compactMap { $0["type"]?.string } == ["ADDED", "DELETED"])
    }

    @Test("given a compacted history when watched from before then 200 with one ERROR event 410")
    func expires() throws {
        var cluster = try Cluster.web()
        let version = cluster.world.resourceVersion
        cluster.setImage("example.test/web:2")
        cluster.wait(1)
        cluster.world.compactHistory()
        let answer = cluster.send(.get, "\(Self.deployments)?watch=1&resourceVersion=\(version)")
        #expect(answer.status == 200)
        #expect(answer.lines.count == 1)
        #expect(answer.lines.first?["type"] == "ERROR")
        #expect(answer.lines.first?["object"]?["code"] == 410)
    }

    @Test("given a small history when more happens than it holds then old versions expire and new ones do not")
    func boundsHistory() throws {
        var seed = KubernetesWorld.Seed()
        seed.settings.historyEntriesMax = 20
        seed.deployments = [SeedDeployment("web", image: "example.test/web:1")]
        var cluster = try Cluster(seed)
        let version = cluster.world.resourceVersion
        for number in 0..<60 {
            cluster.merge(Cluster.deployment("web"), ["metadata": ["annotations": ["n": .string("\(number)")]]])
        }
        let old = cluster.send(.get, "\(Self.deployments)?watch=1&resourceVersion=\(version)").lines
        #expect(old.first?["type"] == "ERROR")
        let recent = cluster.send(
            .get,
            "\(Self.deployments)?watch=1&resourceVersion=\(cluster.world.resourceVersion - 10)"
        ).lines
        #expect(recent.count == 10)
    }
}

@Suite struct TransportTests {
    private func request(_ target: String, streams: Bool = false) -> Request {
        var request = Request(.get, Origin(scheme: "https", host: "cluster.test"), target)
        request.streamsResponse = streams
        return request
    }

    private func transport(watches: WatchMode = .ends) throws -> (SimulatedCluster, VirtualTime) {
        let time = VirtualTime(now: Cluster.start)
        return (SimulatedTransport(try Cluster.web().world, time: time, watches: watches), time)
    }

    @Test("given hooks when calls are made then before withholds the effect and after only the answer")
    func hooks() async throws {
        let (transport, _) = try transport()
        let deletion = Request(.delete, Origin(scheme: "https", host: "cluster.test"), Cluster.deployment("web"))
        transport.before { call, _ in call.index == 0 ? .failure(HTTPFailure(.unsent, "no connection")) : nil }
        transport.after { call, _, _ in call.index == 2 ? .failure(HTTPFailure(.unanswered, "reset")) : nil }
        await #expect(throws: HTTPFailure(.unsent, "no connection")) { try await transport.send(deletion) }
        #expect(transport.world.object(.deployment, "web") != nil)
        #expect(try await transport.send(request(Cluster.deployment("web"))).status == 200)
        await #expect(throws: HTTPFailure(.unanswered, "reset")) { try await transport.send(deletion) }
        #expect(transport.world.object(.deployment, "web") == nil)
        #expect(transport.log.map(\.hadEffect) == [false, true, true])
        #expect(transport.log.map(\.status) == [nil, 200, nil])
    }

    @Test("given a virtual clock when a watch is streamed then it tells what happened and ends with a bookmark")
    func streamsAndEnds() async throws {
        let (transport, time) = try transport()
        let version = transport.world.resourceVersion
        transport.withWorld { world in
            _ = world.respond(
                to: Request(.delete, Origin(scheme: "https", host: "cluster.test"), Cluster.deployment("web")),
                at: world.now
            )
        }
        time.advance(by: .seconds(30))
        let target = "\(Cluster.pods)?watch=1&resourceVersion=\(version)&allowWatchBookmarks=true&timeoutSeconds=60"
        let stream = try #require(try await transport.send(request(target, streams: true)).stream)
        var text = ""
        for try await piece in stream { text += String(decoding: piece, as: UTF8.self) }
        let events = text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
        #expect(events.filter { $0["type"] == "DELETED" }.count == 4)
        #expect(events.last?["type"] == "BOOKMARK")
        #expect(time.now == Cluster.start + .seconds(30))
    }

    @Test("given a waiting watch when another call moves the cluster then the watch goes on, and cancellation ends it")
    func waits() async throws {
        let (transport, time) = try transport(watches: .waits)
        let target =
            "/apis/apps/v1/namespaces/default/deployments?watch=1&resourceVersion=\(transport.world.resourceVersion)"
        let stream = try #require(try await transport.send(request(target, streams: true)).stream)
        let reader = Task {
            var iterator = stream.makeAsyncIterator()
            return try await iterator.next()
        }
        var scale = Request(
            .patch,
            Origin(scheme: "https", host: "cluster.test"),
            Cluster.deployment("web") + "/scale",
            headers: [.contentType: "application/merge-patch+json"]
        )
        scale.body = .bytes(JSON(dictionaryLiteral: ("spec", ["replicas": 6])).bytes)
        _ = try await transport.send(scale)
        let piece = try #require(try await reader.value)
        #expect(String(decoding: piece, as: UTF8.self).contains("\"replicas\":6"))
        let idle = Task {
            var iterator = stream.makeAsyncIterator()
            while try await iterator.next() != nil {}
        }
        idle.cancel()
        await #expect(throws: HTTPFailure.self) { try await idle.value }
        #expect(time.now == Cluster.start)
    }

    @Test("given a sleeping watch when the clock can pass then it tells changes as they come and ends at its timeout")
    func sleeps() async throws {
        let (transport, time) = try transport(watches: .sleeps(atMost: .seconds(5)))
        let version = transport.world.resourceVersion
        var patch = Request(
            .patch,
            Origin(scheme: "https", host: "cluster.test"),
            Cluster.deployment("web") + "/scale",
            headers: [.contentType: "application/merge-patch+json"]
        )
        patch.body = .bytes(JSON(dictionaryLiteral: ("spec", ["replicas": 6])).bytes)
        _ = try await transport.send(patch)
        let target = "/apis/apps/v1/namespaces/default/deployments?watch=1&resourceVersion=\(version)&timeoutSeconds=20"
        let stream = try #require(try await transport.send(request(target, streams: true)).stream)
        var pieces = 0
        for try await _ in stream { pieces += 1 }
        #expect(pieces > 2)
        #expect(time.now == Cluster.start + .seconds(20))
    }
}
