import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import Testing

struct SecretCorpusTests {
    @Test("given the corpus, when its kinds are counted, then there are at least 60 different ones")
    func size() {
        #expect(Set(PlantedSecret.all.map(\.kind)).count == PlantedSecret.all.count)
        #expect(PlantedSecret.all.count >= 60)
    }

    @Test(
        "given a planted secret of any kind, when searched, then it is found once masked never",
        arguments: PlantedSecret.all
    )
    func planted(_ secret: PlantedSecret) throws {
        let cassette = cassette("planted", secret.interaction)
        #expect(!cassette.secrets().isEmpty)
        #expect(!cassette.secrets().map(\.description).joined().contains(secret.canary))
        let redacted = cassette.redacted()
        #expect(redacted.secrets().map(\.description) == [])
        #expect(redacted.redacted() == redacted)
        #expect(!cassette.text.contains(secret.canary))
        #expect(try Cassette(parsing: Array(cassette.text.utf8), name: "planted") == redacted)
    }

    @Test(
        "given clean text that resembles a secret, when searched, then nothing is found",
        arguments: [
            "Basic authentication is off; Bearer tokens are not", "design=none&token=&key=Name&code=200", "Signature=",
            "PasswordPolicy=strict", "<SecretAccessKey></SecretAccessKey>", "https://host:8443/a@b", "glpat-short",
            "npm_config_cache", "arn:aws:iam::123456789012:role/Password", "userPWD=\"\"", "hooks.slack.com/services/",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "AccountKey=;",
            "token: a word of a sentence",
            "tolerationSeconds=300&key=node.kubernetes.io/unreachable-for-a-very-long-time",
            "continue=eyJ2IjoibWV0YSJ9",
            "<member><OptionName>DB_PASSWORD</OptionName><Value></Value></member>",
            "<member><OptionName>InstanceType</OptionName><Value>t3.small</Value></member>",
        ]
    )
    func clean(_ text: String) {
        let recorded = cassette("clean", interaction("a", RecordedRequest(.get, "/a"), answer: text))
        #expect(recorded.secrets().map(\.description) == [])
        #expect(recorded.redacted() == recorded)
    }

    @Test(
        "given a clean document with names that resemble a secret's, when searched, then nothing is found",
        arguments: [
            ["key": "node-role.kubernetes.io/control-plane", "secret": ["secretName": "x"]],
            ["code": "AuthorizationFailed"],
            ["env": [["name": "TOKEN_PATH", "value": "/var/run/secrets"], ["name": "USE_TOKEN", "value": "true"]]],
            ["kind": "Secret", "metadata": ["name": "password"]], ["auth": "none"], ["token": ""], ["password": .null],
            ["kind": "ConfigMap", "data": ["a": "b"]], ["nextToken": "abc", "tokenType": "Bearer"],
        ] as [JSON]
    )
    func cleanDocuments(_ document: JSON) {
        let response = RecordedResponse(status: 200, content: .whole(.json(document)))
        let recorded = cassette(
            "clean",
            Interaction(id: "a", title: "t", request: RecordedRequest(.get, "/a"), outcome: .response(response))
        )
        #expect(recorded.secrets().map(\.description) == [])
        #expect(recorded.redacted() == recorded)
    }
}
