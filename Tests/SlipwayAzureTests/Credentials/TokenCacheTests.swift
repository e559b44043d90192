import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct TokenCacheTests {
    private func machine() -> EntraMachine {
        var machine = EntraMachine(EntraMachine.application.merging(["AZURE_CLIENT_SECRET": "hush"]) { $1 })
        machine.wire = EntraWire(.entraToken())
        return machine
    }

    @Test("given many who wait, when a token is asked for, then one request is made for each audience, and only one")
    func singleFlight() async throws {
        let machine = machine()
        let access = try machine.access()
        let audiences: [EntraAudience] = [
            .resourceManager(of: access.cloud), .storage(of: access.cloud), .kubernetes,
        ]
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask { _ = try? await access.tokens.token(for: audiences[number % 3]).cache.lease() }
            }
        }
        let scopes = machine.wire.requests.map { $0.fields()["scope"] ?? "" }.sorted()
        #expect(
            scopes == [
                "6dae42f8-4368-4678-94ff-3960e28e3630/.default", "https://management.azure.com//.default",
                "https://storage.azure.com//.default",
            ]
        )
    }

    @Test("given a token for an hour, when time passes, then it is renewed five minutes before its end")
    func margin() async throws {
        let machine = machine()
        machine.wire.answer { _ throws(HTTPFailure) in .entraToken(seconds: 3_600) }
        let cache = try machine.access().tokens.token(for: .kubernetes).cache
        _ = try await cache.lease()
        machine.time.advance(by: .seconds(3_299))
        _ = try await cache.lease()
        #expect(machine.wire.requests.count == 1)
        machine.time.advance(by: .seconds(1))
        _ = try await cache.lease()
        #expect(machine.wire.requests.count == 2)
    }

    @Test("given a token for a day with refresh_in, when time passes, then it is renewed when Entra wants it")
    func refreshIn() async throws {
        for (refresh, renewedAt) in [(43_200, 43_200), (90_000, 86_100), (0, 86_100)] {
            let machine = machine()
            machine.wire.answer { _ throws(HTTPFailure) in
                .entra(#"{"access_token":"x","expires_in":"86400","refresh_in":\#(refresh)}"#)
            }
            let cache = try machine.access().tokens.token(for: .kubernetes).cache
            _ = try await cache.lease()
            machine.time.advance(by: .seconds(renewedAt - 1))
            _ = try await cache.lease()
            #expect(machine.wire.requests.count == 1)
            machine.time.advance(by: .seconds(1))
            _ = try await cache.lease()
            #expect(machine.wire.requests.count == 2)
        }
    }

    @Test("given a renewal that failed, when the old token is still good, then Entra is left alone for half a minute")
    func pause() async throws {
        let machine = machine()
        let cache = try machine.access().tokens.token(for: .kubernetes).cache
        _ = try await cache.lease()
        machine.wire.answer { _ throws(HTTPFailure) in .entraError(90_033, "temporarily_unavailable", "x", status: 400)
        }
        machine.time.advance(by: .seconds(3_300))
        for _ in 0..<5 { _ = try await cache.lease() }
        #expect(machine.wire.requests.count == 2)
        machine.time.advance(by: .seconds(29))
        _ = try await cache.lease()
        #expect(machine.wire.requests.count == 2)
        machine.time.advance(by: .seconds(1))
        _ = try await cache.lease()
        #expect(machine.wire.requests.count == 3)
        machine.time.advance(by: .seconds(300))
        for _ in 0..<2 { await #expect(throws: CredentialFailure.self) { try await cache.lease() } }
        #expect(machine.wire.requests.count == 5)
    }
}
