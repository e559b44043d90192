public import SlipwayBase
internal import SlipwayHTTP

extension AWSEndpoint {
    /// Which of the hosts of a region is meant.
    public struct Variant: Hashable, Sendable {
        /// The host whose cryptography is validated after FIPS 140.
        public var isFIPS: Bool
        /// The host that has IPv6 addresses too.
        public var isDualStack: Bool

        /// Makes a choice; by default the ordinary host.
        public init(isFIPS: Bool = false, isDualStack: Bool = false) {
            (self.isFIPS, self.isDualStack) = (isFIPS, isDualStack)
        }
    }

    /// The host that AWS itself has for `api` in `region`, and how requests to it are signed.
    ///
    /// Throws for what is not the name of a region, and for the one host that is known not to be. Source: the endpoint
    /// rule sets of the SDKs (botocore 1.43); any region of a known form gets a host, so that new ones work.
    public static func regional(
        _ api: AWSAPI,
        region: String,
        variant: Variant = Variant()
    ) throws(InputFailure) -> AWSEndpoint {
        try AWSPartition.check(region: region, from: "the region")
        let partition = AWSPartition(of: region)
        if api == .s3, partition == .china, variant.isFIPS {
            throw InputFailure("S3 has no FIPS hosts in \(region); unset AWS_USE_FIPS_ENDPOINT and use_fips_endpoint")
        }
        let host =
            switch api {
            case .s3: partition.s3Host(region, variant)
            case .route53: partition.route53Host(variant)
            default: partition.host(api, region, variant)
            }
        return AWSEndpoint(
            signingName: api.signingName,
            region: partition.signingRegion(of: api, in: region),
            origin: Origin(scheme: "https", host: host)
        )
    }
}

/// A group of regions with accounts and host names of its own.
enum AWSPartition: String, CaseIterable {
    case standard = "aws"
    case china = "aws-cn"
    case government = "aws-us-gov"
    case europeanSovereign = "aws-eusc"
    case iso = "aws-iso"
    case isoB = "aws-iso-b"
    case isoE = "aws-iso-e"
    case isoF = "aws-iso-f"

    /// The partition of `region`; names of no known beginning are taken for ordinary regions, as the SDKs do.
    init(of region: String) {
        self = Self.allCases.first { $0.prefix.map { region.hasPrefix($0 + "-") } ?? false } ?? .standard
    }

    /// Refuses what is not the name of a region; `place` is where it was said.
    static func check(region: String, from place: String) throws(InputFailure) {
        let parts = region.split(separator: "-", omittingEmptySubsequences: false)
        let isName =
            region.utf8.count <= 40 && parts.count >= 3 && (2...4).contains(parts[0].utf8.count)
            && parts.dropLast().allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x61...0x7A).contains($0) } }
            && (1...2).contains(parts[parts.count - 1].utf8.count)
            && parts[parts.count - 1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isName else {
            throw InputFailure(
                "\(place) is \"\(region.printable(max: 60))\", which is not the name of an AWS region; "
                    + "write one such as eu-west-1"
            )
        }
    }

    private var prefix: String? {
        switch self {
        case .standard: nil
        case .china: "cn"
        case .government: "us-gov"
        case .europeanSovereign: "eusc"
        case .iso: "us-iso"
        case .isoB: "us-isob"
        case .isoE: "eu-isoe"
        case .isoF: "us-isof"
        }
    }

    private var suffix: String {
        switch self {
        case .standard, .government: "amazonaws.com"
        case .china: "amazonaws.com.cn"
        case .europeanSovereign: "amazonaws.eu"
        case .iso: "c2s.ic.gov"
        case .isoB: "sc2s.sgov.gov"
        case .isoE: "cloud.adc-e.uk"
        case .isoF: "csp.hci.ic.gov"
        }
    }

    private var dualStackSuffix: String {
        switch self {
        case .standard, .government: "api.aws"
        case .china: "api.amazonwebservices.com.cn"
        case .europeanSovereign: "api.amazonwebservices.eu"
        case .iso: "api.aws.ic.gov"
        case .isoB: "api.aws.scloud"
        case .isoE: "api.cloud-aws.adc-e.uk"
        case .isoF: "api.aws.hci.ic.gov"
        }
    }

    /// Global services are signed for the region that stands for their partition.
    func signingRegion(of api: AWSAPI, in region: String) -> String {
        guard api == .route53 else { return region }
        return switch self {
        case .standard: "us-east-1"
        case .china: "cn-northwest-1"
        case .government: "us-gov-west-1"
        case .europeanSovereign: "eusc-de-east-1"
        case .iso: "us-iso-east-1"
        case .isoB: "us-isob-east-1"
        case .isoE: "eu-isoe-west-1"
        case .isoF: "us-isof-south-1"
        }
    }

    fileprivate func host(_ api: AWSAPI, _ region: String, _ variant: AWSEndpoint.Variant) -> String {
        // GovCloud's ordinary hosts are the FIPS hosts.
        let isMarked = variant.isFIPS && (self != .government || variant.isDualStack)
        let name = api.hostName + (isMarked ? "-fips" : "")
        return "\(name).\(region).\(variant.isDualStack ? dualStackSuffix : suffix)"
    }

    fileprivate func s3Host(_ region: String, _ variant: AWSEndpoint.Variant) -> String {
        "s3\(variant.isFIPS ? "-fips" : "").\(variant.isDualStack ? "dualstack." : "")\(region).\(suffix)"
    }

    fileprivate func route53Host(_ variant: AWSEndpoint.Variant) -> String {
        let end = variant.isDualStack ? dualStackSuffix : suffix
        if self == .government { return "route53.us-gov.\(end)" }
        let isGlobal =
            variant.isDualStack
            && (self == .standard || !variant.isFIPS && (self == .china || self == .europeanSovereign))
        return "route53\(variant.isFIPS ? "-fips" : "").\(isGlobal ? "global." : "")\(end)"
    }
}
