/// The parts of AWS that Slipway speaks to.
public enum AWSAPI: String, CaseIterable, Hashable, Sendable {
    /// Elastic Beanstalk.
    case elasticBeanstalk
    /// S3.
    case s3
    /// The Security Token Service.
    case sts
    /// Elastic Load Balancing, version 2.
    case elasticLoadBalancing
    /// EC2 Auto Scaling.
    case autoScaling
    /// Route 53, which is one for all regions of a partition.
    case route53
    /// The portal of IAM Identity Center, which gives the credentials of a role.
    case sso
    /// The token endpoint of IAM Identity Center.
    case ssoOIDC

    /// The name in signatures.
    public var signingName: String {
        switch self {
        case .elasticBeanstalk: "elasticbeanstalk"
        case .s3: "s3"
        case .sts: "sts"
        case .elasticLoadBalancing: "elasticloadbalancing"
        case .autoScaling: "autoscaling"
        case .route53: "route53"
        case .sso: "awsssoportal"
        case .ssoOIDC: "sso-oauth"
        }
    }

    /// The name in `services` sections of the config file; in upper case, the end of `AWS_ENDPOINT_URL_…`.
    ///
    /// Source: the service ids of the SDKs, in lower case and with underscores.
    public var settingName: String {
        switch self {
        case .elasticBeanstalk: "elastic_beanstalk"
        case .s3: "s3"
        case .sts: "sts"
        case .elasticLoadBalancing: "elastic_load_balancing_v2"
        case .autoScaling: "auto_scaling"
        case .route53: "route_53"
        case .sso: "sso"
        case .ssoOIDC: "sso_oidc"
        }
    }

    /// The first part of the host's name.
    var hostName: String {
        switch self {
        case .sso: "portal.sso"
        case .ssoOIDC: "oidc"
        default: signingName
        }
    }
}
