import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwayModel
import Testing

@testable import SlipwayAppService

/// The recordings hold what az asked for; the provider's further looks are answered as `RecordedSite` says.
@Suite("Recordings of Azure, played to the provider") struct RecordedTests {
    private let time = VirtualTime()
    private static let old = Content.package(deployment: "d-old", marker: nil)
    private static let marker = Marker(version: "2", sha256: Package.sha256, deployment: "d-new")
    private static let release = Release(version: "2", artifact: .bundle(path: "shop.zip", sha256: Package.sha256))

    private func provider(_ transport: RecordedSite, _ layout: AppServiceLayout, _ group: String, preview: Bool = false)
        -> AppServiceProvider
    {
        let scope = AzureScope(subscription: "00000000-0000-0000-0000-000000000000", resourceGroup: group)
        var settings = AppServiceSettings(scope, layout: layout)
        settings.hasPreview = preview
        return AppServiceProvider(
            target: "shop",
            settings: settings,
            clients: AppServiceClients(
                arm: ARMClient(.global, transport: transport, time: time),
                scm: { _ in transport },
                plain: transport
            ),
            open: { _ in Package() },
            time: time
        )
    }

    private func context(_ release: Release, stable: Content, candidate: Content) -> PlanContext {
        let states = [stable, candidate].map { content in
            var state = Snapshot.State(json: nil)
            state.content = content
            return state
        }
        return PlanContext(
            target: "shop",
            old: stable.release,
            new: release,
            snapshot: Snapshot(stable: states[0], candidate: states[1]).json
        )
    }

    private func bring(_ action: Action, _ provider: AppServiceProvider, _ context: PlanContext) async throws {
        var token: Token?
        for _ in 0..<200 {
            let call = Call(action: action, key: "test", token: token, context: context, fence: 1)
            guard case .running(let next, let wait, _) = try await provider.advance(call) else { return }
            token = next
            time.advance(by: wait)
        }
        Issue.record("not done")
    }

    /// What no recording holds: two deployments whose places a swap exchanges, a slot that has production's recorded
    /// configuration, and sites that answer.
    private func written(_ config: JSON) -> RecordedSite.Written {
        { call, hasSwapped in
            let isNew = call.contains("staging") != hasSwapped
            if call.hasSuffix("/slots/staging/config/web") { return Response(status: 200, body: config.bytes) }
            if call.hasSuffix(".net/") { return Response(status: 200) }
            if call.hasSuffix("/api/deployments/latest") {
                let json: JSON = ["id": isNew ? "d-new" : "d-old", "status": 4, "complete": true]
                return Response(status: 200, body: json.bytes)
            }
            if call.hasSuffix("/api/vfs/site/slipway.json") {
                return isNew ? Response(status: 200, body: Self.marker.json.bytes) : Response(status: 404)
            }
            return nil
        }
    }

    private func config(_ cassette: Cassette, _ number: Int) throws -> JSON {
        guard case .response(let response) = cassette.interactions[number].outcome else { return .null }
        return try JSON(parsing: response.bytes)
    }

    @Test(
        "given the recorded swap with a preview when it is staged and switched then its operation is polled to its end"
    )
    func swap() async throws {
        guard let cassette = try AzureData.cassette("test_webapp_slot_swap") else { return }
        let transport = RecordedSite(cassette, from: 20, written: written(try config(cassette, 13)))
        let layout = AppServiceLayout.slot(site: "slot-swap-web000003", name: "staging")
        let provider = provider(transport, layout, "clitest.rg000001", preview: true)
        let context = context(Self.release, stable: Self.old, candidate: .package(deployment: "d-0", marker: nil))
        try await bring(.staged(release: Self.release, scale: .full), provider, context)
        #expect(transport.played == ["20 POST staging/applySlotConfig"])
        try await bring(.live(release: Self.release), provider, context)
        let titles = transport.played.map { String($0.prefix { $0 != " " }) }
        #expect(titles == ["20", "25", "26", "27", "28", "29", "30"])
        #expect(transport.refused.isEmpty, "\(transport.refused)")
    }

    @Test("given the recorded reset when what was prepared is taken back then it is the call that az made")
    func reset() async throws {
        guard let cassette = try AzureData.cassette("test_webapp_slot_swap") else { return }
        let transport = RecordedSite(cassette, from: 20, written: written(try config(cassette, 13)))
        let layout = AppServiceLayout.slot(site: "slot-swap-web000003", name: "staging")
        let provider = provider(transport, layout, "clitest.rg000001", preview: true)
        let context = context(Self.release, stable: Self.old, candidate: .package(deployment: "d-0", marker: nil))
        try await bring(.staged(release: Self.release, scale: .full), provider, context)
        try await bring(.unstaged(release: Self.release), provider, context)
        #expect(transport.played.map { String($0.prefix { $0 != " " }) } == ["20", "35"])
        #expect(transport.refused.isEmpty, "\(transport.refused)")
    }

    @Test(
        "given the recorded traffic routing when a share is set and cleared then the rules are the ones that az wrote"
    )
    func routing() async throws {
        guard let cassette = try AzureData.cassette("test_traffic_routing") else { return }
        let transport = RecordedSite(cassette, from: 10, written: written(try config(cassette, 8)))
        let layout = AppServiceLayout.slot(site: "slot-traffic-web000003", name: "staging")
        let provider = provider(transport, layout, "clitest.rg000001")
        let context = context(Self.release, stable: Self.old, candidate: .package(deployment: "d-0", marker: nil))
        try await bring(.routed(percent: 15, release: Self.release), provider, context)
        #expect(transport.played == ["12 PATCH config/web"])
        try await bring(.routed(percent: 0, release: Self.release), provider, context)
        #expect(transport.played == ["12 PATCH config/web", "16 PATCH config/web"])
        #expect(transport.refused.isEmpty, "\(transport.refused)")
    }

    @Test("given the recorded OneDeploy when its package is deployed then it is followed until it runs")
    func deploy() async throws {
        guard let cassette = try AzureData.cassette("test_one_deploy_scm") else { return }
        let bytes = cassette.interactions[12].request.body?.bytes ?? []
        // The site's recorded configuration in short stands for the long one, which nobody asked for.
        let config: JSON = ["properties": try config(cassette, 7)[path: "properties", "siteConfig"] ?? .null]
        let written: RecordedSite.Written = { call, _ in
            if call.hasSuffix("/config/web") { return Response(status: 200, body: config.bytes) }
            let isUnknown = call.hasSuffix("/api/deployments/latest") || call.hasSuffix("/slipway.json")
            return isUnknown ? Response(status: 404) : nil
        }
        let transport = RecordedSite(cassette, from: 12, written: written)
        let name = "webapp-oneDeploy-test000002"
        let provider = provider(transport, .site(name: name), "cli_test_webapp_OneDeploy000001")
        let package = try ZipPackage(reading: Recorded(bytes: bytes), path: "sample.war")
        // What the recorded client said of the same bytes.
        #expect(package.sha256 == "89b33caa5bf4cfd235f060c396cb1a5acb2734a1366db325676f48c5f5ed92e5")
        let release = Release(version: "2", artifact: .bundle(path: "sample.war", sha256: package.sha256))
        let context = context(release, stable: Self.old, candidate: Self.old)
        let (steps, notes) = try await follow(release, package.sha256, bytes, name, provider, context)
        let titles = transport.played.map { String($0.prefix { $0 != " " }) }
        #expect(titles == ["12", "17", "18", "19", "20", "21"] && steps < 20)
        for words in ["BuildInProgress", "RuntimeStarting", "is in place"] {
            #expect(notes.contains { $0.contains(words) }, "\(notes)")
        }
        #expect(transport.refused.map { $0.hasSuffix("/api/vfs/site/slipway.json") } == [true])
    }

    /// The step that deploys to production, which no strategy asks for, as the provider's slots are deployed to.
    private func follow(
        _ release: Release,
        _ sha256: String,
        _ bytes: [UInt8],
        _ name: String,
        _ provider: AppServiceProvider,
        _ context: PlanContext
    ) async throws -> (Int, [String]) {
        var (token, notes): (Token?, [String]) = (nil, [])
        for step in 0..<50 {
            let call = Call(
                action: .staged(release: release, scale: .full),
                key: "test",
                token: token,
                context: context
            )
            let work = Work(
                call,
                settings: provider.fleets.settings,
                cloud: provider.fleets.cloud,
                open: { _ in Recorded(bytes: bytes) },
                time: time,
                share: 0
            )
            let seen = try await work.cloud.need(Place(site: name))
            do throws(ProviderFailure) {
                guard
                    case .running(let next, let wait, let status) = try await work.deploy(
                        "sample.war",
                        sha256,
                        "2",
                        to: seen
                    )
                else { return (step, notes) }
                (token, notes) = (next, notes + [status.note ?? ""])
                time.advance(by: wait)
            } catch {
                // The marker is ours, so nobody has recorded it: the end of what can be played.
                return (step, notes)
            }
        }
        return (50, notes)
    }
}

/// A recorded package.
private struct Recorded: FileReader {
    var bytes: [UInt8]
    var byteCount: Int { bytes.count }
    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] { Array(bytes[offset..<(offset + count)]) }
}
