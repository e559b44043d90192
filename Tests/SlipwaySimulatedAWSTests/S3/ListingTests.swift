import HTTPTypes
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

struct ListingTests {
    private static func filled() -> Shelf {
        var shelf = Shelf()
        for key in ["a/1", "a/2", "a/b/3", "b", "B", "c d+é"] {
            shelf.s3.put(Array(key.utf8), key: key, in: "shop", at: shelf.asking.now)
        }
        return shelf
    }

    private static func keys(_ response: Response) -> [String] {
        response.xml?.all("Contents").compactMap { $0["Key"]?.text } ?? []
    }

    @Test("given objects, when they are listed the first way, then they come in the order of their bytes")
    func first() {
        var shelf = Self.filled()
        let all = shelf.ask(.get, "/shop")
        #expect(Self.keys(all) == ["B", "a/1", "a/2", "a/b/3", "b", "c d+é"])
        #expect(
            all.xml?["Contents"]?.names == ["Key", "LastModified", "ETag", "Size", "StorageClass"]
        )
        #expect(all.xml?["Contents"]?["LastModified"]?.text == "2026-01-01T00:00:00.000Z")
        #expect(all.xml?["IsTruncated"]?.text == "false")
        #expect(Self.keys(shelf.ask(.get, "/shop?prefix=a%2F")) == ["a/1", "a/2", "a/b/3"])
        let page = shelf.ask(.get, "/shop?prefix=a/&max-keys=2")
        #expect(Self.keys(page) == ["a/1", "a/2"])
        #expect(page.xml?["IsTruncated"]?.text == "true")
        #expect(Self.keys(shelf.ask(.get, "/shop?prefix=a/&marker=a/2")) == ["a/b/3"])
        #expect(Self.keys(shelf.ask(.get, "/shop?prefix=none")) == [])
    }

    @Test("given a delimiter, when objects are listed, then what lies behind it is one common prefix")
    func delimiter() {
        var shelf = Self.filled()
        let top = shelf.ask(.get, "/shop?list-type=2&delimiter=/")
        #expect(Self.keys(top) == ["B", "b", "c d+é"])
        #expect(top.xml?.all("CommonPrefixes").compactMap { $0["Prefix"]?.text } == ["a/"])
        #expect(top.xml?["KeyCount"]?.text == "4")
        let inner = shelf.ask(.get, "/shop?list-type=2&delimiter=/&prefix=a/")
        #expect(Self.keys(inner) == ["a/1", "a/2"])
        #expect(inner.xml?["CommonPrefixes"]?["Prefix"]?.text == "a/b/")
    }

    @Test("given more objects than a page holds, when its tokens are followed, then each object comes once")
    func second() throws {
        var shelf = Self.filled()
        var keys: [String] = []
        var target = "/shop?list-type=2&max-keys=2"
        for _ in 0..<5 {
            let page = shelf.ask(.get, target)
            keys += Self.keys(page)
            guard page.xml?["IsTruncated"]?.text == "true" else { break }
            let token = try #require(page.xml?["NextContinuationToken"]?.text)
            target = "/shop?list-type=2&max-keys=2&continuation-token=\(token)"
        }
        #expect(keys == ["B", "a/1", "a/2", "a/b/3", "b", "c d+é"])
        #expect(Self.keys(shelf.ask(.get, "/shop?list-type=2&start-after=a/b/3")) == ["b", "c d+é"])
        #expect(shelf.ask(.get, "/shop?list-type=2&continuation-token=b").code == "InvalidArgument")
        #expect(shelf.ask(.get, "/shop?list-type=2&max-keys=-1").code == "InvalidArgument")
    }

    @Test("given encoding-type=url, when keys are listed, then each is percent-encoded and its slashes are kept")
    func encoding() {
        var shelf = Self.filled()
        let list = shelf.ask(.get, "/shop?list-type=2&encoding-type=url")
        #expect(Self.keys(list).last == "c%20d%2B%C3%A9")
        #expect(Self.keys(list).contains("a/b/3"))
        #expect(list.xml?["EncodingType"]?.text == "url")
    }
}
