import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwayModel
import Testing

@testable import SlipwayKubernetes

@Suite("Recorded answers are read as what they are") struct AnswerTests {
    private enum Reading: Hashable {
        case object, absent
        case failure(ProviderFailure)
    }

    private func read(_ interaction: Interaction) -> Reading {
        let request = interaction.sent
        switch interaction.outcome {
        case .failure(let failure): return .failure(KubernetesReplies.failure(failure, for: request))
        case .response(let response):
            do throws(ProviderFailure) {
                return try KubernetesReplies.object(response.response, for: request) == nil ? .absent : .object
            } catch { return .failure(error) }
        }
    }

    /// What each status means, and which recordings are special.
    private func expected(_ name: String, _ status: Int) -> ProviderFailure.Kind? {
        switch (name, status) {
        case ("errors/409-apply-conflict", _), ("gateway/httproute-apply-conflict", _): .conflict
        case ("errors/422-json-patch-test", _), ("gateway/httproute-patch-json-stale", _): .transient
        case (_, 400), (_, 401), (_, 403), (_, 405), (_, 406), (_, 413), (_, 415), (_, 422): .refused
        case (_, 409), (_, 410), (_, 429), (_, 500...599): .transient
        default: nil
        }
    }

    /// Answers that are right and no Kubernetes objects; the provider asks for none of them.
    private let noObjects: Set<String> = [
        "discovery/version", "discovery/version-anonymous", "discovery/version-client-cert", "discovery/api",
        "discovery/apis", "discovery/apps-v1", "discovery/gateway-group", "discovery/gateway-resources",
        "discovery/readyz", "discovery/readyz-verbose", "discovery/livez", "discovery/readyz-etcd-held",
        "discovery/readyz-etcd-held-verbose",
    ]

    @Test(
        "given every recorded answer when it is read then it is an object, nothing, or a failure of the kind its status means"
    )
    func all() throws {
        var counts: [String: Int] = [:]
        for (name, interaction) in try Recorded.all() where !interaction.isWatch {
            guard case .response(let response) = interaction.outcome else {
                guard case .failure(let failure) = read(interaction) else {
                    Issue.record("\(name) has no answer and is read as one")
                    continue
                }
                #expect(failure.kind == .transient, "\(name)")
                counts["no answer", default: 0] += 1
                continue
            }
            switch read(interaction) {
            case .object:
                #expect((200..<300).contains(response.status), "\(name)")
                counts["object", default: 0] += 1
            case .absent:
                #expect(response.status == 404, "\(name)")
                counts["absent", default: 0] += 1
            case .failure(let failure):
                let kind = noObjects.contains(name) ? .transient : expected(name, response.status)
                #expect(failure.kind == kind, "\(name): \(failure)")
                #expect(!failure.summary.contains("\n") && failure.summary == failure.summary.printable(), "\(name)")
                counts["failure", default: 0] += 1
            }
        }
        #expect(counts == ["object": 121, "absent": 6, "failure": 59, "no answer": 1])
    }

    @Test("given every recorded refusal when it is read then its sentence is the known one")
    func sentences() throws {
        var lines: [String] = []
        for (name, interaction) in try Recorded.all() where !interaction.isWatch {
            guard !noObjects.contains(name), case .failure(let failure) = read(interaction) else { continue }
            let wait = failure.retryAfter.map { ", after \($0.text)" } ?? ""
            lines.append("\(name): \(failure.kind.rawValue)\(wait): \(failure.summary)")
        }
        #expect(lines.joined(separator: "\n") == AnswerSentences.golden)
    }
}
