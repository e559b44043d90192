import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCassettes

/// A secret of one kind, planted in one place of a cassette. Secrets are put together at run time: no file holds one.
struct PlantedSecret: Sendable, CustomStringConvertible {
    var kind: String
    /// The part that must be on no disk.
    var canary: String
    var interaction: Interaction

    var description: String { kind }

    static let word = "C4naryC4naryC4naryC4naryC4nary" + "Zz9Zz9Zz9Zz9Zz9"
    private static let dashes = String(repeating: "-", count: 5)

    static let all: [PlantedSecret] = texts + documents + requests + headers

    private static func plant(_ kind: String, _ body: RecordedBody, canary: String = word, target: String = "/a")
        -> PlantedSecret
    {
        let response = RecordedResponse(status: 200, content: .whole(body))
        let request = RecordedRequest(.get, target)
        return PlantedSecret(
            kind: kind,
            canary: canary,
            interaction: Interaction(id: "a", title: "t", request: request, outcome: .response(response))
        )
    }

    /// Told by their form, in plain text.
    private static let texts: [PlantedSecret] = [
        ("JSON Web Token", "say ey" + "JhbGciOi.\(word).\(word)"), ("bearer token", "sent Bearer \(word)"),
        ("basic credentials", "sent Basic \(word)"), ("GitHub token", "ghp" + "_\(word)"),
        ("GitHub fine token", "github" + "_pat_\(word)"), ("GitLab token", "glpat" + "-\(word)"),
        ("npm token", "npm" + "_\(word)"), ("Slack token", "xoxb" + "-\(word)"),
        ("Slack webhook", "https://hooks.slack.com/services/T0/B0/" + word), ("Google key", "AIza" + word),
        ("Stripe key", "sk_" + "live_\(word)"), ("Vault token", "hvs" + ".\(word)"),
        ("Docker token", "dckr" + "_pat_\(word)"), ("PyPI token", "pypi" + "-\(word)\(word)"),
        ("RSA key", "\(dashes)BEGIN RSA PRIVATE KEY\(dashes)\n\(word)\n\(dashes)END RSA PRIVATE KEY\(dashes)"),
        ("OpenSSH key", "\(dashes)BEGIN OPENSSH PRIVATE KEY\(dashes)\n\(word)\n\(dashes)END"),
        ("PKCS 8 key cut off", "\(dashes)BEGIN PRIVATE KEY\(dashes)\n\(word)"),
        ("AWS session token", "IQoJb3JpZ2lu" + word + word),
        ("shared access signature", "https://a/b?sv=1&sig=\(word)"),
        ("SigV4 header", "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=\(word)"),
        ("storage account key", "AccountName=shop;AccountKey=\(word);EndpointSuffix=x"),
        ("service bus key", "Endpoint=sb://x/;SharedAccessKey=\(word)"),
        ("SQL password", "Server=x;User ID=sa;Password=\(word);Encrypt=true"), ("SQL pwd", "Server=x;pwd=\(word);"),
        ("instrumentation key", "InstrumentationKey=\(word);IngestionEndpoint=https://x"),
        ("publish profile", "<publishProfile userName=\"$shop\" userPWD=\"\(word)\" />"),
        ("element of STS", "<Credentials><SecretAccessKey>\(word)</SecretAccessKey></Credentials>"),
        ("session of STS", "<SessionToken>\(word)</SessionToken>"),
        ("password in a URL", "postgres://shop:\(word)@db.example.com/shop"),
        (
            "option of Elastic Beanstalk",
            "<a><member><Value>\(word)</Value><OptionName>DB_PASSWORD</OptionName></member></a>"
        ),
        ("form field", "grant_type=client_credentials&client_secret=\(word)"),
        ("assertion", "client_assertion_type=x&client_assertion=\(word)"),
        ("GitHub app token", "ghs" + "_\(word)"), ("Google access token", "ya29" + ".\(word)"),
        ("member in an event", "data: {\"access_token\":\"\(word)\",\"n\":1}\n\n"),
        ("member cut off", "{\"n\":1,\"password\":\"\(word)"),
        ("kubeconfig key", kubeconfig("client-certificate-data: TUlJQg==\n    client-key-data: \(word)")),
        ("kubeconfig token", kubeconfig("token: \(word)")), ("kubeconfig password", kubeconfig("password: \(word)")),
    ].map { plant($0.0, .text($0.1)) }

    private static func kubeconfig(_ user: String) -> String {
        "apiVersion: v1\nkind: Config\ncurrent-context: x\nusers:\n- name: a\n  user:\n    \(user)\n"
    }

    /// Told by the names of members, or by what they are in.
    private static let documents: [PlantedSecret] = {
        let names = [
            "token", "access_token", "refresh_token", "id_token", "clientSecret", "adminPassword", "connectionString",
            "primaryKey", "publishingPassword", "client-key-data", "identityToken", "pfxBlob",
        ]
        let encoded = Data(kubeconfig("token: \(word)").utf8).base64EncodedString()
        let pair = Data("shop:\(word)".utf8).base64EncodedString()
        let annotation = JSON.object(["kind": "Secret", "data": ["x": .string(word)]]).text
        let others: [(String, JSON)] = [
            ("data of a Secret", ["kind": "Secret", "data": ["x": .string(word)]]),
            ("a Secret in an annotation", ["metadata": ["annotations": ["last": .string(annotation)]]]),
            ("an account's key", ["keys": [["keyName": "key1", "value": .string(word)]]]),
            ("an environment variable", ["env": [["name": "DB_PASSWORD", "value": .string(word)]]]),
            ("a function's code", ["code": .string(word)]),
        ]
        return names.map { plant("member \($0)", .json([$0: .string(word)])) }
            + others.map { plant($0.0, .json($0.1)) }
            + [
                plant("kubeconfig in base64", .json(["kubeconfigs": [["value": .string(encoded)]]]), canary: encoded),
                plant("registry's auth", .json(["auths": ["x": ["auth": .string(pair)]]]), canary: pair),
                plant(
                    "settings of a site",
                    .json(["properties": ["ANYTHING": .string(word)]]),
                    target: "/sites/shop/config/appsettings/list?api-version=1"
                ), plant("bytes that are not text", .base64([0xFF, 0x00] + Array("ghp_\(word)".utf8))),
                plant("AWS key", .text("<Id>AKIA" + "IOSFODNN7EXAMPLE</Id>"), canary: "IOSFODNN7"),
                plant("AWS session key", .text("ASIA" + "IOSFODNN7EXAMPLE"), canary: "IOSFODNN7"),
            ]
    }()

    /// In the target or the body of a request.
    private static let requests: [PlantedSecret] = [
        ("presigned signature", RecordedRequest(.get, "/b?X-Amz-Signature=\(word)")),
        ("presigned token", RecordedRequest(.get, "/b?X-Amz-Security-Token=\(word)")),
        ("presigned credential", RecordedRequest(.get, "/b?X-Amz-Credential=\(word)")),
        ("signed polling address", RecordedRequest(.get, "/operations/1?t=1&c=x&s=\(word)&h=y")),
        ("function key in a query", RecordedRequest(.get, "/api/x?code=\(word)")),
        (
            "option in a form",
            RecordedRequest(
                .post,
                "/",
                body: .text("OptionSettings.member.1.OptionName=API_TOKEN&OptionSettings.member.1.Value=\(word)")
            )
        ),
        ("member in a request", RecordedRequest(.put, "/x", body: .json(["password": .string(word)]))),
    ].map { kind, request in
        let interaction = Interaction(
            id: "a",
            title: "t",
            request: request,
            outcome: .response(RecordedResponse(status: 204))
        )
        return PlantedSecret(kind: kind, canary: word, interaction: interaction)
    }

    private static let headers: [PlantedSecret] = [
        "Set-Cookie", "Authorization", "X-Amz-Security-Token", "X-Aws-Ec2-Metadata-Token", "X-Identity-Header",
    ].compactMap { name in
        guard let field = HTTPField.Name(name) else { return nil }
        var planted = plant("header \(name)", .text("x"))
        planted.interaction.outcome = .response(RecordedResponse(status: 200, headers: [field: word]))
        return planted
    }
}
