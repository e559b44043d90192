import HTTPTypes
import SlipwayAppService
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAzure
import Testing

@Suite("A swap, which is undone by another one") struct SwapTests {
    /// The slot has the new release and answers; gives the context of the plan.
    private func staged(
        failures: [AppServiceFailure] = [],
        _ change: (inout AzureWorld, inout AppServiceSettings) -> Void = { _, _ in }
    ) async throws -> (Rig, PlanContext) {
        let rig = Rig(change: change)
        let context = try await rig.context()
        try await rig.bring(.staged(release: Rig.new, scale: .full), context)
        rig.transport.withWorld { $0.failures = failures }
        return (rig, context)
    }

    private let live = Action.live(release: Rig.new)
    private static let swap = "POST sites/shop/slots/staging/slotsswap"

    @Test("given a slot with the release when it is switched then the swap is the one that az asks for, once")
    func once() async throws {
        let (rig, context) = try await staged()
        let before = rig.transport.writes.count
        try await rig.bring(live, context)
        let body = #"{"targetSlot":"production","preserveVnet":true}"#
        #expect(rig.transport.writes.dropFirst(before) == ["\(Self.swap) \(body)"])
        #expect(rig.runs == [Rig.image, Rig.formerImage])
    }

    @Test("given a swap under way when it is polled then each address is the newest one and nothing else is read")
    func polls() async throws {
        let (rig, context) = try await staged()
        try await rig.bring(live, context)
        let swaps = rig.transport.withWorld { $0.swaps }
        #expect(swaps.count == 1 && swaps[0].outdatedPolls == 0)
        let calls = rig.transport.log.map(\.call)
        let first = try #require(calls.firstIndex(of: Self.swap))
        let polls = calls[(first + 1)...].prefix { $0.contains("/operationresults/") }
        #expect(polls.count >= 3)
        // Az polls without looking before or after; the guards are the looks here.
        let after = calls[(first + 1 + polls.count)...]
        #expect(after.elementsEqual(["GET sites/shop", "GET sites/shop/config/web"]))
    }

    @Test("given an answer that is lost after the effect when it goes on then the swap is seen and not asked for again")
    func lostAfter() async throws {
        let (rig, context) = try await staged()
        rig.transport.after { call, _ in
            call == Self.swap ? .success(Response(status: 504, body: Array("<h1>Gateway Timeout</h1>".utf8))) : nil
        }
        let notes = try await rig.bring(live, context).notes
        #expect(rig.transport.swaps.count == 1)
        #expect(rig.runs == [Rig.image, Rig.formerImage])
        #expect(notes.contains { $0.contains("the answer was lost") })
    }

    @Test("given a request that is lost when it goes on then it is sent again, and not before no swap can be under way")
    func lostBefore() async throws {
        let (rig, context) = try await staged()
        let isFirst = Locked(true)
        rig.transport.before { call, _ in
            guard call == Self.swap else { return nil }
            return isFirst.withLock { first in
                defer { first = false }
                return first ? .failure(HTTPFailure(.unanswered, "cut")) : nil
            }
        }
        try await rig.bring(live, context)
        let sent = rig.transport.log.filter { $0.call == Self.swap }.map(\.time)
        #expect(sent.count == 2 && sent[1] - sent[0] >= .seconds(35 * 60))
        #expect(rig.runs == [Rig.image, Rig.formerImage])
    }

    @Test(
        "given a site that is held when a swap is asked for then it is asked for later and made once",
        arguments: [AppServiceFailure.Kind.siteLock, .anotherOperation]
    )
    func held(_ kind: AppServiceFailure.Kind) async throws {
        let (rig, context) = try await staged(failures: [AppServiceFailure(kind, times: 2)])
        let notes = try await rig.bring(live, context).notes
        #expect(rig.transport.swaps.count == 1)
        #expect(rig.runs == [Rig.image, Rig.formerImage])
        #expect(notes.contains { $0.contains("another operation") || $0.contains("exclusive lock") })
    }

    @Test("given a swap that fails because machines changed when nothing was swapped then it is asked for once more")
    func allocation() async throws {
        let (rig, context) = try await staged(failures: [AppServiceFailure(.allocation, times: 1)])
        let notes = try await rig.bring(live, context).notes
        #expect(rig.transport.swaps.count == 2)
        #expect(rig.runs == [Rig.image, Rig.formerImage])
        #expect(notes.contains { $0.contains("nothing was swapped, once more") })
    }

    @Test("given a swap that always fails for a reason that passes when it was tried often enough then that is said")
    func attempts() async throws {
        let (rig, context) = try await staged(failures: [AppServiceFailure(.allocation)])
        await #expect { try await rig.bring(live, context) } throws: {
            ($0 as? ProviderFailure).map { $0.kind == .unhealthy && $0.summary.contains("allocation of VM") } ?? false
        }
        #expect(rig.transport.swaps.count == 3)
    }

    @Test("given a slot that stops answering when it is swapped then the failure has the platform's words")
    func noPing() async throws {
        let (rig, context) = try await staged(failures: [AppServiceFailure(.neverHealthy)])
        await #expect { try await rig.bring(live, context) } throws: {
            let failure = $0 as? ProviderFailure
            return failure?.kind == .unhealthy && failure?.summary.contains("did not respond to http ping") == true
        }
        #expect(rig.transport.swaps.count == 1)
        #expect(rig.runs == [Rig.formerImage, Rig.image])
    }

    @Test("given a swap that is reported as done and was not made when it is judged then reading decides")
    func withoutEffect() async throws {
        let (rig, context) = try await staged(failures: [AppServiceFailure(.swapWithoutEffect)])
        await #expect { try await rig.bring(live, context) } throws: {
            ($0 as? ProviderFailure)?.summary.contains("reported as done") == true
        }
        #expect(rig.transport.swaps.count == 1)
    }

    @Test("given an operation that never ends when its time is over then reading decides")
    func neverEnds() async throws {
        let (rig, context) = try await staged(failures: [AppServiceFailure(.swapNeverEnds)])
        let start = rig.time.now
        try await rig.bring(live, context)
        #expect(rig.time.now - start >= .seconds(35 * 60))
        #expect(rig.transport.swaps.count == 1)
    }

    @Test("given an operation that turns 404 when it is polled then reading decides")
    func absent() async throws {
        let (rig, context) = try await staged { world, _ in world.timings.addressLife = .seconds(5) }
        let notes = try await rig.bring(live, context).notes
        #expect(rig.transport.swaps.count == 1)
        #expect(rig.runs == [Rig.image, Rig.formerImage])
        #expect(notes.contains { $0.contains("not there any more") })
    }

    @Test("given an operation that leads to another host when it is polled then nothing is sent there")
    func elsewhere() async throws {
        let (rig, context) = try await staged()
        rig.transport.after { call, _ in
            guard call == Self.swap else { return nil }
            let location = "https://management.example.com/subscriptions/1/operationresults/1?s=x"
            return .success(Response(status: 202, headers: [.location: location]))
        }
        try await rig.bring(live, context)
        #expect(!rig.transport.log.contains { $0.call.contains("example.com") })
        #expect(rig.transport.swaps.count == 1)
        #expect(rig.runs == [Rig.image, Rig.formerImage])
    }

    @Test("given a process that died after its swap when another one goes on then the swap is seen and not repeated")
    func crashed() async throws {
        let (rig, context) = try await staged()
        var tokens: [Token?] = [nil]
        let isCut = Locked(false)
        rig.transport.after { call, _ in
            guard call == Self.swap else { return nil }
            isCut.withLock { $0 = true }
            return .failure(HTTPFailure(.cancelled, "killed"))
        }
        while !isCut.withLock({ $0 }) {
            guard
                case .running(let next, let wait, _) = try await rig.ask(live, context, token: tokens[tokens.count - 1])
            else { break }
            if !isCut.withLock({ $0 }) { tokens.append(next) }
            rig.time.advance(by: wait)
        }
        rig.transport.after { _, _ in nil }
        // What the dead process knew in its memory is gone, and its last words were never written down.
        let other = Rig.provider(rig.settings, rig.transport, rig.time)
        var token = tokens[tokens.count - 1]
        for _ in 0..<500 {
            let call = Call(action: live, key: "test", token: token, context: context, fence: 1)
            do throws(ProviderFailure) {
                guard case .running(let next, let wait, _) = try await other.advance(call) else { break }
                token = next
                rig.time.advance(by: wait)
            } catch { rig.time.advance(by: error.retryAfter ?? .seconds(1)) }
        }
        #expect(rig.transport.swaps.count == 1)
        #expect(rig.runs == [Rig.image, Rig.formerImage])
    }

    @Test(
        "given a swap whose answer was lost when the release is taken back at once then production ends on the former"
    )
    func takenBack() async throws {
        let (rig, context) = try await staged()
        rig.transport.after { call, _ in call == Self.swap ? .failure(HTTPFailure(.unanswered, "cut")) : nil }
        var token: Token?
        for _ in 0..<2 {
            guard case .running(let next, _, _) = try await rig.ask(live, context, token: token) else { continue }
            token = next
        }
        #expect(rig.transport.swaps.count == 1)
        rig.transport.after { _, _ in nil }
        // Production still runs the former release: nothing but the refusal of another write tells of the swap.
        let old = try #require(context.old)
        try await rig.bring(.live(release: old), context)
        rig.transport.withWorld { $0.settle() }
        #expect(rig.runs == [Rig.formerImage, Rig.image])
        #expect(rig.transport.swaps.count == 2)
    }

    @Test("given an intent of a dead process whose swap arrives late when another goes on then it is not undone")
    func late() async throws {
        let (rig, context) = try await staged()
        guard case .running(let token, _, _) = try await rig.ask(live, context) else { return }
        let isFirst = Locked(true)
        rig.transport.before { call, world in
            guard !call.isLook, isFirst.withLock({ $0 }) else { return nil }
            isFirst.withLock { $0 = false }
            // Between the look of the process that goes on and its first write.
            let path =
                "/subscriptions/\(AzureWorld.Seed.subscription)/resourceGroups/shop-rg/providers/Microsoft.Web/"
                + "sites/shop/slots/staging/slotsswap?api-version=2023-12-01"
            let request = Request(
                .post,
                Origin(scheme: "https", host: "management.azure.com"),
                path,
                body: .bytes(Array(#"{"targetSlot":"production","preserveVnet":true}"#.utf8))
            )
            let signed = BearerSigner().sign(request, with: world.issueToken(), at: world.now)
            #expect(world.respond(to: signed, at: world.now).status == 202)
            world.settle()
            return nil
        }
        var next = token
        for _ in 0..<200 {
            do throws(ProviderFailure) {
                guard case .running(let token, let wait, _) = try await rig.ask(live, context, token: next, fence: 2)
                else { break }
                next = token
                rig.time.advance(by: wait)
            } catch { rig.time.advance(by: error.retryAfter ?? .seconds(1)) }
        }
        rig.transport.withWorld { $0.settle() }
        #expect(!isFirst.withLock { $0 })
        #expect(rig.transport.swaps.isEmpty)
        #expect(rig.runs == [Rig.image, Rig.formerImage])
    }

    @Test("given a switch that was made when it is taken back then it is swapped again, and no more than once")
    func back() async throws {
        let (rig, context) = try await staged()
        let old = try #require(context.old)
        try await rig.bring(live, context)
        try await rig.bring(.live(release: old), context)
        #expect(rig.runs == [Rig.formerImage, Rig.image])
        try await rig.bring(.live(release: old), context)
        #expect(rig.transport.swaps.count == 2)
    }

    @Test("given production that somebody changed when a swap is asked for then nothing is swapped")
    func conflict() async throws {
        let (rig, context) = try await staged()
        rig.transport.withWorld { $0.setConfig("linuxFxVersion", "DOCKER|other:9", of: "shop") }
        await #expect { try await rig.bring(live, context) } throws: {
            ($0 as? ProviderFailure)?.kind == .conflict
        }
        #expect(rig.transport.swaps.isEmpty)
    }

    @Test("given a rule that still leads to the slot when a swap is asked for then nothing is swapped")
    func ruled() async throws {
        let (rig, context) = try await staged()
        try await rig.bring(.routed(percent: 20, release: Rig.new), context)
        await #expect { try await rig.bring(live, context) } throws: {
            ($0 as? ProviderFailure)?.summary.contains("has to go first") == true
        }
        #expect(rig.transport.swaps.isEmpty)
    }
}
