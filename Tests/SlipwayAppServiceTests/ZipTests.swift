import HTTPTypes
import SlipwayAppService
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import SlipwaySimulatedAzure
import Testing

@Suite("Zips, deployed through the site's own engine") struct ZipTests {
    private func rig(
        isLinux: Bool = true,
        failures: [AppServiceFailure] = [],
        allowsBasic: Bool = false
    ) -> Rig {
        var (site, plan) = Rig.zips(isLinux: isLinux)
        site.slots[0].allowsBasic = allowsBasic
        return Rig(site, plan: plan, failures: failures)
    }

    private let stage = Action.staged(release: Rig.zip, scale: .full)

    @Test("given a zip when it is staged then it is published, seen to run and marked")
    func published() async throws {
        let rig = rig()
        let context = try await rig.context(Rig.zip)
        try await rig.bring(stage, context)
        let id = try #require(rig.transport.withWorld { $0.slot("staging", of: "shop")?.deployments.last })
        let marker = #"{"version":"v2","sha256":""# + Package.sha256 + #"","deployment":""# + id + #""}"#
        #expect(rig.transport.writes == ["POST scm/api/publish", "PUT scm/api/vfs/site/slipway.json \(marker)"])
        #expect(rig.transport.log.contains { $0.call == "GET sites/shop/slots/staging/deploymentStatus/\(id)" })
        #expect(rig.runs == ["v1", "v2"])
    }

    @Test("given a site on Windows when a zip is staged then Azure Resource Manager is not asked whether it runs")
    func windows() async throws {
        let rig = rig(isLinux: false)
        let context = try await rig.context(Rig.zip)
        try await rig.bring(stage, context)
        #expect(!rig.transport.log.contains { $0.call.contains("deploymentStatus") })
        #expect(rig.runs == ["v1", "v2"])
    }

    @Test("given a zip that was swapped when the target is looked at then its version is known by its marker")
    func live() async throws {
        let rig = rig()
        let context = try await rig.context(Rig.zip)
        try await rig.bring(stage, context)
        try await rig.bring(.live(release: Rig.zip), context)
        let observation = try await rig.provider.observe()
        #expect(observation.live == Release(version: "v2", artifact: .label(name: "v2")))
    }

    @Test("given a deployment of others after ours when the target is looked at then the marker does not count")
    func foreign() async throws {
        let rig = rig()
        let context = try await rig.context(Rig.zip)
        try await rig.bring(stage, context)
        try await rig.bring(.live(release: Rig.zip), context)
        let host = try #require(rig.transport.withWorld { $0.slot(of: "shop")?.kuduHost })
        let origin = Origin(scheme: "https", host: host)
        let body = Request.Body.bytes(Array("PK other".utf8))
        let request = Request(.post, origin, "/api/publish?type=zip&async=true", body: body)
        #expect(try await TokenTransport(next: rig.transport).send(request).status == 202)
        rig.time.advance(by: .seconds(60))
        let live = try #require(try await rig.provider.observe().live)
        #expect(live.version != "v2" && live.version.count == 36)
    }

    @Test("given a deployment that fails when it is watched then the release is not healthy")
    func fails() async throws {
        let rig = rig(failures: [AppServiceFailure(.deployment, release: "v2")])
        let context = try await rig.context(Rig.zip)
        await #expect { try await rig.bring(stage, context) } throws: {
            ($0 as? ProviderFailure).map { $0.kind == .unhealthy && $0.summary.contains("BuildFailed") } ?? false
        }
        #expect(!rig.transport.writes.contains { $0.contains("vfs") })
    }

    @Test("given an application that does not start when Azure tells it with a 200 then the release is not healthy")
    func runtime() async throws {
        let rig = rig(failures: [AppServiceFailure(.crash, release: "v2")])
        let context = try await rig.context(Rig.zip)
        await #expect { try await rig.bring(stage, context) } throws: {
            let failure = $0 as? ProviderFailure
            return failure?.kind == .unhealthy && failure?.summary.contains("RuntimeFailed, 1 instances failed") == true
        }
    }

    /// Turns tokens away at the deployment engine, as some sites do.
    private func refuseTokens(_ rig: Rig) {
        let isPolicyRead = Locked(false)
        rig.transport.before { call, _ in
            if call.hasSuffix("/config/publishingcredentials/list") { isPolicyRead.withLock { $0 = true } }
            guard call == "POST scm/api/publish", !isPolicyRead.withLock({ $0 }) else { return nil }
            return .success(Response(status: 401, headers: [.wwwAuthenticate: "Basic realm=\"site\""]))
        }
    }

    @Test("given an engine that takes no token when the site allows publishing credentials then these are used")
    func basic() async throws {
        var (site, plan) = Rig.zips()
        site.slots[0].allowsBasic = true
        let rig = Rig(site, plan: plan)
        let context = try await rig.context(Rig.zip)
        refuseTokens(rig)
        var tokens = ""
        let notes = try await rig.bring(stage, context) { tokens += "\(String(describing: $0))" }.notes
        #expect(rig.runs == ["v1", "v2"])
        #expect(rig.transport.log.count { $0.call.hasSuffix("/publishingcredentials/list") } == 1)
        #expect(!tokens.contains("Basic") && !notes.joined().contains("Basic"))
    }

    @Test(
        "given an engine that takes no token when publishing credentials are not allowed then the right role is named"
    )
    func noBasic() async throws {
        let rig = rig()
        let context = try await rig.context(Rig.zip)
        refuseTokens(rig)
        await #expect { try await rig.bring(stage, context) } throws: {
            "\($0)".contains("Website Contributor")
        }
        #expect(!rig.transport.log.contains { $0.call.hasSuffix("/publishingcredentials/list") })
    }

    @Test("given an answer that is lost when the zip was taken then it is published again once nothing is under way")
    func lost() async throws {
        let rig = rig()
        let context = try await rig.context(Rig.zip)
        let isFirst = Locked(true)
        rig.transport.after { call, _ in
            guard call == "POST scm/api/publish" else { return nil }
            return isFirst.withLock { first in
                defer { first = false }
                return first ? .failure(HTTPFailure(.unanswered, "cut")) : nil
            }
        }
        try await rig.bring(stage, context)
        #expect(rig.runs == ["v1", "v2"])
        #expect(rig.transport.log.count { $0.call == "POST scm/api/publish" } <= 3)
        #expect(rig.transport.withWorld { $0.slot("staging", of: "shop")?.deployments.count } == 3)
    }

    @Test("given an answer without the deployment's number when it is looked for then the one before it is not taken")
    func unnamed() async throws {
        let rig = rig()
        let context = try await rig.context(Rig.zip)
        rig.transport.after { call, _ in call == "POST scm/api/publish" ? .success(Response(status: 202)) : nil }
        try await rig.bring(stage, context)
        let slot = try #require(rig.transport.withWorld { $0.slot("staging", of: "shop") })
        let marker = String(decoding: slot.files["site/slipway.json"] ?? [], as: UTF8.self)
        #expect(slot.deployments.count == 2 && marker.contains(slot.deployments[1]))
    }

    @Test("given a slot that ran a zip when the release is taken back then that it stays is said")
    func unstaged() async throws {
        let rig = rig()
        let context = try await rig.context(Rig.zip)
        try await rig.bring(stage, context)
        let note = try await rig.bring(.unstaged(release: Rig.zip), context).status.note
        #expect(note?.contains("cannot be brought back") == true)
    }

    @Test("given a file that changed after the plan when it is to be sent then nothing is")
    func changed() async throws {
        let rig = rig()
        let release = Release(
            version: "v2",
            artifact: .bundle(path: "shop.zip", sha256: String(repeating: "0", count: 64))
        )
        let context = try await rig.context(release)
        await #expect { try await rig.bring(.staged(release: release, scale: .full), context) } throws: {
            "\($0)".contains("has changed since the plan was made")
        }
        #expect(rig.transport.writes.isEmpty)
    }
}
