import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension SimulatedS3 {
    /// The bucket, when it is there, is the caller's, and is where the request went.
    func bucket(_ name: String, for call: S3Call) throws(S3Refusal) -> Bucket {
        guard let bucket = buckets[name] else { throw S3Refusal.noSuchBucket(name) }
        try checkRegion(bucket, call)
        try checkOwner(bucket, call)
        return bucket
    }

    private func checkOwner(_ bucket: Bucket, _ call: S3Call) throws(S3Refusal) {
        let expected = call.headers.value("x-amz-expected-bucket-owner") ?? bucket.owner
        guard bucket.owner == call.account, bucket.owner == expected else { throw S3Refusal.accessDenied }
    }

    private func checkRegion(_ bucket: Bucket, _ call: S3Call) throws(S3Refusal) {
        let asked = call.address.region ?? call.region
        guard asked != bucket.region else { return }
        var refusal: S3Refusal
        if call.address.region == nil {
            refusal = S3Refusal(
                400,
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; the region '\(asked)' is wrong; expecting '\(bucket.region)'",
                [("Region", bucket.region)]
            )
        } else {
            refusal = S3Refusal(
                301,
                "PermanentRedirect",
                "The bucket you are attempting to access must be addressed using the specified endpoint. Please send "
                    + "all future requests to this endpoint.",
                [
                    ("Endpoint", "\(bucket.name).s3.\(bucket.region).amazonaws.com"), ("Bucket", bucket.name),
                ]
            )
        }
        refusal.headers = regionHeader(bucket.region)
        throw refusal
    }

    mutating func createBucket(_ name: String, _ call: S3Call) throws(S3Refusal) -> Response {
        guard isBucketName(name) else {
            throw S3Refusal(400, "InvalidBucketName", "The specified bucket is not valid.", [("BucketName", name)])
        }
        let region = try wantedRegion(call)
        if let bucket = buckets[name] {
            guard bucket.owner == call.account else {
                throw S3Refusal(
                    409,
                    "BucketAlreadyExists",
                    "The requested bucket name is not available. The bucket namespace is shared by all users of the "
                        + "system. Please select a different name and try again.",
                    [("BucketName", name)]
                )
            }
            // In the oldest region making one's own bucket again succeeds.
            guard bucket.region == "us-east-1", region == "us-east-1" else {
                throw S3Refusal(
                    409,
                    "BucketAlreadyOwnedByYou",
                    "Your previous request to create the named bucket succeeded and you already own it.",
                    [("BucketName", name)]
                )
            }
        }
        addBucket(name, region: region, owner: call.account, at: call.now)
        return S3Answer.empty(200, [.location: "/\(name)"])
    }

    private func wantedRegion(_ call: S3Call) throws(S3Refusal) -> String {
        let endpoint = call.address.region ?? call.region
        guard !call.body.isEmpty else {
            guard endpoint == "us-east-1" else { throw illegalLocation("unspecified") }
            return endpoint
        }
        guard let root = XMLReading.root(of: call.body), root.name == "CreateBucketConfiguration" else {
            throw S3Refusal.malformedXML
        }
        guard let wanted = root["LocationConstraint"]?.text, !wanted.isEmpty else { return endpoint }
        // The global endpoint takes every region.
        let isGlobal = call.address.region == nil && endpoint == "us-east-1"
        guard wanted == endpoint || isGlobal else { throw illegalLocation(wanted) }
        guard wanted != "us-east-1" else {
            throw S3Refusal(
                400,
                "InvalidLocationConstraint",
                "The specified location-constraint is not valid",
                [("LocationConstraint", wanted)]
            )
        }
        return wanted
    }

    private func illegalLocation(_ wanted: String) -> S3Refusal {
        S3Refusal(
            400,
            "IllegalLocationConstraintException",
            "The \(wanted) location constraint is incompatible for the region specific endpoint this request was sent "
                + "to."
        )
    }

    private func isBucketName(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
        }
        let edges = [name.utf8.first, name.utf8.last]
        return isPlain && (3...63).contains(name.utf8.count) && !name.contains("..")
            && edges.allSatisfy { $0 != 0x2D && $0 != 0x2E }
    }

    mutating func deleteBucket(_ bucket: Bucket) throws(S3Refusal) -> Response {
        guard bucket.objects.isEmpty else {
            throw S3Refusal(
                409,
                "BucketNotEmpty",
                "The bucket you tried to delete is not empty",
                [("BucketName", bucket.name)]
            )
        }
        buckets[bucket.name] = nil
        return S3Answer.empty(204)
    }

    /// Answered by every region, which is how a client learns the right one.
    func bucketLocation(_ name: String, _ call: S3Call) throws(S3Refusal) -> Response {
        guard let bucket = buckets[name] else { throw S3Refusal.noSuchBucket(name) }
        try checkOwner(bucket, call)
        return S3Answer.document("LocationConstraint") { xml in
            if bucket.region != "us-east-1" { xml.escape(bucket.region) }
        }
    }

    func listBuckets(_ call: S3Call) -> Response {
        let mine = buckets.values.filter { $0.owner == call.account }.sorted { $0.name < $1.name }
        return S3Answer.document("ListAllMyBucketsResult") { xml in
            xml.element("Owner") { $0.text("ID", call.account) }
            xml.list("Buckets", of: mine, each: "Bucket") { xml, bucket in
                xml.text("Name", bucket.name)
                xml.text("CreationDate", bucket.createdAt.rfc3339)
                xml.text("BucketRegion", bucket.region)
            }
        }
    }
}
