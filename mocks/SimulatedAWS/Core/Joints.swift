import SlipwayBase

// Where one service looks at another.
extension AWSWorld {
    /// What Elastic Beanstalk sees when it looks for the bundle of a new application version.
    func look(at call: ServiceRequest) -> ElasticBeanstalk.BundleLook? {
        guard call.parameters["Action"] == "CreateApplicationVersion",
            let bucket = call.parameters.text("SourceBundle.S3Bucket"),
            let key = call.parameters.text("SourceBundle.S3Key")
        else { return nil }
        guard let region = storage.region(ofBucket: bucket) else { return .notFound }
        if region != call.region { return .elsewhere }
        if storage.owner(ofBucket: bucket) != call.account { return .forbidden }
        return storage.object(key, in: bucket).map { .present(bytes: $0.byteCount) } ?? .notFound
    }

    /// The object that goes with an application version when the request says so.
    func doomedBundle(_ call: ServiceRequest) -> (bucket: String, key: String)? {
        guard call.parameters["Action"] == "DeleteApplicationVersion", call.parameters["DeleteSourceBundle"] == "true"
        else { return nil }
        let application = PlacedName(place: call.place, name: call.parameters["ApplicationName"] ?? "")
        let versions = beanstalk.applications[application]?.versions ?? []
        return versions.first { $0.label == call.parameters["VersionLabel"] }.map { ($0.bucket, $0.key) }
    }

    /// Makes the bucket that `CreateStorageLocation` gives.
    mutating func makeStorageLocation(_ place: Place) {
        storage.addBucket(ElasticBeanstalk.bucket(place), region: place.region, owner: place.account, at: now)
    }

    /// Shows environments to load balancing as they are now, and takes away what belonged to those that are gone.
    mutating func showFleets() {
        for fleet in beanstalk.fleets { balancing.show(fleet, at: now) }
        for environment in beanstalk.environments where environment.isGone {
            guard let arn = environment.targetGroupARN else { continue }
            _ = balancing.removeTargetGroup(arn)
            if environment.options[.isShared] != "true", let own = environment.loadBalancerARN {
                balancing.removeLoadBalancer(own)
            }
        }
    }
}

extension ElasticBeanstalk {
    /// What load balancing and autoscaling see of environments.
    var fleets: [Fleet] {
        environments.filter { !$0.isGone }.map { environment in
            Fleet(
                environmentID: environment.id,
                environmentName: environment.name,
                account: environment.place.account,
                region: environment.place.region,
                autoScalingGroup: environment.autoScalingGroup,
                targetGroupARN: environment.targetGroupARN,
                loadBalancerARN: environment.loadBalancerARN,
                sizeMin: environment.options.sizeMin,
                sizeMax: environment.options.sizeMax,
                members: environment.instances.map { member($0, of: environment) }
            )
        }
    }

    private func member(_ instance: Instance, of environment: Environment) -> Fleet.Member {
        var state: String?
        if instance.isRegistered {
            state = instance.works(at: now) ? "healthy" : "unhealthy"
        } else if instance.deployment == .deployed, environment.operation != nil {
            state = "initial"
        }
        return Fleet.Member(id: instance.id, zone: instance.zone, targetState: state)
    }
}

extension SignatureRefusal {
    /// In the words of S3.
    func inS3(at now: Timestamp) -> S3Refusal {
        switch self {
        case .missing: .accessDenied
        case .malformed(let reason): S3Refusal(400, "AuthorizationHeaderMalformed", reason)
        case .unknownKey(let id):
            S3Refusal(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                [("AWSAccessKeyId", id)]
            )
        case .wrongToken: S3Refusal(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        case .expiredToken: S3Refusal(400, "ExpiredToken", "The provided token has expired.")
        case .skewed(_, let stamp):
            S3Refusal(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                [
                    ("RequestTime", stamp), ("ServerTime", now.rfc3339Seconds),
                    ("MaxAllowedSkewMilliseconds", "900000"),
                ]
            )
        case .wrongRegion(let region, let expected):
            S3Refusal(
                400,
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; the region '\(region)' is wrong; expecting '\(expected)'",
                [("Region", expected)]
            )
        case .mismatch:
            S3Refusal(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and "
                    + "signing method."
            )
        case .wrongPayload:
            S3Refusal(
                400,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed."
            )
        }
    }
}
