import HTTPTypes

/// A request that S3 does not do, with the code, the words and the further elements of its error body.
struct S3Refusal: Error {
    var status: Int
    var code: String
    var message: String
    /// Elements after `Message`, such as `BucketName`.
    var details: [(name: String, text: String)] = []
    var headers: HTTPFields = [:]

    init(_ status: Int, _ code: String, _ message: String, _ details: [(name: String, text: String)] = []) {
        (self.status, self.code, self.message, self.details) = (status, code, message, details)
    }

    static func noSuchBucket(_ name: String) -> S3Refusal {
        S3Refusal(404, "NoSuchBucket", "The specified bucket does not exist", [("BucketName", name)])
    }

    static func noSuchKey(_ key: String) -> S3Refusal {
        S3Refusal(404, "NoSuchKey", "The specified key does not exist.", [("Key", key)])
    }

    static func noSuchUpload(_ id: String) -> S3Refusal {
        S3Refusal(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted "
                + "or completed.",
            [("UploadId", id)]
        )
    }

    static func precondition(_ condition: String) -> S3Refusal {
        S3Refusal(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
            [("Condition", condition)]
        )
    }

    static func notImplemented(_ what: String) -> S3Refusal {
        S3Refusal(501, "NotImplemented", "The simulated S3 does not do this: \(what)")
    }

    static func invalidArgument(_ name: String, _ value: String, _ message: String) -> S3Refusal {
        S3Refusal(400, "InvalidArgument", message, [("ArgumentName", name), ("ArgumentValue", value)])
    }

    static var accessDenied: S3Refusal { S3Refusal(403, "AccessDenied", "Access Denied") }

    static var malformedXML: S3Refusal {
        S3Refusal(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema"
        )
    }

    static var conflict: S3Refusal {
        S3Refusal(
            409,
            "ConditionalRequestConflict",
            "The conditional request cannot succeed due to a conflicting operation against this resource."
        )
    }
}
