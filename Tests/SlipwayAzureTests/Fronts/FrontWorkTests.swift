import SlipwayAzure
import SlipwayBase
import SlipwayModel
import Testing

@Suite("A share at a front is brought about, looked at, and waited for") struct FrontWorkTests {
    private static let old = Release(version: "1.4.0", artifact: .image(reference: "shop:1.4.0"))
    private static let new = Release(version: "1.5.0", artifact: .image(reference: "shop:1.5.0"))

    /// One process that asks again and again; another one has other operations in memory.
    private struct Asking {
        let azure: FakeFronts
        let front: any AzureFront
        var operations = FrontOperations()
        var token: Token?
        var notes: [String] = []
        var missing: [Bool] = []

        init(_ azure: FakeFronts, _ front: any AzureFront) { (self.azure, self.front) = (azure, front) }

        func call(_ percent: Int, coveredUntil: Timestamp? = nil) -> Call {
            let context = PlanContext(target: "shop", old: old, new: new, snapshot: [:])
            let action = Action.routed(percent: percent, release: new)
            return Call(action: action, key: "k", token: token, context: context, coveredUntil: coveredUntil)
        }

        mutating func ask(_ percent: Int, coveredUntil: Timestamp? = nil) async throws(ProviderFailure) -> Progress {
            let call = call(percent, coveredUntil: coveredUntil)
            let seen = Locked<[Bool]>([])
            defer { missing += seen.withLock { $0 } }
            let work = FrontWork(front, call, operations: operations, time: azure.time)
            let progress = try await work.route(percent) { (gains) async throws(ProviderFailure) in
                seen.withLock { $0.append(gains) }
                return nil
            }
            if case .running(let next, _, let status) = progress {
                token = next
                if let note = status.note, notes.last != note { notes.append(note) }
            }
            return progress
        }

        /// Asks until it is done, transient failures as the engine does; gives the time it took.
        mutating func bring(_ percent: Int) async throws -> Duration {
            let began = azure.time.now
            for _ in 0..<200 {
                do throws(ProviderFailure) {
                    guard case .running(_, let wait, _) = try await ask(percent) else {
                        return azure.time.now - began
                    }
                    azure.time.advance(by: wait)
                } catch {
                    guard error.kind == .transient else { throw error }
                    azure.time.advance(by: error.retryAfter ?? .seconds(1))
                }
            }
            Issue.record("\(percent)% does not end: \(notes)")
            return .zero
        }
    }

    @Test("given Front Door, when a share is asked for, then it is done only when it is in force everywhere")
    func door() async throws {
        let azure = FakeFronts()
        var asking = Asking(azure, azure.door())
        let took = try await asking.bring(20)
        #expect(
            azure.writes == ["eu: weight 80, enabledState \"Enabled\"", "eu2: weight 20, enabledState \"Enabled\""]
        )
        #expect(took >= .seconds(1200 + 80) && took < .seconds(1200 + 150), "it took \(took)")
        #expect(asking.missing.allSatisfy { $0 } && !asking.missing.isEmpty)
        #expect(asking.notes.contains("asked Front Door edge/shop for 20%"))
        asking.token = nil
        #expect(try await asking.ask(20) == .done(status: Status(weight: 20)))
        #expect(azure.member("former")?.weight == 50)
    }

    @Test("given Traffic Manager, when a share is asked for, then it waits as long as resolvers keep an answer")
    func names() async throws {
        let azure = FakeFronts()
        azure.state.withLock { $0.profile = azure.profile(ttl: 300) }
        var asking = Asking(azure, azure.names())
        let took = try await asking.bring(5)
        #expect(took >= .seconds(330) && took < .seconds(340), "it took \(took)")
        #expect(
            azure.writes == ["eu: weight 95, endpointStatus \"Enabled\"", "eu2: weight 5, endpointStatus \"Enabled\""]
        )
    }

    @Test(
        "given an endpoint that does not answer probes, when it gained a share, then the step goes on waiting and says why"
    )
    func silent() async throws {
        let azure = FakeFronts()
        azure.state.withLock { $0.health["eu2"] = "Degraded" }
        var asking = Asking(azure, azure.names())
        for _ in 0..<30 {
            guard case .running(_, let wait, _) = try await asking.ask(10) else {
                Issue.record("it is done although nobody is led there")
                return
            }
            azure.time.advance(by: wait)
        }
        #expect(asking.notes.last?.hasPrefix("eu2 does not answer the probes of Traffic Manager edge") == true)
        azure.state.withLock { $0.health["eu2"] = "Online" }
        #expect(try await asking.ask(10) == .done(status: Status(weight: 10)))
    }

    @Test("given a write whose answer is lost, when it is asked again, then the front is read and no write is repeated")
    func lostAnswer() async throws {
        for number in 1...2 {
            let azure = FakeFronts()
            azure.state.withLock { $0.losses[number] = .answer }
            var asking = Asking(azure, azure.door())
            _ = try await asking.bring(20)
            #expect(azure.writes.count == 2, "\(azure.writes)")
            #expect(azure.member("eu")?.weight == 80 && azure.member("eu2")?.weight == 20)
        }
    }

    @Test("given a write that never arrives, when it is asked again, then it is made once more")
    func lostRequest() async throws {
        let azure = FakeFronts()
        azure.state.withLock { $0.losses[1] = .request }
        var asking = Asking(azure, azure.door())
        _ = try await asking.bring(20)
        #expect(azure.writes.count == 3)
        #expect(azure.member("eu")?.weight == 80 && azure.member("eu2")?.weight == 20)
    }

    @Test(
        "given a process that dies after a write, when another goes on, then it waits as long as the first would have"
    )
    func crash() async throws {
        let azure = FakeFronts()
        var first = Asking(azure, azure.door())
        while azure.writes.count < 2 {
            guard case .running(_, let wait, _) = try await first.ask(20) else { break }
            if azure.writes.count < 2 { azure.time.advance(by: wait) }
        }
        var second = Asking(azure, azure.door())
        second.token = first.token
        #expect(try await second.bring(20) >= .seconds(1200))
        #expect(azure.writes.count == 2)
    }

    @Test("given an operation that fails, when it is looked at, then its reason is the step's")
    func failedOperation() async throws {
        let azure = FakeFronts()
        azure.state.withLock {
            $0.failure = ["code": "BadRequest", "message": "The origin weight is not valid."]
        }
        var asking = Asking(azure, azure.door())
        let failure = await #expect(throws: ProviderFailure.self) { _ = try await asking.bring(20) }
        #expect(failure?.kind == .refused)
        #expect(failure?.summary.contains("The origin weight is not valid.") == true, "\(failure?.summary ?? "")")
    }

    @Test("given a missing right, when a share is asked for, then the sentence names the right")
    func rights() async throws {
        let azure = FakeFronts()
        let action = "Microsoft.Cdn/profiles/origingroups/origins/write"
        azure.state.withLock {
            $0.losses[1] = .refusal(
                403,
                [
                    "code": "AuthorizationFailed",
                    "message": .string(
                        "The client 'x' does not have authorization to perform action '\(action)' over scope '/subscriptions/s'."
                    ),
                ]
            )
        }
        var asking = Asking(azure, azure.door())
        let failure = await #expect(throws: ProviderFailure.self) { _ = try await asking.bring(20) }
        #expect(failure?.kind == .refused)
        #expect(failure?.summary.contains("give the identity a role that contains \(action)") == true)
    }

    @Test("given a lock that has ended meanwhile, when a write would come, then nothing is written")
    func heldUp() async throws {
        let azure = FakeFronts()
        var asking = Asking(azure, azure.door())
        _ = try await asking.ask(20)
        let progress = try await asking.ask(20, coveredUntil: azure.time.now)
        guard case .running(_, _, let status) = progress else {
            Issue.record("it is done without a write")
            return
        }
        #expect(status.note == "held up past the end of the lock; looking again")
        #expect(azure.writes.isEmpty)
    }

    @Test(
        "given a group that somebody gave session affinity, when a share would rise, then it is refused, and may fall"
    )
    func changedMeanwhile() async throws {
        let azure = FakeFronts()
        var asking = Asking(azure, azure.door())
        _ = try await asking.bring(20)
        azure.state.withLock { $0.group["sessionAffinityState"] = "Enabled" }
        let failure = await #expect(throws: ProviderFailure.self) { _ = try await asking.bring(40) }
        #expect(failure?.kind == .conflict)
        #expect(failure?.summary.contains("has session affinity") == true)
        _ = try await asking.bring(0)
        #expect(azure.member("eu2")?.isEnabled == false)
    }
}

extension FakeFronts {
    /// A profile whose answers may be kept so long.
    func profile(ttl: Int) -> JSON {
        ["profileStatus": "Enabled", "trafficRoutingMethod": "Weighted", "dnsConfig": ["ttl": JSON(ttl)]]
    }
}
