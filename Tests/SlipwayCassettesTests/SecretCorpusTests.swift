import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import Testing

struct SecretCorpusTests {
    @Test("given the corpus, when its kinds are counted, then there are at least 60 and no two plant the same")
    func size() {
        #expect(Set(PlantedSecret.all.map(\.kind)).count == PlantedSecret.all.count)
        #expect(Set(PlantedSecret.all.map(\.interaction)).count == PlantedSecret.all.count)
        #expect(PlantedSecret.all.count >= 60)
        #expect(CleanCorpus.texts.count + CleanCorpus.documents.count >= 60)
    }

    @Test(
        "given a planted secret of any kind, when linted, then it is found, and once masked never",
        arguments: PlantedSecret.all
    )
    func planted(_ secret: PlantedSecret) throws {
        let cassette = cassette("planted", secret.interaction)
        let found = lint(cassette)
        #expect(!found.isEmpty)
        #expect(!found.joined().contains(secret.canary))
        let redacted = cassette.redacted()
        #expect(lint(redacted) == [])
        #expect(redacted.redacted() == redacted)
        #expect(!cassette.text.contains(secret.canary))
        #expect(try Cassette(parsing: Array(cassette.text.utf8), name: "planted") == redacted)
    }

    @Test("given clean text that resembles a secret, when linted, then nothing is found", arguments: CleanCorpus.texts)
    func clean(_ text: String) {
        let recorded = cassette("clean", interaction("a", RecordedRequest(.get, "/a"), answer: text))
        #expect(lint(recorded) == [])
        #expect(recorded.redacted() == recorded)
    }

    @Test(
        "given a clean document that resembles one with secrets, when linted, then nothing is found",
        arguments: CleanCorpus.documents
    )
    func cleanDocuments(_ document: JSON) {
        let response = RecordedResponse(status: 200, content: .whole(.json(document)))
        let recorded = cassette(
            "clean",
            Interaction(id: "a", title: "t", request: RecordedRequest(.get, "/a"), outcome: .response(response))
        )
        #expect(lint(recorded) == [])
        #expect(recorded.redacted() == recorded)
    }

    private func lint(_ cassette: Cassette) -> [String] {
        cassette.findings(now: Timestamp(milliseconds: 0)).filter { $0.kind == .secret }.map(\.description)
    }
}
