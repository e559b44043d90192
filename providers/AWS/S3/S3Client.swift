internal import HTTPTypes
public import SlipwayHTTP

/// Speaks to one bucket.
///
/// Repeating and signing are the transport's: requests to S3 are signed for its own service name and the bucket's
/// region, their paths encoded once.
public struct S3Client: Sendable {
    /// The bucket.
    public let bucket: S3Bucket
    let calls: S3Calls
    private let transport: any Transport

    /// Speaks to `bucket` through `transport`.
    public init(_ bucket: S3Bucket, transport: any Transport) {
        (self.bucket, calls, self.transport) = (bucket, S3Calls(bucket), transport)
    }

    /// What is known of the object `key`; nil when there is none.
    public func head(_ key: String) async throws(AWSFailure) -> S3Object? {
        try await optional(calls.head(key), "HeadObject").map(S3Replies.object)
    }

    /// A small object with what is known of it; nil when there is none, or no bucket.
    public func get(_ key: String, bytesMax: Int) async throws(AWSFailure) -> (bytes: [UInt8], object: S3Object)? {
        guard let response = try await optional(calls.get(key, bytesMax: bytesMax), "GetObject") else { return nil }
        return (response.body, S3Replies.object(response))
    }

    /// Writes an object under `condition`; false when it did not hold, so that somebody else was faster.
    @discardableResult
    public func put(
        _ key: String,
        _ payload: S3Calls.Payload,
        contentType: String,
        sha256: String? = nil,
        _ condition: S3Calls.Condition = .always
    ) async throws(AWSFailure) -> Bool {
        let request = calls.put(key, payload, contentType: contentType, sha256: sha256, condition)
        let response = try await answer(request, "PutObject")
        if response.isSuccess { return true }
        let failure = S3Failures.failure(response, call: "PutObject", bucket)
        let isBeaten = [404, 409, 412].contains(response.status) && failure.code != "NoSuchBucket"
        guard condition != .always, isBeaten else { throw failure }
        return false
    }

    /// Deletes an object, if it is there.
    public func delete(_ key: String) async throws(AWSFailure) {
        _ = try await optional(calls.delete(key), "DeleteObject")
    }

    /// The region that the bucket says it is in; nil when there is no such bucket, throws when it is not ours.
    public func region() async throws(AWSFailure) -> String? {
        let response = try await answer(calls.headBucket(), "HeadBucket")
        if let named = response.headers[.bucketRegion], S3Bucket.isRegion(named) { return named }
        if response.status == 404 { return nil }
        guard response.isSuccess else { throw S3Failures.failure(response, call: "HeadBucket", bucket) }
        return bucket.region
    }

    /// The multipart uploads of exactly `key` that are not complete, oldest first.
    func uploads(of key: String) async throws(AWSFailure) -> [S3Upload] {
        var found: [S3Upload] = []
        var marker: S3Upload?
        repeat {
            let request = calls.uploads(prefix: key, after: marker)
            let page = try S3Replies.uploads(try await success(request, "ListMultipartUploads"))
            found += page.uploads.filter { $0.key == key }
            // Keys come in order: beyond ours there is nothing to look for.
            marker = page.next.flatMap { $0.key == key && $0 != marker ? $0 : nil }
        } while marker != nil
        // Everybody who looks must choose the same one.
        return found.sorted { ($0.initiated, $0.id) < ($1.initiated, $1.id) }
    }

    /// The parts of an upload that S3 has.
    func parts(of upload: S3Upload) async throws(AWSFailure) -> [S3Part] {
        var found: [S3Part] = []
        var marker = 0
        while true {
            let page = try S3Replies.parts(try await success(calls.parts(of: upload, after: marker), "ListParts"))
            found += page.parts
            guard let next = page.next, next > marker else { return found }
            marker = next
        }
    }

    func createUpload(_ key: String, contentType: String, sha256: String) async throws(AWSFailure) -> S3Upload {
        let request = calls.createUpload(key, contentType: contentType, sha256: sha256)
        let response = try await success(request, "CreateMultipartUpload")
        return S3Upload(key: key, id: try S3Replies.uploadID(response))
    }

    /// The ETag of the part that was stored.
    func uploadPart(_ number: Int, of upload: S3Upload, _ payload: S3Calls.Payload) async throws(AWSFailure) -> String {
        let response = try await success(calls.uploadPart(number, of: upload, payload), "UploadPart")
        return response.headers[.eTag] ?? ""
    }

    func complete(_ upload: S3Upload, _ parts: [S3Part]) async throws(AWSFailure) {
        let response = try await success(calls.complete(upload, parts), "CompleteMultipartUpload")
        try S3Replies.completed(response, in: bucket)
    }

    func abort(_ upload: S3Upload) async throws(AWSFailure) {
        _ = try await optional(calls.abort(upload), "AbortMultipartUpload")
    }

    private func optional(_ request: Request, _ call: String) async throws(AWSFailure) -> Response? {
        let response = try await answer(request, call)
        if response.status == 404 { return nil }
        guard response.isSuccess else { throw S3Failures.failure(response, call: call, bucket) }
        return response
    }

    private func success(_ request: Request, _ call: String) async throws(AWSFailure) -> Response {
        let response = try await answer(request, call)
        guard response.isSuccess else { throw S3Failures.failure(response, call: call, bucket) }
        return response
    }

    private func answer(_ request: Request, _ call: String) async throws(AWSFailure) -> Response {
        do throws(HTTPFailure) { return try await transport.send(request) } catch {
            throw AWSFailure(error, call: call)
        }
    }
}
