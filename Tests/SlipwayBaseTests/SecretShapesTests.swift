import SlipwayBase
import Testing

@Suite struct SecretShapesTests {
    static let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSIsImEiOjF9.c2lnbmF0dXJl"

    @Test(
        "given a text with a credential, when it is masked, then the credential is gone and the rest stays",
        arguments: [
            ("got \(token)!", "got [redacted]!"), ("\(token) \(token)", "[redacted] [redacted]"),
            ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [redacted]"),
            ("authorization: bearer ab/cd+ef==.gh-ij_kl", "authorization: bearer [redacted]"),
            ("a -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- b", "a [redacted] b"),
            ("-----BEGIN EC PRIVATE KEY-----\nMIIE", "[redacted]"),
            ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSIsImEiOjF9", "[redacted]"),
        ]
    )
    func masked(_ text: String, _ expected: String) {
        #expect(SecretShapes.masked(text) == expected)
        #expect(SecretShapes.occur(in: text))
        #expect(SecretShapes.masked(expected) == expected)
    }

    @Test(
        "given a text without credentials, when it is masked, then it stays as it is",
        arguments: [
            "", "plain", "Bearer of news", "bearer short", "eyJ", "keyJab.cd",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "deploy 2.4.1 → 서울", "e.y.J", "-----", "-----BEGIN ",
        ]
    )
    func untouched(_ text: String) {
        #expect(SecretShapes.masked(text) == text)
        #expect(!SecretShapes.occur(in: text))
    }

    @Test("given a document, when it is masked, then its texts are masked at every depth and nothing else changes")
    func document() {
        let json: JSON = ["a": ["b": [.string(Self.token), 1, true]], "eyJ": "x"]
        #expect(SecretShapes.masked(json) == ["a": ["b": ["[redacted]", 1, true]], "eyJ": "x"])
    }
}
