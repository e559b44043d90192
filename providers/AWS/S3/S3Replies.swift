internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// What is known of an object.
public struct S3Object: Hashable, Sendable {
    /// Its size.
    public var byteCount: Int
    /// Its ETag, quotes included.
    public var etag: String
    /// The digest of the bundle that we stored with it.
    public var sha256: String?
    /// How long ago it was written, by S3's own clock to the second, rather too short than too long.
    public var age: Duration?
}

/// A multipart upload that is not complete.
public struct S3Upload: Hashable, Sendable {
    /// The object it will become.
    public var key: String
    /// S3's name of it.
    public var id: String
    /// When it began, as S3 writes it.
    public var initiated: String

    /// Makes an upload.
    public init(key: String, id: String, initiated: String = "") {
        (self.key, self.id, self.initiated) = (key, id, initiated)
    }
}

/// A part that S3 has.
public struct S3Part: Hashable, Sendable {
    /// Its number, from 1.
    public var number: Int
    /// Its size.
    public var byteCount: Int
    /// Its ETag, quotes included.
    public var etag: String
    /// Its SHA-256 in base64; nil where the store does not tell.
    public var checksum: String?
}

/// Reads S3's answers. Pure.
enum S3Replies {
    static func object(_ response: Response) -> S3Object {
        let headers = response.headers
        let written = headers[.lastModified].flatMap { Timestamp(httpDate: $0) }
        let answered = headers[.date].flatMap { Timestamp(httpDate: $0) }
        var age: Duration?
        // Both are cut to whole seconds, so that their difference may be a second too long.
        if let written, let answered { age = max(answered - written - .seconds(1), .zero) }
        return S3Object(
            byteCount: headers[.contentLength].flatMap { Int($0) } ?? response.body.count,
            etag: headers[.eTag] ?? "",
            sha256: headers[.slipwaySHA256],
            age: age
        )
    }

    static func uploadID(_ response: Response) throws(AWSFailure) -> String {
        let call = "CreateMultipartUpload"
        guard let id = try root(response, call: call).text("UploadId"), !id.isEmpty else {
            throw unreadable(response, call: call, "it names no upload")
        }
        return id
    }

    /// The uploads of one page, and after which one the next page begins.
    static func uploads(_ response: Response) throws(AWSFailure) -> (uploads: [S3Upload], next: S3Upload?) {
        let call = "ListMultipartUploads"
        let root = try root(response, call: call)
        let uploads = root.children.filter { $0.name == "Upload" }.compactMap { node -> S3Upload? in
            guard let key = node.text("Key"), let id = node.text("UploadId") else { return nil }
            return S3Upload(key: key, id: id, initiated: node.text("Initiated") ?? "")
        }
        guard root.text("IsTruncated") == "true" else { return (uploads, nil) }
        guard let key = root.text("NextKeyMarker"), !key.isEmpty else {
            throw unreadable(response, call: call, "it is cut off and does not say where it goes on")
        }
        return (uploads, S3Upload(key: key, id: root.text("NextUploadIdMarker") ?? ""))
    }

    /// The parts of one page, and after which number the next page begins.
    static func parts(_ response: Response) throws(AWSFailure) -> (parts: [S3Part], next: Int?) {
        let call = "ListParts"
        let root = try root(response, call: call)
        let parts = root.children.filter { $0.name == "Part" }.compactMap { node -> S3Part? in
            guard let number = node.text("PartNumber").flatMap({ Int($0) }),
                let size = node.text("Size").flatMap({ Int($0) }), let etag = node.text("ETag")
            else { return nil }
            return S3Part(number: number, byteCount: size, etag: etag, checksum: node.text("ChecksumSHA256"))
        }
        guard root.text("IsTruncated") == "true" else { return (parts, nil) }
        guard let next = root.text("NextPartNumberMarker").flatMap({ Int($0) }), next > 0 else {
            throw unreadable(response, call: call, "it is cut off and does not say where it goes on")
        }
        return (parts, next)
    }

    /// Throws what a 200 of CompleteMultipartUpload may hide.
    static func completed(_ response: Response, in bucket: S3Bucket) throws(AWSFailure) {
        let call = "CompleteMultipartUpload"
        let root = try root(response, call: call)
        if root.name == "Error" {
            // The status was sent before S3 knew; the code tells, and what it does not know is about the request.
            var failed = S3Failures.failure(Response(status: 400, body: response.body), call: call, bucket)
            (failed.status, failed.mayHaveTakenEffect) = (response.status, failed.kind != .invalid)
            failed.requestID = failed.requestID ?? response.awsRequestID
            throw failed
        }
        // The store of moto calls it …Output.
        guard root.name.hasPrefix("CompleteMultipartUpload") else {
            throw unreadable(response, call: call, "it is no result of this call")
        }
    }

    private static func root(_ response: Response, call: String) throws(AWSFailure) -> XMLNode {
        do throws(XMLFailure) { return try XMLNode(parsing: response.body) } catch {
            throw unreadable(response, call: call, error.summary)
        }
    }

    private static func unreadable(_ response: Response, call: String, _ reason: String) -> AWSFailure {
        AWSFailure(
            .unreadable,
            call: call,
            summary: "\(call): the answer \(response.status) cannot be read: \(reason)".printable(),
            status: response.status,
            mayHaveTakenEffect: true
        )
    }
}
