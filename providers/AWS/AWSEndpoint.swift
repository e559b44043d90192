public import SlipwayHTTP

/// One service in one region, as requests reach it and are signed for it.
public struct AWSEndpoint: Hashable, Sendable {
    /// The name in signatures: `elasticbeanstalk`, `s3`, `sts`, `elasticloadbalancing`, `autoscaling` or `route53`.
    public var signingName: String
    /// The region in signatures.
    public var region: String
    /// Where requests go.
    public var origin: Origin

    /// Makes an endpoint.
    public init(signingName: String, region: String, origin: Origin) {
        (self.signingName, self.region, self.origin) = (signingName, region, origin)
    }
}
