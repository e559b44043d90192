import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulation
import Testing

/// What callers ask about their own rights, in JSON and as kubectl asks it.
@Suite struct ReviewTests {
    private static let reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

    private func limited() throws -> Cluster {
        var cluster = try Cluster.web()
        cluster.world.rights.allowed = [Rights.Rule(verb: "list", resource: "pods", group: "", namespace: "default")]
        return cluster
    }

    private func message(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { Protobuf.message(number, bytes) }
    private func text(_ number: UInt8, _ text: String) -> [UInt8] { Protobuf.text(number, text) }

    /// A review as kubectl sends it.
    private func protobuf(_ spec: [UInt8]) -> [UInt8] {
        Protobuf.object("authorization.k8s.io/v1", "SelfSubjectAccessReview", message(1, []) + message(2, spec))
    }

    private func ask(_ cluster: inout Cluster, _ bytes: [UInt8]) -> (status: Int, body: JSON?) {
        let answer = cluster.send(.post, Self.reviews, bytes: bytes, type: "application/vnd.kubernetes.protobuf")
        return (answer.status, answer.body)
    }

    @Test(
        "given a review in protobuf, when it is asked, then the rights decide, and the answer says what was understood"
    )
    func kubectl() throws {
        var cluster = try limited()
        for (verb, isAllowed) in [("list", true), ("create", false)] {
            let resource = text(1, "default") + text(2, verb) + text(5, "pods")
            let (status, body) = ask(&cluster, protobuf(message(1, resource)))
            #expect(status == 201 && body?["status"]?["allowed"] == .bool(isAllowed))
            #expect(
                body?["spec"]?["resourceAttributes"] == [
                    "namespace": "default", "verb": .string(verb), "resource": "pods",
                ]
            )
        }
        let path = ask(&cluster, protobuf(message(2, text(1, "/healthz") + text(2, "get"))))
        #expect(path.body?["status"]?["allowed"] == false)
    }

    @Test(
        "given bytes that are no review, when they are sent, then the server refuses them and lives on",
        arguments: [
            [], [0x6B, 0x38, 0x73, 0x00], [0x6B, 0x38, 0x73, 0x00, 0x12, 0xFF], [0x6B, 0x38, 0x73, 0x00, 0x0B],
            [0x6B, 0x38, 0x73, 0x00, 0x12, 0x02, 0x12, 0x7F],
            [0x6B, 0x38, 0x73, 0x00] + Array(repeating: 0xFF, count: 40), Array("{}".utf8),
        ]
    )
    func garbage(_ bytes: [UInt8]) throws {
        var cluster = try limited()
        #expect(ask(&cluster, bytes).status == 400)
    }

    @Test("given rights, when all of them are asked for, then each is a rule, and other namespaces' are not")
    func rules() throws {
        var cluster = try limited()
        let path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
        func ask(_ namespace: JSON) -> JSON? {
            cluster.send(.post, path, ["spec": ["namespace": namespace]]).body["status"]
        }
        let own = ask("default")
        #expect(own?["resourceRules"] == [["verbs": ["list"], "apiGroups": [""], "resources": ["pods"]]])
        #expect(ask("other")?["resourceRules"] == [])
        cluster.world.rights.allowed = nil
        #expect(ask("other")?["resourceRules"] == [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]])
    }
}
