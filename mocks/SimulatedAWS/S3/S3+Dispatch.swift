import HTTPTypes
import SlipwayHTTP

extension SimulatedS3 {
    /// Answers one request as S3 would.
    mutating func respond(to service: ServiceRequest) -> Response {
        var response: Response
        do throws(S3Refusal) {
            let call = try S3Call(service)
            do throws(S3Refusal) {
                response = try answer(call)
            } catch {
                response = S3Answer.refusal(error, requestID: service.requestID)
            }
            // An answer to HEAD has the header of the answer to GET, and nothing after it.
            if call.method == .head { response.body = [] }
        } catch {
            response = S3Answer.refusal(error, requestID: service.requestID)
        }
        response.headers.set("x-amz-request-id", service.requestID)
        response.headers.set("x-amz-id-2", S3Answer.hostID(service.requestID))
        response.headers[.server] = "AmazonS3"
        return response
    }

    /// What S3 has and this does not, by the field of the query that asks for it.
    private static let unknownParts = [
        "accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption", "inventory", "legal-hold",
        "lifecycle", "logging", "metrics", "notification", "object-lock", "ownershipControls", "policy",
        "policyStatus", "publicAccessBlock", "replication", "requestPayment", "restore", "retention", "select",
        "session", "tagging", "torrent", "versionId", "versioning", "versions", "website",
    ]

    private mutating func answer(_ call: S3Call) throws(S3Refusal) -> Response {
        if let part = Self.unknownParts.first(where: { call.query($0) != nil }) {
            throw S3Refusal.notImplemented("?\(part)")
        }
        guard let name = call.address.bucket else {
            guard call.method == .get else { throw methodNotAllowed(call) }
            return listBuckets(call)
        }
        guard let key = call.address.key else { return try answer(call, bucket: name) }
        guard key.utf8.count <= 1024 else {
            throw S3Refusal(400, "KeyTooLongError", "Your key is too long", [("MaxSizeAllowed", "1024")])
        }
        let bucket = try bucket(name, for: call)
        switch (call.method, call.query("uploadId")) {
        case (.put, nil): return try putObject(key, in: bucket, call)
        case (.put, let id?): return try uploadPart(id, key, in: bucket, call)
        case (.get, nil), (.head, _): return try getObject(key, in: bucket, call)
        case (.get, let id?): return try listParts(id, key, in: bucket, call)
        case (.delete, nil): return try deleteObject(key, in: bucket, call)
        case (.delete, let id?): return try abortUpload(id, key, in: bucket)
        case (.post, let id?): return try completeUpload(id, key, in: bucket, call)
        case (.post, nil) where call.query("uploads") != nil: return createUpload(key, in: bucket, call)
        default: throw methodNotAllowed(call)
        }
    }

    private mutating func answer(_ call: S3Call, bucket name: String) throws(S3Refusal) -> Response {
        if call.method == .put { return try createBucket(name, call) }
        if call.method == .get, call.query("location") != nil { return try bucketLocation(name, call) }
        let bucket = try bucket(name, for: call)
        switch call.method {
        case .head: return S3Answer.empty(200, regionHeader(bucket.region))
        case .get where call.query("uploads") != nil: return try listUploads(bucket, call)
        case .get: return try listObjects(bucket, call)
        case .delete: return try deleteBucket(bucket)
        default: throw methodNotAllowed(call)
        }
    }

    private func methodNotAllowed(_ call: S3Call) -> S3Refusal {
        S3Refusal(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
            [("Method", call.method.rawValue)]
        )
    }

    func regionHeader(_ region: String) -> HTTPFields {
        var headers: HTTPFields = [:]
        headers.set("x-amz-bucket-region", region)
        return headers
    }
}
