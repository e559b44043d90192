import HTTPTypes
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

struct BucketTests {
    private static let ireland =
        "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>"

    @Test("given a bucket elsewhere, when the wrong endpoint is asked, then 301 names the right one and its region")
    func redirect() {
        var shelf = Shelf()
        shelf.s3.addBucket("far", region: "eu-west-1", owner: shelf.asking.account, at: shelf.asking.now)
        let response = shelf.ask(.get, "/key", host: "far.s3.us-east-1.amazonaws.com")
        #expect(response.status == 301)
        #expect(response.code == "PermanentRedirect")
        #expect(response.header("x-amz-bucket-region") == "eu-west-1")
        #expect(response.header("location") == nil)
        #expect(response.xml?["Endpoint"]?.text == "far.s3.eu-west-1.amazonaws.com")
        let head = shelf.ask(.head, "/", host: "far.s3.us-east-1.amazonaws.com")
        #expect(head.status == 301)
        #expect(head.header("x-amz-bucket-region") == "eu-west-1")
        #expect(head.body.isEmpty)
    }

    @Test("given a bucket elsewhere, when it was signed for another region, then 400 names the right one")
    func malformed() {
        var shelf = Shelf()
        shelf.s3.addBucket("far", region: "eu-west-1", owner: shelf.asking.account, at: shelf.asking.now)
        let response = shelf.ask(.put, "/far/key", body: "1")
        #expect(response.status == 400)
        #expect(response.code == "AuthorizationHeaderMalformed")
        #expect(response.xml?["Region"]?.text == "eu-west-1")
        shelf.asking.region = "eu-west-1"
        #expect(shelf.ask(.put, "/far/key", body: "1").status == 200)
    }

    @Test("given a bucket, when its location is asked, then every region answers, and the oldest says nothing")
    func location() {
        var shelf = Shelf()
        shelf.s3.addBucket("far", region: "eu-west-1", owner: shelf.asking.account, at: shelf.asking.now)
        let far = shelf.ask(.get, "/far?location")
        #expect(far.xml?.name == "LocationConstraint")
        #expect(far.xml?.text == "eu-west-1")
        let near = shelf.ask(.get, "/shop?location")
        #expect(near.status == 200)
        #expect(near.xml?.text == "")
        #expect(shelf.ask(.get, "/none?location").code == "NoSuchBucket")
    }

    @Test("given a name that is free, when a bucket is made, then it is in the region that was asked for")
    func create() {
        var shelf = Shelf()
        #expect(shelf.ask(.put, "/new-one").header("location") == "/new-one")
        #expect(shelf.s3.region(ofBucket: "new-one") == "us-east-1")
        #expect(shelf.ask(.put, "/other", body: Self.ireland).status == 200)
        #expect(shelf.s3.region(ofBucket: "other") == "eu-west-1")
        #expect(shelf.ask(.head, "/new-one").header("x-amz-bucket-region") == "us-east-1")
        let elsewhere = "s3.us-west-2.amazonaws.com"
        let wrong = shelf.ask(.put, "/third", body: Self.ireland, host: elsewhere)
        #expect(wrong.code == "IllegalLocationConstraintException")
        #expect(shelf.ask(.put, "/third", host: elsewhere).code == "IllegalLocationConstraintException")
        #expect(shelf.ask(.put, "/third", body: "<Create", host: elsewhere).code == "MalformedXML")
        #expect(shelf.ask(.put, "/Third_").code == "InvalidBucketName")
        #expect(shelf.ask(.put, "/ab").code == "InvalidBucketName")
        #expect(shelf.s3.region(ofBucket: "third") == nil)
    }

    @Test("given a bucket that is there, when it is made again, then the owner learns that and others are refused")
    func createTwice() {
        var shelf = Shelf()
        #expect(shelf.ask(.put, "/shop").status == 200)
        shelf.s3.addBucket("far", region: "eu-west-1", owner: shelf.asking.account, at: shelf.asking.now)
        #expect(shelf.ask(.put, "/far", body: Self.ireland).code == "BucketAlreadyOwnedByYou")
        shelf.asking.account = "210987654321"
        let taken = shelf.ask(.put, "/shop")
        #expect(taken.status == 409)
        #expect(taken.code == "BucketAlreadyExists")
        #expect(shelf.s3.owner(ofBucket: "shop") == "123456789012")
    }

    @Test("given somebody else's bucket, when it is read or written, then access is denied")
    func foreign() {
        var shelf = Shelf()
        shelf.s3.addBucket("theirs", region: "us-east-1", owner: "210987654321", at: shelf.asking.now)
        #expect(shelf.ask(.put, "/theirs/a", body: "1").code == "AccessDenied")
        #expect(shelf.ask(.head, "/theirs").status == 403)
        let mine = [("x-amz-expected-bucket-owner", "210987654321")]
        #expect(shelf.ask(.head, "/shop", mine).status == 403)
        #expect(shelf.ask(.head, "/shop", [("x-amz-expected-bucket-owner", shelf.asking.account)]).status == 200)
    }

    @Test("given buckets of two accounts, when they are listed, then the caller sees its own; only empty ones go")
    func listAndDelete() {
        var shelf = Shelf()
        shelf.s3.addBucket("theirs", region: "us-east-1", owner: "210987654321", at: shelf.asking.now)
        let list = shelf.ask(.get, "/").xml
        #expect(list?.name == "ListAllMyBucketsResult")
        #expect(list?["Buckets"]?.all("Bucket").compactMap { $0["Name"]?.text } == ["shop"])
        _ = shelf.ask(.put, "/shop/a", body: "1")
        #expect(shelf.ask(.delete, "/shop").code == "BucketNotEmpty")
        _ = shelf.ask(.delete, "/shop/a")
        #expect(shelf.ask(.delete, "/shop").status == 204)
        #expect(shelf.s3.region(ofBucket: "shop") == nil)
    }
}
