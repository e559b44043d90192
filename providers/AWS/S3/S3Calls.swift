internal import HTTPTypes
internal import SlipwayBase
public import SlipwayHTTP
internal import SlipwaySigning

/// The requests to one bucket, not signed yet. Pure.
///
/// Every one names the digest of its body in `x-amz-content-sha256`; bodies that are stored also carry it as
/// `x-amz-checksum-sha256`, which S3 compares and keeps.
public struct S3Calls: Hashable, Sendable {
    /// The bucket.
    public let bucket: S3Bucket

    /// When an object may be written.
    public enum Condition: Hashable, Sendable {
        /// Whatever is there.
        case always
        /// Only where there is none.
        case ifAbsent
        /// Only over the state with this ETag, quotes included.
        case ifMatch(String)
    }

    /// What is stored, with its digest.
    public struct Payload: Hashable, Sendable {
        let body: Request.Body
        /// Its SHA-256, 32 bytes.
        let digest: [UInt8]

        /// Bytes in memory.
        public init(_ bytes: [UInt8]) { (body, digest) = (.bytes(bytes), SHA256.digest(of: bytes)) }

        /// A piece of a file whose digest, 32 bytes, is known.
        init(_ range: Range<Int>, of file: any FileReader, digest: [UInt8]) {
            let slice = FileSlice(of: file, range, sha256: Digits.hexadecimal(digest))
            (body, self.digest) = (.slice(slice), digest)
        }
    }

    /// Calls to `bucket`.
    public init(_ bucket: S3Bucket) { self.bucket = bucket }

    /// HeadObject.
    public func head(_ key: String) -> Request { empty(.head, bucket.target(key)) }

    /// GetObject, of objects up to `bytesMax`.
    public func get(_ key: String, bytesMax: Int) -> Request {
        var request = empty(.get, bucket.target(key))
        request.bounds.responseBytesMax = bytesMax
        return request
    }

    /// DeleteObject; deleting what is not there succeeds.
    public func delete(_ key: String) -> Request { empty(.delete, bucket.target(key)) }

    /// HeadBucket.
    public func headBucket() -> Request { empty(.head, bucket.target(query: "")) }

    /// PutObject; `sha256`, the hexadecimal digest of a bundle, is kept with the object.
    public func put(
        _ key: String,
        _ payload: Payload,
        contentType: String,
        sha256: String? = nil,
        _ condition: Condition = .always
    ) -> Request {
        var request = storing(payload, bucket.target(key))
        request.headers[.contentType] = contentType
        request.headers[.slipwaySHA256] = sha256
        switch condition {
        case .always: break
        case .ifAbsent: request.headers[.ifNoneMatch] = "*"
        case .ifMatch(let etag): request.headers[.ifMatch] = etag
        }
        return request
    }

    /// CreateMultipartUpload, of parts with SHA-256 checksums.
    public func createUpload(_ key: String, contentType: String, sha256: String) -> Request {
        var request = empty(.post, bucket.target(key, query: "uploads="))
        request.headers[.contentType] = contentType
        request.headers[.checksumAlgorithm] = "SHA256"
        request.headers[.slipwaySHA256] = sha256
        return request
    }

    /// UploadPart; parts count from 1.
    public func uploadPart(_ number: Int, of upload: S3Upload, _ payload: Payload) -> Request {
        storing(payload, bucket.target(upload.key, query: "partNumber=\(number)&\(Self.id(upload))"))
    }

    /// ListParts after part number `marker`.
    public func parts(of upload: S3Upload, after marker: Int = 0) -> Request {
        let start = marker > 0 ? "part-number-marker=\(marker)&" : ""
        return empty(.get, bucket.target(upload.key, query: "max-parts=1000&\(start)\(Self.id(upload))"))
    }

    /// ListMultipartUploads whose keys begin with `prefix`, after `marker`.
    public func uploads(prefix: String, after marker: S3Upload? = nil) -> Request {
        var query = ""
        if let marker { query += "key-marker=\(S3Encoding.query(marker.key))&" }
        query += "max-uploads=1000&prefix=\(S3Encoding.query(prefix))"
        if let marker { query += "&upload-id-marker=\(S3Encoding.query(marker.id))" }
        return empty(.get, bucket.target(query: query + "&uploads="))
    }

    /// CompleteMultipartUpload of these parts, in order; its 200 may carry an error.
    public func complete(_ upload: S3Upload, _ parts: [S3Part]) -> Request {
        let list = parts.map { part in
            XMLNode(
                "Part",
                children: [
                    XMLNode("ETag", text: part.etag),
                    XMLNode("PartNumber", text: "\(part.number)"),
                ] + (part.checksum.map { [XMLNode("ChecksumSHA256", text: $0)] } ?? [])
            )
        }
        let body = XMLNode("CompleteMultipartUpload", children: list)
            .document(namespace: "http://s3.amazonaws.com/doc/2006-03-01/")
        var request = empty(.post, bucket.target(upload.key, query: Self.id(upload)))
        request.headers[.contentType] = "application/xml"
        request.headers[.contentSHA256] = SHA256.hexDigest(of: body)
        request.body = .bytes(body)
        request.bounds.total = .seconds(600)
        request.bounds.idle = .seconds(120)
        return request
    }

    /// AbortMultipartUpload; its parts are gone afterwards.
    public func abort(_ upload: S3Upload) -> Request {
        empty(.delete, bucket.target(upload.key, query: Self.id(upload)))
    }

    private static func id(_ upload: S3Upload) -> String { "uploadId=\(S3Encoding.query(upload.id))" }

    private func empty(_ method: HTTPRequest.Method, _ target: String) -> Request {
        Request(method, bucket.origin, target, headers: [.contentSHA256: SHA256.hexDigest(of: [UInt8]())])
    }

    private func storing(_ payload: Payload, _ target: String) -> Request {
        var request = Request(.put, bucket.origin, target, body: payload.body)
        request.headers[.contentSHA256] = Digits.hexadecimal(payload.digest)
        request.headers[.sdkChecksumAlgorithm] = "SHA256"
        request.headers[.checksumSHA256] = Digits.base64(payload.digest)
        // Five megabytes over a thin line take longer than an ordinary call.
        request.bounds.total = .seconds(600)
        request.bounds.idle = .seconds(60)
        return request
    }
}

extension HTTPField.Name {
    static let contentSHA256 = HTTPField.Name("x-amz-content-sha256")!
    static let checksumSHA256 = HTTPField.Name("x-amz-checksum-sha256")!
    static let checksumAlgorithm = HTTPField.Name("x-amz-checksum-algorithm")!
    static let sdkChecksumAlgorithm = HTTPField.Name("x-amz-sdk-checksum-algorithm")!
    static let slipwaySHA256 = HTTPField.Name("x-amz-meta-slipway-sha256")!
    static let bucketRegion = HTTPField.Name("x-amz-bucket-region")!
}
