import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import Testing

private let expired = #"{"error":{"code":"ExpiredAuthenticationToken","message":"The access token expired."}}"#
private let claims: JSON = ["access_token": ["nbf": ["essential": true, "value": "1604106651"]]]

@Suite struct EntraAuthenticateTests {
    /// Entra and the resource manager in one: Entra gives `t1`, `t2` and so on, or always the same.
    private struct Stage {
        var machine = EntraMachine(EntraMachine.application.merging(["AZURE_CLIENT_SECRET": "hush"]) { $1 })
        let access: AzureAccess

        init(isRotating: Bool = true, _ answers: Response...) throws {
            let left = Locked(answers)
            let count = Locked(0)
            machine.wire.answer { request throws(HTTPFailure) in
                guard request.origin == AzureCloud.global.login else {
                    return left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                }
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                return .entraToken("t\(isRotating ? number : 1)")
            }
            access = try machine.access()
        }

        func send(_ url: String = "https://management.azure.com/subscriptions") async throws -> Response {
            let authenticate = access.tokens.authenticate(
                for: .resourceManager(of: .global),
                to: [AzureCloud.global.resourceManager]
            )
            let (origin, target) = try #require(Origin.split(url))
            return try await Pipeline([authenticate], to: machine.wire).send(Request(.post, origin, target))
        }

        /// The tokens that were presented.
        var presented: [String] {
            machine.wire.requests.filter { $0.origin != AzureCloud.global.login }
                .map { $0.headers[.authorization] ?? "" }
        }

        /// The claims of every request for a token.
        var asked: [JSON?] {
            machine.wire.requests.filter { $0.origin == AzureCloud.global.login }
                .map { $0.fields()["claims"].flatMap { try? JSON(parsing: $0) } }
        }
    }

    private func refusal(_ challenge: String?, _ body: String = "") -> Response {
        var response = Response.entra(body, status: 401)
        response.headers[.wwwAuthenticate] = challenge
        return response
    }

    private func encoded(_ json: JSON) -> String { Digits.base64(json.bytes) }

    @Test("given a token, when a request is sent, then it is presented, and the next request presents the same")
    func presents() async throws {
        let stage = try Stage(.entra("{}"))
        for _ in 0..<2 { #expect(try await stage.send().status == 200) }
        #expect(stage.presented == ["Bearer t1", "Bearer t1"])
        #expect(stage.asked == [["access_token": ["xms_cc": ["values": ["CP1"]]]]])
    }

    @Test("given a claims challenge, when it is answered, then the next token is asked for with the claims, once")
    func challenge() async throws {
        let forms = [
            "Bearer realm=\"\", authorization_uri=\"https://login.test/a, b\", client_id=\"1\", "
                + "error=\"insufficient_claims\", claims=\"\(encoded(claims))\"",
            "PoP nonce=\"n\", bearer claims=\(encoded(claims).filter { $0 != "=" })",
            "Basic realm=\"x \\\" Bearer claims=\\\"\", Bearer error=insufficient_claims,claims=\"\(encoded(claims))\"",
        ]
        for form in forms {
            let stage = try Stage(refusal(form, #"{"error":{"code":"InteractionRequired"}}"#), .entra("{}"))
            #expect(try await stage.send().status == 200)
            #expect(stage.presented == ["Bearer t1", "Bearer t2"])
            var demanded = claims
            demanded[path: "access_token", "xms_cc"] = ["values": ["CP1"]]
            #expect(stage.asked.last == demanded)
            #expect(try await stage.send().status == 200)
            #expect(stage.asked.count == 2)
        }
    }

    @Test("given a challenge that comes again, when it was answered once, then the refusal is the answer")
    func never() async throws {
        let stage = try Stage(refusal("Bearer claims=\"\(encoded(claims))\""))
        #expect(try await stage.send().status == 401)
        #expect(stage.presented == ["Bearer t1", "Bearer t2"])
        let same = try Stage(isRotating: false, refusal("Bearer claims=\"\(encoded(claims))\""))
        #expect(try await same.send().status == 401)
        #expect(same.presented == ["Bearer t1"])
    }

    @Test("given a token that is said to have ended, when refused, then one newer one is presented, and no third")
    func spent() async throws {
        var storage = refusal("Bearer authorization_uri=https://login.test", "<Error/>")
        storage.headers[HTTPField.Name("x-ms-error-code")!] = "InvalidAuthenticationInfo"
        let answers = [
            refusal(nil, expired), refusal(nil, expired.replacing("Expired", with: "Invalid")),
            refusal("Bearer error=\"invalid_token\"", "{}"), refusal(nil), storage,
        ]
        for answer in answers {
            let stage = try Stage(answer)
            #expect(try await stage.send().status == 401)
            #expect(stage.presented == ["Bearer t1", "Bearer t2"])
        }
    }

    @Test("given a refusal that a newer token does not help against, when it comes, then it is the answer")
    func hopeless() async throws {
        let foreign = encoded(["id_token": [:]])
        let answers = [
            refusal(nil, #"{"error":{"code":"InvalidAuthenticationTokenTenant"}}"#),
            refusal("Basic claims=\"\(encoded(claims))\"", "{}"), refusal("Bearer claims=\"hush\"", "{}"),
            refusal("Bearer claims=\"\(foreign)\"", "{}"), refusal("Bearer claims=", "<html>"),
            .entra(expired, status: 403), .entra("", status: 500),
        ]
        for answer in answers {
            let stage = try Stage(answer)
            #expect(try await stage.send().status == answer.status)
            #expect(stage.presented == ["Bearer t1"])
        }
    }

    @Test("given a request to another place, when sent, then it is refused before a token is asked for")
    func elsewhere() async throws {
        let stage = try Stage(.entra("{}"))
        let places = [
            "https://management.azure.com.evil.test/", "http://management.azure.com:443/",
            "https://management.azure.com:444/",
            "https://login.microsoftonline.com/",
        ]
        for place in places {
            await #expect(throws: HTTPFailure.self) { try await stage.send(place) }
        }
        #expect(stage.machine.wire.requests.isEmpty)
    }

    @Test("given no credentials, when a request is sent, then nothing leaves and the reason is told")
    func absent() async throws {
        let machine = EntraMachine()
        let access = try machine.access(.init(credential: .environment))
        let origin = AzureCloud.global.resourceManager
        let authenticate = access.tokens.authenticate(for: .resourceManager(of: .global), to: [origin])
        do throws(HTTPFailure) {
            _ = try await Pipeline([authenticate], to: machine.wire).send(Request(.get, origin, "/"))
            Issue.record("it was sent")
        } catch {
            #expect(error.reach == .unauthenticated && error.reason.hasPrefix("there are no Azure credentials ("))
        }
        #expect(machine.wire.requests.isEmpty)
    }
}
