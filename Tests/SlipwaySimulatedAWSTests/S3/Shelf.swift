import HTTPTypes
import SlipwayBase
import SlipwayHTTP

@testable import SlipwaySimulatedAWS

/// A simulated S3 with the bucket `shop`, and a caller.
struct Shelf {
    var s3 = SimulatedS3()
    var asking = Asking()

    init() { s3.addBucket("shop", region: "us-east-1", owner: asking.account, at: asking.now) }

    mutating func ask(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ headers: [(String, String)] = [],
        body: String = "",
        host: String = "127.0.0.1"
    ) -> Response {
        s3.respond(to: asking.rest(method, target, headers, body: body, host: host))
    }

    /// Begins an upload in parts and gives its id.
    mutating func beginUpload(_ key: String) -> String {
        ask(.post, "/shop/\(key)?uploads").xml?["UploadId"]?.text ?? ""
    }

    /// Uploads a part and gives its ETag.
    mutating func part(_ number: Int, _ body: String, of key: String, _ id: String) -> String {
        ask(.put, "/shop/\(key)?partNumber=\(number)&uploadId=\(id)", body: body).header("etag") ?? ""
    }

    /// Completes an upload from these parts.
    mutating func complete(
        _ key: String,
        _ id: String,
        _ parts: [(Int, String)],
        _ headers: [(String, String)] = []
    ) -> Response {
        let list = parts.map { "<Part><ETag>\($0.1)</ETag><PartNumber>\($0.0)</PartNumber></Part>" }.joined()
        let body =
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list)"
            + "</CompleteMultipartUpload>"
        return ask(.post, "/shop/\(key)?uploadId=\(id)", headers, body: body)
    }
}
