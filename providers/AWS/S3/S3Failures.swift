internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// What S3 says when something is wrong, where it differs from other services.
enum S3Failures {
    /// What an answer to `call` that is no success means.
    static func failure(_ response: Response, call: String, _ bucket: S3Bucket) -> AWSFailure {
        var failure = AWSFailure(response, call: call)
        if let sentence = wrongRegion(response, failure.code, call, bucket) {
            (failure.kind, failure.mayHaveTakenEffect) = (.invalid, false)
            failure.summary = sentence
        } else if failure.code.isEmpty, response.status == 403 {
            // A HEAD has no body to give a reason in; without the right to list, what is absent is forbidden.
            failure.summary =
                "\(call): bucket \(bucket.name) forbids it, or it is not there and may not be listed;"
                + " allow s3:GetObject and s3:ListBucket."
        } else if failure.code.isEmpty, response.status == 404 {
            failure.summary = "\(call): it is not there in bucket \(bucket.name)."
        } else if failure.code == "InvalidPart" {
            // Somebody has sent the part again meanwhile; a look at the parts settles it.
            failure.kind = .unavailable
        }
        return failure
    }

    /// One sentence when the bucket is elsewhere. It is never followed: releases must lie in their own region.
    private static func wrongRegion(_ response: Response, _ code: String, _ call: String, _ bucket: S3Bucket)
        -> String?
    {
        let named = response.headers[.bucketRegion] ?? AWSErrorBody(response).region
        let region = named.flatMap { S3Bucket.isRegion($0) ? $0 : nil }
        let isRedirect = response.status == 301 || response.status == 307
        let isElsewhere = region.map { $0 != bucket.region } ?? false
        let tells = ["PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException"].contains(code)
        let isMalformed = code == "AuthorizationHeaderMalformed" || code.isEmpty && response.status == 400
        guard isRedirect || tells || isElsewhere && (isMalformed || response.status == 403) else { return nil }
        let place = isElsewhere ? "in \(region ?? "")" : "not in \(bucket.region), or not reached through this endpoint"
        return "\(call): bucket \(bucket.name) is \(place); it must be in \(bucket.region), the region of the release."
    }
}
