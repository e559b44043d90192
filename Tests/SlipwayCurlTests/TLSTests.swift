import HTTPTypes
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP
import Testing

extension CurlTests {
    @Suite struct TLSTests {
        @Test("given no trust in the server's authority, when a request is sent, then it is unsent")
        func untrusted() async throws {
            let refusal = try await send("tls", TLSSettings())
            #expect(refusal?.reach == .unsent)
            #expect(refusal?.reason.contains("is not trusted here") == true)
        }

        @Test("given trust in another authority, when a request is sent, then it is unsent")
        func otherAuthority() async throws {
            let other = try TestServer.current.bytes(of: "other-ca.pem")
            #expect(try await send("tls", TLSSettings(authorities: other))?.reach == .unsent)
        }

        @Test("given authorities that are no PEM, when a request is sent, then it is unsent")
        func brokenAuthority() async throws {
            #expect(try await send("tls", TLSSettings(authorities: Array("rubbish".utf8)))?.reach == .unsent)
        }

        @Test("given a certificate for another name, when a request is sent, then it is unsent")
        func wrongName() async throws {
            #expect(try await send("named", TestServer.current.trust())?.reach == .unsent)
        }

        @Test(
            "given a server name, when the certificate is for it, then the URL's host is reached and named"
        )
        func serverName() async throws {
            var tls = try TestServer.current.trust()
            tls.serverName = "cluster.internal"
            let origin = try TestServer.current.origin("named", host: "127.0.0.1")
            let response = try await transport(tls).send(Request(.get, origin, "/seen"))
            #expect(try Seen(response).headers["host"] == "127.0.0.1:\(origin.port)")
        }

        @Test("given a server name over HTTP/2, when a request is sent, then the authority is the URL's host")
        func serverNameOverHTTP2() async throws {
            var tls = try TestServer.current.trust()
            tls.serverName = "localhost"
            let origin = try TestServer.current.origin("h2", host: "127.0.0.1")
            let response = try await transport(tls).send(Request(.get, origin, "/seen"))
            #expect(try Seen(response).headers["host"] == "127.0.0.1:\(origin.port)")
        }

        @Test("given a server name, when the certificate is for the URL's host only, then the request is unsent")
        func serverNameIsChecked() async throws {
            var tls = try TestServer.current.trust()
            tls.serverName = "cluster.internal"
            #expect(try await send("tls", tls)?.reach == .unsent)
        }

        @Test("given two server names on one client, when both are used, then no connection is shared between them")
        func serverNameIsPartOfTheKey() async throws {
            let client = try CurlClient()
            var tls = try TestServer.current.trust()
            let request = Request(.get, try TestServer.current.origin("tls", host: "127.0.0.1"), "/small")
            #expect(try await client.transport(tls: tls, proxy: .none).send(request).status == 200)
            tls.serverName = "cluster.internal"
            let wrong = client.transport(tls: tls, proxy: .none)
            #expect(try await failure { _ = try await wrong.send(request) }.reach == .unsent)
            tls.serverName = "localhost"
            #expect(try await client.transport(tls: tls, proxy: .none).send(request).status == 200)
            #expect(client.statistics.connectionsOpened >= 2)
        }

        @Test("given a client certificate and key from memory, when the server asks, then it sees them")
        func clientCertificate() async throws {
            #expect(try await clientName(TestServer.current.trust()) == nil)
            #expect(try await clientName(TestServer.current.identity("client-one")) == "client-one")
        }

        @Test(
            "given two identities on one client, when they take turns, then neither uses the other's connection",
            arguments: waits
        )
        func identityIsPartOfTheKey(waiting: CurlClient.Waiting) async throws {
            var settings = CurlClient.Settings()
            settings.waiting = waiting
            let client = try CurlClient(settings)
            let request = Request(.get, try TestServer.current.origin("mutual"), "/seen")
            for name in ["client-one", "client-two", nil, "client-one", nil, "client-two"] {
                let tls = try name.map { try TestServer.current.identity($0) } ?? TestServer.current.trust()
                let response = try await client.transport(tls: tls, proxy: .none).send(request)
                #expect(try Seen(response).client == name)
            }
            #expect(client.statistics.connectionsOpened == 3)
        }

        @Test(
            "given a key of another certificate or behind a password, when a request is sent, then it is unsent",
            arguments: ["client-two.key", "locked.key"]
        )
        func wrongKey(key: String) async throws {
            let refusal = try await send("mutual", TestServer.current.identity("client-one", key: key))
            #expect(refusal?.reach == .unsent)
            #expect(refusal?.reason.contains("certificate or key cannot be used") == true)
        }

        @Test("given a certificate without its key, when a request is sent, then it is refused")
        func missingKey() async throws {
            var tls = try TestServer.current.identity("client-one")
            tls.key = nil
            #expect(try await send("mutual", tls)?.reach == .refused)
        }

        @Test(
            "given unverified settings, when the authority is unknown, then the request goes through"
        )
        func unverified() async throws {
            #expect(try await send("named", TLSSettings(isUnverified: true)) == nil)
        }

        @Test("given a verified connection is needed, when an unverified one is open, then it is not reused")
        func unverifiedIsPartOfTheKey() async throws {
            let client = try CurlClient()
            let request = Request(.get, try TestServer.current.origin("tls"), "/small")
            let loose = client.transport(tls: TLSSettings(isUnverified: true), proxy: .none)
            #expect(try await loose.send(request).status == 200)
            let strict = client.transport(proxy: .none)
            #expect(try await failure { _ = try await strict.send(request) }.reach == .unsent)
        }

        @Test("given a server that speaks TLS 1.1 at most, when a request is sent, then it is unsent")
        func oldTLS() async throws {
            let refusal = try await send("old", TLSSettings(isUnverified: true))
            #expect(refusal?.reach == .unsent)
            #expect(refusal?.reason.contains("TLS") == true)
        }

        private func transport(_ tls: TLSSettings) throws -> CurlTransport {
            try CurlClient().transport(tls: tls, proxy: .none)
        }

        private func send(_ name: String, _ tls: TLSSettings) async throws -> HTTPFailure? {
            let request = Request(.get, try TestServer.current.origin(name), "/small")
            do {
                _ = try await transport(tls).send(request)
                return nil
            } catch let failure as HTTPFailure {
                return failure
            }
        }

        private func clientName(_ tls: TLSSettings) async throws -> String? {
            let request = Request(.get, try TestServer.current.origin("mutual"), "/seen")
            return try Seen(try await transport(tls).send(request)).client
        }
    }
}
