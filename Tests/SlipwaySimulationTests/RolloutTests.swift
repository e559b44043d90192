import HTTPTypes
import SlipwayBase
import SlipwaySimulation
import Testing

@Suite struct RolloutTests {
    @Test("given a running Deployment when its image is patched then observedGeneration lags and the rollout completes")
    func rollsOut() throws {
        var cluster = try Cluster.web()
        let patched = cluster.setImage("example.test/web:2")
        #expect(patched.status == 200)
        #expect(patched.body["metadata"]?["generation"]?.int == 2)
        #expect(cluster.get(Cluster.deployment("web")).status("observedGeneration") == 1)
        cluster.wait(0.2)
        let begun = cluster.get(Cluster.deployment("web"))
        #expect(begun.status("observedGeneration") == 2)
        #expect(begun.status("updatedReplicas") == 1)
        #expect(begun.status("replicas") == 5)
        #expect(begun["metadata"]?["annotations"]?["deployment.kubernetes.io/revision"] == "2")
        cluster.wait(60)
        let done = cluster.get(Cluster.deployment("web"))
        #expect(done.status("updatedReplicas") == 4)
        #expect(done.status("availableReplicas") == 4)
        #expect(done.condition("Progressing")?["reason"] == "NewReplicaSetAvailable")
        #expect(done.condition("Available")?["status"] == "True")
        #expect(cluster.world.traffic(for: .service("web")).images == ["example.test/web:2": 1])
        #expect(cluster.world.nextChange == nil)
    }

    @Test("given a finished rollout when the former template comes back then its ReplicaSet serves again")
    func reusesTheFormerSet() throws {
        var cluster = try Cluster.web()
        cluster.setImage("example.test/web:2")
        cluster.wait(60)
        cluster.setImage("example.test/web:1")
        cluster.wait(60)
        let sets = cluster.world.objects(.replicaSet, namespace: "default")
        #expect(sets.count == 2)
        #expect(sets.compactMap { $0["spec"]?["replicas"]?.int }.sorted() == [0, 4])
        let deployment = cluster.get(Cluster.deployment("web"))
        #expect(deployment["metadata"]?["annotations"]?["deployment.kubernetes.io/revision"] == "3")
        #expect(cluster.world.readyPods(of: "web") == ["example.test/web:1": 4])
    }

    @Test(
        "given an image that cannot be pulled when the deadline passes then the old pods serve on"
    )
    func exceedsTheDeadline() throws {
        var cluster = try Cluster.web { $0.progressDeadlineSeconds = 30 }
        cluster.world.podBehaviours = [(.containing(":bad"), .failToPull(message: "manifest unknown"))]
        cluster.setImage("example.test/web:bad")
        cluster.wait(1)
        #expect(cluster.waiting() == ["ErrImagePull"])
        cluster.wait(4)
        #expect(cluster.waiting() == ["ImagePullBackOff"])
        cluster.wait(40)
        let stuck = cluster.get(Cluster.deployment("web"))
        #expect(stuck.condition("Progressing")?["reason"] == "ProgressDeadlineExceeded")
        #expect(stuck.condition("Progressing")?["status"] == "False")
        #expect(cluster.world.traffic(for: .service("web")).images == ["example.test/web:1": 1])
        cluster.setImage("example.test/web:1")
        let stale = cluster.get(Cluster.deployment("web"))
        #expect(stale.condition("Progressing")?["reason"] == "ProgressDeadlineExceeded")
        #expect(stale.status("observedGeneration") < stale["metadata"]?["generation"]?.int ?? 0)
        cluster.wait(10)
        #expect(cluster.get(Cluster.deployment("web")).condition("Progressing")?["reason"] == "NewReplicaSetAvailable")
    }

    @Test("given a crashing image when time passes then restarts count up and the pod never gets ready")
    func crashes() throws {
        var cluster = try Cluster.web()
        cluster.world.podBehaviours = [(.exactly("example.test/web:2"), .crash(exitCode: 3))]
        cluster.setImage("example.test/web:2")
        cluster.wait(2)
        #expect(cluster.waiting() == ["CrashLoopBackOff"])
        cluster.wait(60)
        let pods = cluster.get(Cluster.pods)["items"]?.array ?? []
        let crashed = pods.compactMap { $0["status"]?["containerStatuses"]?[0] }.first {
            ($0["restartCount"]?.int ?? 0) > 1
        }
        #expect(crashed?["lastState"]?["terminated"]?["exitCode"] == 3)
        #expect(cluster.world.podsObservedReady["example.test/web:2"] == nil)
    }

    @Test("given a paused Deployment when the image changes then nothing rolls until it is resumed")
    func pauses() throws {
        var cluster = try Cluster.web()
        cluster.merge(Cluster.deployment("web"), ["spec": ["paused": true]])
        cluster.setImage("example.test/web:2")
        cluster.wait(10)
        let paused = cluster.get(Cluster.deployment("web"))
        #expect(paused.condition("Progressing")?["reason"] == "DeploymentPaused")
        #expect(cluster.world.readyPods(of: "web") == ["example.test/web:1": 4])
        cluster.merge(Cluster.deployment("web"), ["spec": ["paused": .null]])
        cluster.wait(60)
        #expect(cluster.world.readyPods(of: "web") == ["example.test/web:2": 4])
    }

    @Test("given minReadySeconds when pods become ready then they count as available only later")
    func waitsForMinReadySeconds() throws {
        var cluster = try Cluster.web()
        cluster.merge(Cluster.deployment("web"), ["spec": ["minReadySeconds": 10]])
        cluster.wait(20)
        cluster.setImage("example.test/web:2")
        cluster.wait(5)
        let early = cluster.get(Cluster.deployment("web"))
        #expect(early.status("readyReplicas") == 5)
        #expect(early.status("availableReplicas") == 4)
        cluster.wait(120)
        #expect(cluster.get(Cluster.deployment("web")).status("availableReplicas") == 4)
        #expect(cluster.world.readyPods(of: "web") == ["example.test/web:2": 4])
    }

    @Test("given the Recreate strategy when the image changes then no old pod is left before the first new one")
    func recreates() throws {
        var cluster = try Cluster.web()
        cluster.merge(Cluster.deployment("web"), ["spec": ["strategy": ["type": "Recreate", "rollingUpdate": .null]]])
        cluster.wait(1)
        cluster.setImage("example.test/web:2")
        var mixed = 0
        for _ in 0..<200 {
            cluster.wait(0.05)
            let images = Set(
                cluster.world.objects(.pod).compactMap { $0["spec"]?["containers"]?[0]?["image"]?.string }
            )
            if images.count > 1 { mixed += 1 }
        }
        #expect(mixed == 0)
        #expect(cluster.world.readyPods(of: "web") == ["example.test/web:2": 4])
    }

    @Test("given more rollouts than revisionHistoryLimit when they finish then the oldest ReplicaSets are gone")
    func limitsHistory() throws {
        var cluster = try Cluster.web()
        cluster.merge(Cluster.deployment("web"), ["spec": ["revisionHistoryLimit": 2]])
        for version in 2...6 {
            cluster.setImage("example.test/web:\(version)")
            cluster.wait(60)
        }
        #expect(cluster.get("/apis/apps/v1/namespaces/default/replicasets")["items"]?.array?.count == 3)
    }

    @Test("given a ready pod when it is deleted then it leaves the endpoints and another takes its place")
    func replacesDeletedPods() throws {
        var cluster = try Cluster.web()
        let name = try #require(cluster.get(Cluster.pods)["items"]?[0]?["metadata"]?["name"]?.string)
        let deleted = cluster.send(.delete, "\(Cluster.pods)/\(name)")
        #expect(deleted.body["metadata"]?["deletionTimestamp"] != nil)
        cluster.wait(0.1)
        let slices =
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3Dweb"
        let endpoints = cluster.get(slices)["items"]?[0]?["endpoints"]?.array ?? []
        let terminating = endpoints.filter { $0["conditions"]?["terminating"] == true }
        #expect(terminating.count == 1)
        #expect(terminating.allSatisfy { $0["conditions"]?["ready"] == false && $0["conditions"]?["serving"] == true })
        cluster.wait(10)
        #expect(cluster.world.readyPods(of: "web") == ["example.test/web:1": 4])
        #expect(cluster.send(.get, "\(Cluster.pods)/\(name)").status == 404)
    }

    @Test("given a Deployment when it is deleted then its ReplicaSets and pods follow, and orphans stay")
    func deletes() throws {
        var cluster = try Cluster.web()
        let answer = cluster.send(.delete, Cluster.deployment("web") + "?propagationPolicy=Orphan")
        #expect(answer.body["status"] == "Success")
        cluster.wait(10)
        #expect(cluster.world.objects(.pod).count == 4)
        cluster = try Cluster.web()
        let marked = cluster.send(.delete, Cluster.deployment("web"), ["propagationPolicy": "Foreground"])
        #expect(marked.body["metadata"]?["finalizers"] == ["foregroundDeletion"])
        #expect(cluster.send(.get, Cluster.deployment("web")).status == 200)
        cluster.wait(10)
        #expect(cluster.send(.get, Cluster.deployment("web")).status == 404)
        #expect(cluster.world.objects(.pod).isEmpty)
        #expect(cluster.world.objects(.replicaSet).isEmpty)
        #expect(cluster.world.traffic(for: .service("web")).failed == 1)
    }
}

extension Cluster {
    /// Why containers wait.
    mutating func waiting() -> [String] {
        (get(Cluster.pods)["items"]?.array ?? []).compactMap {
            $0["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"]?.string
        }
    }
}
