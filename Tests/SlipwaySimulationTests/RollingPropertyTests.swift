import SlipwayBase
import SlipwaySimulation
import Testing

/// Random image changes and scalings at random moments, with some images that never get ready.
@Suite struct RollingPropertyTests {
    @Test(
        "given any sequence of changes when time passes then maxSurge and maxUnavailable hold at every moment",
        arguments: 0..<60
    )
    func keepsItsBounds(seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let surge = pick(4)
        let unavailable = surge == 0 ? 1 + pick(2) : pick(3)
        var cluster = try Cluster.web {
            $0.replicas = 3 + pick(6)
            ($0.maxSurge, $0.maxUnavailable) = (JSON(surge), JSON(unavailable))
        }
        cluster.world.podBehaviours = [
            (.containing(":5"), .hang), (.containing(":4"), .crash(exitCode: 1)),
            (.containing(":3"), .readyAfter(.milliseconds(300))),
        ]
        var replicas = cluster.world.object(.deployment, "web")?["spec"]?["replicas"]?.int ?? 0
        var (most, fewest) = (replicas, replicas)
        var settled = 0
        for _ in 0..<12 {
            if pick(3) == 0 {
                replicas = 2 + pick(8)
                cluster.merge(Cluster.deployment("web") + "/scale", ["spec": ["replicas": JSON(replicas)]])
                (most, fewest) = (max(most, replicas), min(fewest, replicas))
            } else {
                cluster.setImage("example.test/web:\(1 + pick(5))")
            }
            for _ in 0..<(20 + pick(200)) {
                cluster.wait(0.05)
                let pods = cluster.world.objects(.pod).filter { $0["metadata"]?["deletionTimestamp"] == nil }
                let ready = cluster.world.readyPods(of: "web").values.reduce(0, +)
                #expect(pods.count <= most + surge, "seed \(seed)")
                #expect(ready >= fewest - unavailable, "seed \(seed)")
            }
            if cluster.world.nextChange == nil {
                (most, fewest) = (replicas, replicas)
                settled += 1
            }
        }
        cluster.setImage("example.test/web:9")
        cluster.wait(600)
        #expect(cluster.world.readyPods(of: "web") == ["example.test/web:9": replicas], "seed \(seed)")
    }

    @Test("given the same requests at the same times when replayed then every answer is the same")
    func isDeterministic() throws {
        func run() throws -> [String] {
            var cluster = try Cluster.web()
            var texts: [String] = []
            for version in 2...3 {
                texts.append(cluster.setImage("example.test/web:\(version)").text)
                cluster.wait(7)
                texts.append(cluster.get(Cluster.pods).text)
            }
            return texts
        }
        #expect(try run() == run())
    }

    @Test("given a snapshot when the original goes on then the snapshot stays as it was")
    func copiesAreSnapshots() throws {
        var cluster = try Cluster.web()
        let snapshot = cluster.world
        cluster.setImage("example.test/web:2")
        cluster.wait(60)
        #expect(snapshot.readyPods(of: "web") == ["example.test/web:1": 4])
        #expect(cluster.world.readyPods(of: "web") == ["example.test/web:2": 4])
    }
}
