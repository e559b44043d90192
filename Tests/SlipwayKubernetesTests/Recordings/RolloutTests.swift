import SlipwayBase
import SlipwayCassettes
import SlipwayModel
import Testing

@testable import SlipwayKubernetes

@Suite("Recorded rollouts are judged as what they were") struct RolloutTests {
    private func judge(_ name: String, image: String, pods: String? = nil) throws -> String {
        let deployment = DeploymentView(json: try Recorded.object("deployment/\(name)"))
        let pods = try pods.map { try Recorded.object($0)["items"]?.array ?? [] } ?? []
        switch Rollout.judge(deployment, pods: pods, image: image, container: "web") {
        case .complete(let status): return "complete \(status.ready ?? -1)/\(status.wanted ?? -1)"
        case .going(let status): return "going \(status.ready ?? -1)/\(status.wanted ?? -1): \(status.note ?? "")"
        case .stuck(let reason): return "stuck: \(reason)"
        }
    }

    @Test("given the snapshots of a rolling update when each is judged then only the last one is complete")
    func rolling() throws {
        let judged = try (1...9).map { try judge("rolling-get-0\($0)", image: "example.test/web:1.1.0") }
        #expect(
            judged == [
                "going 4/4: waiting for the controller to see the change",
                "going 4/4: 1 of 4 replaced, 4 available",
                "going 4/4: 2 of 4 replaced, 4 available",
                "going 4/4: 2 of 4 replaced, 4 available",
                "going 4/4: 3 of 4 replaced, 4 available",
                "going 4/4: 3 of 4 replaced, 4 available",
                "going 4/4: 4 of 4 replaced, 4 available",
                "going 4/4: 4 of 4 replaced, 4 available",
                "complete 4/4",
            ]
        )
    }

    @Test(
        "given the snapshots of a rollout that gets stuck when each is judged then the controller's words tell the end"
    )
    func stuck() throws {
        let judged = try (1...3).map { try judge("stuck-get-0\($0)", image: "example.test/web:bad-1") }
        #expect(
            judged == [
                "going 4/4: waiting for the controller to see the change",
                "going 4/4: 1 of 4 replaced, 4 available",
                "stuck: ProgressDeadlineExceeded: ReplicaSet \"web-c9cbb5f5f\" has timed out progressing.",
            ]
        )
    }

    @Test("given the pods of a rollout that gets stuck when it is judged then the pod's own words come first")
    func pod() throws {
        let judged = try judge("stuck-get-02", image: "example.test/web:bad-1", pods: "pod/list-stuck")
        #expect(judged.hasPrefix("stuck: pod web-c9cbb5f5f-"))
        #expect(judged.contains("is in ImagePullBackOff: "))
    }

    @Test("given a rollback right after a failure when the former failure still stands there then it is not believed")
    func rollback() throws {
        let judged = try (1...2).map {
            try judge("rollback-get-0\($0)", image: "example.test/web:1.2.0", pods: "pod/list-stuck")
        }
        #expect(judged == ["going 4/4: waiting for the controller to see the change", "complete 4/4"])
    }

    @Test("given a paused Deployment with a change when it is judged then it says what to do")
    func paused() throws {
        let judged = try judge("paused-get", image: "example.test/web:1.2.0")
        #expect(judged == "stuck: Deployment web is paused; resume it with `kubectl rollout resume` first.")
    }

    @Test("given the snapshots of scaling when each is judged then it is complete once every replica is available")
    func scaling() throws {
        let judged = try (1...3).map { try judge("scale-get-0\($0)", image: "example.test/web:1.1.0") }
        #expect(
            judged == [
                "going 4/6: 4 of 6 replaced, 4 available", "going 4/6: 6 of 6 replaced, 4 available",
                "complete 6/6",
            ]
        )
    }

    @Test("given recorded EndpointSlices when they are read then the ready pods are those of the fleet that serves")
    func endpoints() throws {
        for (name, fleet) in [("endpointslices-blue", "cart-blue-"), ("endpointslices-green", "cart-green-")] {
            let pods = Endpoints(try Recorded.object("service/\(name)")).readyPods
            #expect(!pods.isEmpty && pods.allSatisfy { $0.hasPrefix(fleet) }, "\(pods)")
        }
    }
}
