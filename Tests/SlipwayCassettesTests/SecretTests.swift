import HTTPTypes
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import Testing

/// Secrets are put together at run time, so that this file holds none.
private let token = ["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJzeXN0ZW0ifQ", "c2lnbmF0dXJlLW9mLW5vdGhpbmc"].joined(
    separator: "."
)
private let dashes = String(repeating: "-", count: 5)
private let pem = "\(dashes)BEGIN EC PRIVATE KEY\(dashes)\nMHcCAQEE\nAAAA\n\(dashes)END EC PRIVATE KEY\(dashes)\n"

struct SecretTests {
    private func planted(_ body: RecordedBody? = nil, headers: HTTPFields = [:], target: String = "/a") -> Cassette {
        let response = RecordedResponse(status: 200, headers: headers, content: .whole(body))
        return cassette(
            "planted",
            Interaction(id: "a", title: "t", request: RecordedRequest(.get, target), outcome: .response(response))
        )
    }

    private func expectFound(_ cassette: Cassette, _ found: String, never text: String) throws {
        #expect(cassette.secrets().map(\.description) == [found])
        let redacted = cassette.redacted()
        #expect(redacted.secrets() == [])
        #expect(redacted.redacted() == redacted)
        #expect(!cassette.text.contains(text))
        #expect(try Cassette(parsing: Array(cassette.text.utf8), name: cassette.name) == redacted)
    }

    @Test("given a token in a JSON body, when searched and written, then it is found and never on disk")
    func jsonWebToken() throws {
        let cassette = planted(.json(["status": ["message": .string("use \(token) now")]]))
        try expectFound(cassette, "a response: JSON Web Token at status.message", never: "eyJ")
    }

    @Test("given a secret known by its member's name, when searched and written, then it is found and never on disk")
    func named() throws {
        let cassette = planted(.json(["list": [["client_secret": "abc"]]]))
        try expectFound(cassette, "a response: secret by name at list[0].client_secret", never: "abc")
    }

    @Test("given a Secret object, when searched and written, then its data is found and never on disk")
    func secretObject() throws {
        let cassette = planted(.json(["kind": "Secret", "data": ["user": "YWRtaW4="]]))
        try expectFound(cassette, "a response: data of a Secret at data", never: "YWRtaW4=")
    }

    @Test("given a bearer token in text, when searched and written, then it is found and never on disk")
    func bearer() throws {
        try expectFound(
            planted(.text("authorization: Bearer rig-admin-0123")),
            "a response: bearer token",
            never: "0123"
        )
    }

    @Test("given a private key, when searched and written, then it is found and never on disk")
    func privateKey() throws {
        try expectFound(planted(.text("before\n\(pem)after")), "a response: private key", never: "MHcCAQEE")
        #expect(planted(.text("before\n\(pem)after")).text.contains("after"))
        try expectFound(planted(.text(String(pem.prefix(50)))), "a response: private key", never: "MHcC")
    }

    @Test("given a base64 private key, as kubeconfig files hold them, when searched and written, then it is found")
    func encodedKey() throws {
        let encoded = "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0t" + "LS0tCk1IY0NBUUVF"
        try expectFound(planted(.json(["x": .string(encoded)])), "a response: private key at x", never: "LS0tLS1C")
        let certificate = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM="
        #expect(planted(.json(["x": .string(certificate)])).secrets() == [])
    }

    @Test("given an AWS key id and a shared access signature, when searched and written, then they are found")
    func clouds() throws {
        let key = "AKIA" + "IOSFODNN7EXAMPLE"
        try expectFound(planted(.text("<Id>\(key)</Id>")), "a response: AWS access key", never: "IOSFODNN")
        let signature = "sig=" + "abcdefghijklmnopqrstuvwxyz%3D"
        try expectFound(planted(target: "/a?\(signature)"), "a request: shared access signature", never: "abcdefghij")
    }

    @Test("given a form with a secret field, when searched and written, then only that field is masked")
    func form() throws {
        let cassette = planted(.text("grant_type=x&client_secret=hunter2&scope=y"))
        try expectFound(cassette, "a response: form field client_secret", never: "hunter2")
        #expect(cassette.text.contains("grant_type=x&client_secret=[masked]&scope=y"))
    }

    @Test("given a cookie, when written, then its header is left out")
    func cookie() throws {
        try expectFound(planted(headers: [.setCookie: "session=1"]), "a response: header Set-Cookie", never: "session")
    }

    @Test("given a token split over two frames, when searched and written, then it is found and never on disk")
    func splitOverFrames() {
        let bytes = Array(token.utf8)
        let frames = [bytes[..<30], bytes[30...]].map { RecordedResponse.Frame(at: .zero, bytes: Array($0)) }
        let response = RecordedResponse(status: 200, content: .frames(frames, ended: nil))
        let watch = Interaction(id: "w", title: "", request: RecordedRequest(.get, "/w"), outcome: .response(response))
        #expect(cassette("shop", watch).secrets().map(\.kind) == ["JSON Web Token"])
        #expect(!cassette("shop", watch).text.contains("eyJ"))
        #expect(cassette("shop", watch).redacted().secrets().isEmpty)
    }

    @Test("given ordinary words, when searched, then nothing is found")
    func harmless() {
        let text =
            "Bearer authentication eyJ2IjoibWV0YS5rOHM.io AKIA design=none token= skeyJ.x.y -----BEGIN CERTIFICATE-----"
        #expect(planted(.text(text)).secrets().map(\.kind) == [])
    }
}
