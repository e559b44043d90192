import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation
import Testing

/// The yardstick: what a real kube-apiserver 1.36.2 answered, held against the simulation.
@Suite struct RecordingTests {
    @Test(
        "given the requests of the recordings when replayed in order then status, keys, types and refusals are the same"
    )
    func looksLikeTheRecordings() throws {
        guard let recordings = try Recording.all(version: "v1.36.2") else {
            print("skipped: the recordings of kube-apiserver 1.36.2 are not beside the package")
            return
        }
        var replayer = try Replayer()
        var compared = 0
        var skipped: [String: Int] = [:]
        for recording in recordings {
            if let reason = Differences.reason(toSkip: recording.id) {
                skipped[reason, default: 0] += 1
                continue
            }
            Self.prepare(&replayer, for: recording)
            let problems = Self.compare(recording, &replayer)
            #expect(problems.isEmpty, "\(recording.id): \(problems.sorted().joined(separator: "; "))")
            compared += 1
        }
        print("compared \(compared) recordings; left out:")
        for (reason, count) in skipped.sorted(by: { $0.key < $1.key }) { print("  \(count) × \(reason)") }
        #expect(compared > 140)
    }

    /// Sets up what lay outside the recorded requests: who asks, and what was compacted.
    private static func prepare(_ replayer: inout Replayer, for recording: Recording) {
        replayer.cluster.world.rights = rights(for: recording.id)
        if recording.id.hasPrefix("errors/401") { replayer.cluster.world.rights.token = "right" }
        if recording.id == "errors/401-bad-token" || recording.id == "errors/401-unknown-client-ca" {
            replayer.token = "wrong"
        } else {
            replayer.token = nil
        }
        if let delay = Differences.delays[recording.id] { replayer.cluster.wait(delay) }
        if ["errors/410-continue", "errors/410-list-exact", "watch/too-old"].contains(recording.id) {
            replayer.touch()
            replayer.cluster.world.compactHistory()
        }
    }

    private static func rights(for id: String) -> Rights {
        let secrets = Rights.Rule(resource: "secrets")
        switch id {
        case "errors/403-anonymous": return Rights(user: "system:anonymous", allowed: [])
        case "errors/403-no-binding", "errors/403-nonresource": return Rights(user: "rig-nobody", allowed: [])
        case "errors/403-secrets": return Rights(user: "rig-deployer", denied: [secrets])
        case "errors/403-other-namespace":
            return Rights(user: "rig-deployer", allowed: [Rights.Rule(namespace: "shop")])
        case "errors/403-serviceaccount": return Rights(user: "system:serviceaccount:shop:default", allowed: [])
        case "auth/ssar-denied", "auth/ssar-denied-no-binding": return Rights(allowed: [])
        default: return Rights()
        }
    }

    /// Reads are repeated while time passes until they look like the recording; writes have one try.
    private static func compare(_ recording: Recording, _ replayer: inout Replayer) -> Set<String> {
        var fewest: Set<String>?
        let end = replayer.cluster.now + .seconds(30)
        while true {
            let answer = replayer.send(recording)
            let problems = differences(recording, answer, replayer)
            if problems.isEmpty {
                replayer.learn(recording, answer)
                return []
            }
            if problems.count < fewest?.count ?? .max { fewest = problems }
            guard recording.isRead, !recording.isWatch, recording.status == 200,
                let next = replayer.cluster.world.nextChange, next <= end
            else { break }
            replayer.cluster.now = max(next, replayer.cluster.now)
        }
        replayer.learn(recording, replayer.send(recording))
        return fewest ?? []
    }

    private static func differences(_ recording: Recording, _ answer: Cluster.Answer, _ replayer: Replayer) -> Set<
        String
    > {
        guard answer.status == recording.status else {
            return ["status \(answer.status) instead of \(recording.status): \(answer.text.prefix(200))"]
        }
        let recorded = Shape(recording.body)
        let shape = Shape(answer.text)
        var problems = Set(recorded.paths.subtracting(shape.paths).map { "without \($0)" })
        problems.formUnion(shape.paths.subtracting(recorded.paths).map { "with \($0)" })
        problems = problems.filter { Differences.reason(for: $0, in: recording.id) == nil }
        if recording.status >= 400 { problems.formUnion(refusalDifferences(recording, answer, replayer)) }
        if recording.isSnapshot { problems.formUnion(numberDifferences(recording, answer)) }
        return problems
    }

    private static func refusalDifferences(_ recording: Recording, _ answer: Cluster.Answer, _ replayer: Replayer)
        -> [String]
    {
        guard let recorded = try? JSON(parsing: replayer.translated(recording.body)) else {
            let isSame =
                recording.body.trimmingCharacters(in: .newlines) == answer.text.trimmingCharacters(in: .newlines)
            return isSame ? [] : ["another text: \(answer.text)"]
        }
        return ["reason", "message", "details", "code"].compactMap { name in
            guard recorded[name] != answer.body[name], Differences.reason(for: name, in: recording.id) == nil else {
                return nil
            }
            return "another \(name): \(answer.body[name]?.text ?? "none") instead of \(recorded[name]?.text ?? "none")"
        }
    }

    private static func numberDifferences(_ recording: Recording, _ answer: Cluster.Answer) -> [String] {
        guard let recorded = try? JSON(parsing: recording.body) else { return [] }
        return ["observedGeneration", "replicas", "updatedReplicas", "availableReplicas"].compactMap { name in
            recorded.status(name) == answer.body.status(name) ? nil : "\(name) never \(recorded.status(name))"
        }.filter { Differences.reason(for: $0, in: recording.id) == nil }
    }
}
