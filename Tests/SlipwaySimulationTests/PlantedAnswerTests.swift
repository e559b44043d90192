import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation
import Testing

@Suite struct PlantedAnswerTests {
    @Test("given the recorded answers of a server in trouble when planted ones are compared then they are the same")
    func looksLikeTheRecordings() throws {
        guard let recordings = try Recording.all(version: "v1.36.2") else {
            print("skipped: the recordings of kube-apiserver 1.36.2 are not beside the package")
            return
        }
        for (id, answer) in [
            ("errors/429-priority-and-fairness", PlantedAnswer.tooManyRequests(retryAfterSeconds: 1)),
            ("errors/504-read-timeout", .timeout), ("errors/401-bad-token", .unauthorized),
            ("errors/409-conflict-put", .conflict(.deployment, "web")), ("errors/410-list-exact", .expired),
        ] {
            let recording = try #require(recordings.first { $0.id == id })
            let response = answer.response
            #expect(response.status == recording.status)
            let text = String(decoding: response.body, as: UTF8.self)
            #expect(text.trimmingCharacters(in: .newlines) == recording.body.trimmingCharacters(in: .newlines))
        }
        #expect(PlantedAnswer.tooManyRequests(retryAfterSeconds: 7).response.headers[.retryAfter] == "7")
    }

    @Test("given behaviour by Deployment when two share an image then only the named one is slow")
    func behavesByDeployment() throws {
        var cluster = try Cluster.web()
        try cluster.world.seed(SeedDeployment("api", image: "example.test/api:1"))
        cluster.world.podBehaviours = [(.ofDeployment("api"), .hang)]
        cluster.setImage("shared:2")
        cluster.setImage("shared:2", of: "api")
        cluster.wait(60)
        #expect(cluster.world.readyPods(of: "web") == ["shared:2": 4])
        #expect(cluster.world.readyPods(of: "api")["shared:2"] == nil)
    }
}
