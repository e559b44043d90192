import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP
import Testing

extension CurlTests {
    @Suite(.serialized) struct ProxyTests {
        @Test(
            "given an explicit proxy, when a request is sent, then it goes through its CONNECT",
            arguments: Wire.allCases
        )
        func explicit(wire: Wire) async throws {
            let before = try await TestServer.current.count("connects")
            let origin = try TestServer.current.origin(wire.rawValue)
            let proxy = ProxyChoice.url(Secret(try TestServer.current.origin("proxy").description))
            let transport = try CurlClient().transport(tls: try TestServer.current.trust(), proxy: proxy)
            #expect(try await transport.send(Request(.get, origin, "/small")).status == 200)
            #expect(try await TestServer.current.count("connects") == before + 1)
        }

        @Test("given a proxy that refuses, when a request is sent, then it is unsent and no password is told")
        func refusing() async throws {
            let port = try TestServer.current.origin("proxy").port
            let refusal = try await send(through: "http://refused:secret@localhost:\(port)")
            #expect(refusal.reach == .unsent)
            #expect(!refusal.reason.contains("secret"))
        }

        @Test(
            "given a proxy URL that makes no sense, when a request is sent, then it is unsent and no password is told",
            arguments: [
                "ftp://user:secret@localhost:1", "http://user:secret@", "http://user:secret@localhost:99999999",
            ]
        )
        func nonsense(url: String) async throws {
            let refusal = try await send(through: url)
            #expect(refusal.reach == .unsent)
            #expect(!refusal.reason.contains("secret"))
        }

        @Test(
            "given a proxy in the environment, when requests are sent, then it is used, but not for what NO_PROXY names"
        )
        func environment() async {
            // A process of its own: the environment of this one is read by other tests' threads.
            await #expect(processExitsWith: .success) {
                let server = try TestServer()
                setenv("https_proxy", try server.origin("proxy").description, 1)
                setenv("no_proxy", "127.0.0.1", 1)
                let transport = try CurlClient().transport(tls: try server.trust())
                for (host, connects) in [("localhost", 1), ("127.0.0.1", 1)] {
                    let request = Request(.get, try server.origin("tls", host: host), "/small")
                    guard try await transport.send(request).status == 200 else { exit(2) }
                    guard try await server.count("connects") == connects else { exit(3) }
                }
                let explicit = ProxyChoice.url(Secret(try server.origin("proxy").description))
                let proxied = try CurlClient().transport(tls: try server.trust(), proxy: explicit)
                let request = Request(.get, try server.origin("tls", host: "127.0.0.1"), "/small")
                guard try await proxied.send(request).status == 200, try await server.count("connects") == 2 else {
                    exit(5)
                }
                let direct = try CurlClient().transport(tls: try server.trust(), proxy: .none)
                guard try await direct.send(Request(.get, try server.origin("tls"), "/small")).status == 200,
                    try await server.count("connects") == 2
                else { exit(4) }
                server.stop()
                // Not exit(): under the address sanitizer Foundation's own leaks would become this test's.
                _exit(EXIT_SUCCESS)
            }
        }

        private func send(through proxy: String) async throws -> HTTPFailure {
            let transport = try CurlClient().transport(tls: try TestServer.current.trust(), proxy: .url(Secret(proxy)))
            let request = Request(.get, try TestServer.current.origin("tls"), "/small")
            return try await failure { _ = try await transport.send(request) }
        }
    }
}
