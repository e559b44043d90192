import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import SlipwaySimulatedAzure
import Testing

@Suite("Bundles and files through Kudu")
struct KuduTests {
    private let zip = Array("PK, or nearly so".utf8)

    private func cloud(_ change: (inout AzureWorld.Seed) -> Void = { _ in }) -> Cloud {
        var cloud = Cloud { seed in
            seed.sites[0].content = .bundle("v1")
            seed.sites[0].slots[0].content = .bundle("v1")
            change(&seed)
        }
        cloud.world.nameContent(zip, "v2")
        return cloud
    }

    private func url(_ cloud: Cloud, _ path: String, slot: String? = "staging") -> String {
        "https://\(cloud.world.slot(slot, of: "shop")?.kuduHost ?? "")\(path)"
    }

    private func deploy(_ cloud: inout Cloud, _ headers: HTTPFields = [:]) -> Response {
        cloud.send(.post, url(cloud, "/api/publish?type=zip&async=true"), bytes: zip, headers: headers)
    }

    @Test("given a bundle, when it is published, then its id is temporary first, and in the end it runs")
    func published() throws {
        var cloud = cloud()
        let accepted = deploy(&cloud)
        #expect(accepted.status == 202)
        let id = try #require(HTTPField.Name("scm-deployment-id").flatMap { accepted.headers[$0] })
        let latest = url(cloud, "/api/deployments/latest")
        let first = cloud.send(.get, latest, bytes: nil)
        #expect(first.status == 202)
        #expect(first.json?["id"]?.string?.contains("temp") == true)
        #expect(first.json?["is_temp"] == true)
        cloud.wait(6)
        #expect(cloud.send(.get, latest, bytes: nil).json?["id"]?.string == id)
        cloud.wait(20)
        let last = cloud.send(.get, latest, bytes: nil)
        #expect(last.status == 200)
        #expect(last.json?["status"] == 4)
        #expect(last.json?["complete"] == true)
        cloud.wait(30)
        let status = try cloud.json(.get, "/sites/shop/slots/staging/deploymentStatus/\(id)")
        #expect(status["properties"]?["status"] == "RuntimeSuccessful")
        #expect(cloud.visit(try #require(cloud.world.slot("staging", of: "shop")?.host)).text == "v2\n")
    }

    @Test("given what does not start, when its deployment is over, then RuntimeFailed arrives as 200 with its reason")
    func runtimeFailed() throws {
        var cloud = cloud { $0.failures = [AppServiceFailure(.crash, release: "v2")] }
        let id = try #require(HTTPField.Name("scm-deployment-id").flatMap { deploy(&cloud).headers[$0] })
        let path = "/sites/shop/slots/staging/deploymentStatus/\(id)"
        #expect(cloud.send(.get, path).status == 202)
        cloud.wait(120)
        let answer = cloud.send(.get, path)
        #expect(answer.status == 200)
        #expect(answer.json?["properties"]?["status"] == "RuntimeFailed")
        #expect(answer.json?["properties"]?["errors"]?[0]?["extendedCode"] == "04915")
    }

    @Test("given a build that fails, when it is over, then the status is 3 and the old content runs")
    func failed() {
        var cloud = cloud { $0.failures = [AppServiceFailure(.deployment, release: "v2")] }
        _ = deploy(&cloud)
        cloud.wait(60)
        #expect(cloud.send(.get, url(cloud, "/api/deployments/latest"), bytes: nil).json?["status"] == 3)
        #expect(cloud.world.slot("staging", of: "shop")?.serving == "v1")
    }

    @Test("given a deployment under way, when another one begins, then it is a conflict")
    func conflict() {
        var cloud = cloud()
        #expect(deploy(&cloud).status == 202)
        #expect(deploy(&cloud).status == 409)
    }

    @Test("given a checksum, when it is another one than the bytes have, then nothing is deployed")
    func checksum() throws {
        var cloud = cloud()
        let name = try #require(HTTPField.Name("x-ms-artifact-checksum"))
        #expect(deploy(&cloud, [name: String(repeating: "0", count: 64)]).status == 400)
        #expect(deploy(&cloud, [name: SHA256.hexDigest(of: zip)]).status == 202)
    }

    @Test("given publishing credentials, when the policy forbids them, then only a token is let in")
    func credentials() throws {
        for isAllowed in [false, true] {
            var cloud = cloud { $0.sites[0].slots[0].allowsBasic = isAllowed }
            let policy = try cloud.json(.get, "/sites/shop/slots/staging/basicPublishingCredentialsPolicies/scm")
            #expect(policy["properties"]?["allow"] == .bool(isAllowed))
            let path = "/sites/shop/slots/staging/config/publishingcredentials/list"
            let known = try cloud.json(.post, path)["properties"]
            let pair = "\(known?["publishingUserName"]?.string ?? ""):\(known?["publishingPassword"]?.string ?? "")"
            let basic = "Basic " + Digits.base64(Array(pair.utf8))
            let latest = url(cloud, "/api/deployments/latest")
            #expect(
                cloud.send(.get, latest, bytes: nil, headers: [.authorization: basic]).status == (isAllowed ? 200 : 401)
            )
            #expect(cloud.send(.get, latest, bytes: nil).status == 200)
            #expect(cloud.send(.get, latest, bytes: nil, headers: [.authorization: "Bearer nonsense"]).status == 401)
        }
    }

    @Test("given a file, when it is written, read and removed, then entity tags are asked for")
    func files() throws {
        var cloud = cloud()
        let file = url(cloud, "/api/vfs/site/slipway.json")
        #expect(cloud.send(.get, file, bytes: nil).status == 404)
        let created = cloud.send(.put, file, bytes: Array("one".utf8))
        #expect(created.status == 201)
        let tag = try #require(created.headers[.eTag])
        #expect(
            cloud.send(.put, file, bytes: Array("two".utf8)).status == 412,
            "what is there is not overwritten blindly"
        )
        #expect(cloud.send(.put, file, bytes: Array("two".utf8), headers: [.ifMatch: "\"other\""]).status == 412)
        #expect(cloud.send(.put, file, bytes: Array("two".utf8), headers: [.ifMatch: tag]).status == 204)
        #expect(cloud.send(.put, file, bytes: Array("three".utf8), headers: [.ifMatch: "*"]).status == 204)
        #expect(cloud.send(.get, file, bytes: nil).text == "three")
        #expect(cloud.send(.delete, file, bytes: nil).status == 412)
        #expect(cloud.send(.delete, file, bytes: nil, headers: [.ifMatch: "*"]).status == 200)
    }

    @Test("given files and deployments, when slots are swapped, then they go with the content")
    func swapped() throws {
        var cloud = cloud()
        _ = deploy(&cloud)
        cloud.wait(60)
        let file = url(cloud, "/api/vfs/site/slipway.json")
        #expect(cloud.send(.put, file, bytes: Array("v2".utf8)).status == 201)
        let deployments = cloud.world.slot("staging", of: "shop")?.deployments
        _ = cloud.follow(cloud.send(.post, "/sites/shop/slots/staging/slotsswap", swapBody))
        #expect(cloud.send(.get, url(cloud, "/api/vfs/site/slipway.json", slot: nil), bytes: nil).text == "v2")
        #expect(cloud.send(.get, file, bytes: nil).status == 404)
        #expect(cloud.world.slot(of: "shop")?.deployments == deployments)
        #expect(cloud.world.shares(of: "shop").releases == ["v2": 1])
    }

    @Test("given a package somewhere, when it is deployed through the API, then its status is told as for others")
    func oneDeploy() throws {
        var cloud = cloud()
        let body: JSON = ["properties": ["packageUri": "https://example.test/v2.zip", "type": "zip"]]
        let accepted = cloud.send(.put, "/sites/shop/slots/staging/extensions/onedeploy", body)
        #expect(accepted.status == 202)
        let address = try #require(accepted.headers[.location])
        cloud.wait(100)
        #expect(cloud.send(.get, address, bytes: nil).json?["properties"]?["status"] == "RuntimeSuccessful")
    }
}
