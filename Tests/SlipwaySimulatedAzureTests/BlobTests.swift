import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

@Suite("Blobs that are written under conditions")
struct BlobTests {
    private static let url = "https://shopstate.blob.core.windows.net/locks/shop.json"
    private static let plain: HTTPFields = [
        .init("x-ms-version") ?? .server: "2023-11-03", .init("x-ms-blob-type") ?? .server: "BlockBlob",
    ]

    private func cloud() -> Cloud {
        var cloud = Cloud { $0.containers = [("locks", "shopstate")] }
        cloud.token = cloud.world.issueToken(for: "https://storage.azure.com/").reveal()
        return cloud
    }

    private func put(_ cloud: inout Cloud, _ text: String, _ conditions: HTTPFields) -> Response {
        var headers = Self.plain
        for field in conditions { headers.append(field) }
        return cloud.send(.put, Self.url, bytes: Array(text.utf8), headers: headers)
    }

    @Test("given no blob, when two create it, then the second is refused; who knows its tag may change it")
    func conditions() throws {
        var cloud = cloud()
        let first = put(&cloud, "one", [.ifNoneMatch: "*"])
        #expect(first.status == 201)
        let tag = try #require(first.headers[.eTag])
        let second = put(&cloud, "two", [.ifNoneMatch: "*"])
        #expect(second.status == 409)
        #expect(second.text.contains("<Code>BlobAlreadyExists</Code>"))
        let changed = put(&cloud, "three", [.ifMatch: tag])
        #expect(changed.status == 201)
        #expect(changed.headers[.eTag] != tag)
        let lost = put(&cloud, "four", [.ifMatch: tag])
        #expect(lost.status == 412)
        #expect(lost.text.contains("<Code>ConditionNotMet</Code>"))
        let read = cloud.send(.get, Self.url, bytes: nil, headers: Self.plain)
        #expect(read.text == "three")
        #expect(read.headers[.date] != nil)
        #expect(read.headers[.lastModified] != nil)
        #expect(cloud.world.blob("shop.json", container: "locks", account: "shopstate") == Array("three".utf8))
        var condition = Self.plain
        condition[.ifMatch] = tag
        #expect(cloud.send(.delete, Self.url, bytes: nil, headers: condition).status == 412)
        condition[.ifMatch] = changed.headers[.eTag]
        #expect(cloud.send(.delete, Self.url, bytes: nil, headers: condition).status == 202)
        #expect(cloud.send(.get, Self.url, bytes: nil, headers: Self.plain).status == 404)
        #expect(put(&cloud, "five", [.ifMatch: tag]).status == 412)
    }

    @Test(
        "given another container, token or no version, when a blob is asked for, then the refusal is XML with its code"
    )
    func refused() {
        var cloud = cloud()
        let other = "https://shopstate.blob.core.windows.net/nope/shop.json"
        #expect(cloud.send(.get, other, bytes: nil, headers: Self.plain).text.contains("ContainerNotFound"))
        #expect(cloud.send(.get, Self.url, bytes: nil).text.contains("MissingRequiredHeader"))
        cloud.token = cloud.world.issueToken().reveal()
        let refused = cloud.send(.get, Self.url, bytes: nil, headers: Self.plain)
        #expect(refused.status == 401)
        #expect(refused.text.contains("InvalidAuthenticationInfo"))
    }
}
