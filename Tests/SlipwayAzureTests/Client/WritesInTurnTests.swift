import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

/// A resource manager that holds every write until it is let go, and counts who is in at the same time.
private final class HeldAzure: Transport {
    struct State {
        var inside: [String: Int] = [:]
        var insideMax: [String: Int] = [:]
        var order: [String] = []
        var gates: [CheckedContinuation<Void, Never>] = []
        var isOpen = false
    }

    let state = Locked(State())
    let key: @Sendable (Request) -> String

    init(key: @escaping @Sendable (Request) -> String) { self.key = key }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        guard request.method != .get else {
            return Response(status: 200, body: Array(#"{"properties":{"serverFarmId":"/PLANS/one"}}"#.utf8))
        }
        let key = key(request)
        state.withLock { state in
            state.inside[key, default: 0] += 1
            state.insideMax[key] = max(state.insideMax[key] ?? 0, state.inside[key] ?? 0)
            state.order.append(request.target)
        }
        await withCheckedContinuation { continuation in
            let goes = state.withLock { state in
                if !state.isOpen { state.gates.append(continuation) }
                return state.isOpen
            }
            if goes { continuation.resume() }
        }
        for _ in 0..<5 { await Task.yield() }
        state.withLock { $0.inside[key, default: 0] -= 1 }
        return Response(status: 200)
    }

    var held: Int { state.withLock { $0.gates.count } }

    func open() {
        let gates = state.withLock { state in
            state.isOpen = true
            defer { state.gates = [] }
            return state.gates
        }
        for gate in gates { gate.resume() }
    }

    /// Waits until `count` writes are inside.
    func waitUntilHeld(_ count: Int) async { while held < count { await Task.yield() } }
}

@Suite("Writes in turn") struct WritesInTurnTests {
    let time = VirtualTime()

    private func client(_ azure: HeldAzure, _ traffic: AzureTraffic) -> ARMClient {
        AzureSession(.global, authenticate: Stamp(), traffic: traffic, time: time, random: SeededRandom(seed: 1))
            .client(over: azure)
    }

    private func write(_ site: String, _ number: Int = 0) -> ARMCall {
        let path = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Web/sites/\(site)/config/n\(number)"
        return ARMCall(.put, path, .web, name: "PUT", body: [:])
    }

    @Test("given writes to one site in whatever spelling, when they come at once, then one is under way at a time")
    func oneSite() async throws {
        let azure = HeldAzure { _ in "" }
        let traffic = AzureTraffic(time: time)
        azure.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let client = client(azure, traffic)
                let call = write(number % 2 == 0 ? "shop" : "SHOP/slots/staging", number)
                group.addTask { _ = try await client.send(call) }
            }
            try await group.waitForAll()
        }
        #expect(azure.state.withLock { $0.insideMax } == ["": 1])
        #expect(azure.state.withLock { $0.order.count } == 40)
    }

    @Test("given two sites, when it becomes known that they share a plan, then their writes are in turn too")
    func plan() async throws {
        for isKnown in [false, true] {
            let azure = HeldAzure { _ in "" }
            let traffic = AzureTraffic(time: time)
            let client = client(azure, traffic)
            if isKnown {
                for site in ["a", "b"] {
                    let path = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Web/sites/\(site)"
                    _ = try await client.send(ARMCall(.get, path, .web, name: "GET"))
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for site in ["a", "b"] {
                    let call = write(site)
                    group.addTask { _ = try await client.send(call) }
                }
                await azure.waitUntilHeld(isKnown ? 1 : 2)
                azure.open()
                try await group.waitForAll()
            }
            #expect(azure.state.withLock { $0.insideMax } == ["": isKnown ? 1 : 2])
        }
    }

    @Test("given a write that is under way, when others wait, then they come in their order and reads do not wait")
    func order() async throws {
        let azure = HeldAzure { _ in "" }
        let client = client(azure, AzureTraffic(time: time))
        let first = Task { [call = write("shop", 0)] in try await client.send(call) }
        await azure.waitUntilHeld(1)
        _ = try await client.send(ARMCall(.get, shop, .web, name: "GET"))
        var others: [Task<ARMReply, any Error>] = []
        for number in 1...5 {
            others.append(Task { [call = write("shop", number)] in try await client.send(call) })
            for _ in 0..<50 { await Task.yield() }
        }
        azure.open()
        _ = try await first.value
        for other in others { _ = try await other.value }
        #expect(azure.state.withLock { $0.order.count } == 6)
        #expect(azure.state.withLock { $0.order.first?.contains("/n0?") } == true)
    }

    @Test("given writes that wait, when they are cancelled, then they are never sent and the others go on")
    func cancelled() async throws {
        let azure = HeldAzure { _ in "" }
        let client = client(azure, AzureTraffic(time: time))
        let first = Task { [call = write("shop", 0)] in try await client.send(call) }
        await azure.waitUntilHeld(1)
        let waiting = (1...20).map { number in
            Task { [call = write("shop", number)] in
                await azureFailure { () async throws(AzureFailure) in _ = try await client.send(call) }
            }
        }
        for (index, task) in waiting.enumerated() where index % 2 == 0 {
            if index % 4 == 0 { await Task.yield() }
            task.cancel()
        }
        var failures: [AzureFailure?] = []
        for (index, task) in waiting.enumerated() where index % 2 == 0 { failures.append(await task.value) }
        #expect(failures.allSatisfy { $0?.kind == .unavailable })
        azure.open()
        _ = try await first.value
        for (index, task) in waiting.enumerated() where index % 2 == 1 { #expect(await task.value == nil) }
        #expect(azure.state.withLock { $0.insideMax } == ["": 1])
        #expect(azure.state.withLock { $0.order.count } == 11)
    }

    @Test("given sites of several plans, when hundreds of writes come at once, then all end")
    func crowd() async throws {
        let azure = HeldAzure { request in String(request.target.split(separator: "/")[7]) }
        let traffic = AzureTraffic(time: time)
        azure.open()
        let client = client(azure, traffic)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                let site = "s\(number % 7)"
                let call = write(site, number)
                let read = ARMCall(
                    .get,
                    String(call.path.prefix { $0 != "?" }).replacing("/config/n\(number)", with: ""),
                    .web,
                    name: "GET"
                )
                group.addTask {
                    if number % 5 == 0 { _ = try await client.send(read) }
                    _ = try await client.send(call)
                }
            }
            try await group.waitForAll()
        }
        #expect(azure.state.withLock { $0.insideMax.values.allSatisfy { $0 == 1 } })
        #expect(azure.state.withLock { $0.order.count } == 400)
    }
}
