import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

@testable import SlipwayAppService

@Suite("Calls of App Service") struct CallTests {
    private let calls = AppServiceCalls(
        subscription: "11111111-1111-1111-1111-111111111111",
        resourceGroup: "rg1"
    )
    private let slot = Place(site: "app1", slot: "staging")

    private func words(_ call: ARMCall) -> String { "\(call.method.rawValue) \(call.path)" }

    @Test("given what az sends when our calls are made then they are the same, where az does what we do")
    func az() throws {
        guard let sent = try AzureData.clientRequests("log1") else { return }
        let same = [
            calls.swap(slot), calls.prepare(slot), calls.reset("app1"), calls.start(slot), calls.stop(slot),
            calls.settings(slot, .app), calls.settings(Place(site: "app1"), .connectionStrings),
            calls.site(Place(site: "app1")), calls.config(Place(site: "app1")), calls.slotNames(of: "app1"),
            calls.slots(of: "app1"),
        ]
        for call in same {
            let request = sent.first { $0.call == words(call) }
            #expect(request != nil, "az never sent \(words(call))")
            #expect(request?.body == call.body, "\(words(call))")
        }
    }

    @Test("given a slot that az makes like production when ours is made then the configuration is left out as well")
    func create() throws {
        guard let sent = try AzureData.clientRequests("log1") else { return }
        let theirs = try #require(sent.first { $0.call.hasSuffix("/slots/green") }?.body)
        let answer: JSON = [
            "location": theirs["location"] ?? .null,
            "properties": ["state": "Running", "serverFarmId": theirs[path: "properties", "serverFarmId"] ?? .null],
        ]
        var site = try #require(AppServiceReplies.site(answer))
        for key in ["httpsOnly", "clientCertEnabled", "clientCertMode"] {
            site.cloned[key] = theirs[path: "properties", key]
        }
        #expect(calls.create(Place(site: "app1", slot: "green"), like: site).body == theirs)
    }

    @Test("given writes when they are made then only the one that undoes itself counts as not to be repeated")
    func idempotence() {
        #expect(!calls.swap(slot).isIdempotent && !calls.prepare(slot).isIdempotent)
        for call in [calls.start(slot), calls.reset("app1"), calls.delete(slot), calls.differences(slot)] {
            #expect(call.isIdempotent)
        }
        #expect(calls.setRules(of: "app1", []).isIdempotent)
    }

    @Test("given an image when it is set then the field is the one of the system that runs it")
    func images() {
        let linux: JSON = ["properties": ["linuxFxVersion": "DOCKER|a/b:1"]]
        let windows: JSON = ["properties": ["windowsFxVersion": "DOCKER|a/b:1"]]
        #expect(calls.setImage(slot, "a/b:1", isWindows: false).body == linux)
        #expect(calls.setImage(slot, "a/b:1", isWindows: true).body == windows)
    }

    @Test(
        "given the name of a plan when it is asked for then only a plain path is",
        arguments: [
            ("/subscriptions/1/resourceGroups/rg/providers/Microsoft.Web/serverfarms/p1", true),
            ("/subscriptions/1/../x", false), ("https://evil.example.com/", false), ("/subscriptions/1?x=2", false),
        ]
    )
    func plans(_ id: String, _ isPlain: Bool) {
        #expect((calls.plan(id) != nil) == isPlain)
    }

    @Test("given a package when it is published then its digest goes with it and it is never repeated blindly")
    func publish() throws {
        let origin = Origin(scheme: "https", host: "app1.scm.azurewebsites.net")
        let package = try ZipPackage(reading: Package(), path: "a.war")
        let request = KuduCalls.publish(package.slice, type: package.type, to: origin)
        #expect(request.target == "/api/publish?type=war&async=true")
        #expect(request.headers[KuduCalls.checksum] == Package.sha256)
        #expect(request.headers[.contentType] == "application/octet-stream")
        #expect(!request.isIdempotent)
    }
}
