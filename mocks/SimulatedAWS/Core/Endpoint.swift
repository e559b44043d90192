import SlipwayHTTP

/// Which service, in which region, a request is for.
struct Endpoint: Hashable, Sendable {
    /// The name in signatures.
    var service: String
    /// The region that the host names; nil when it names none.
    var region: String?

    /// By the host; nil when it is none of AWS's, such as this machine itself.
    init?(host: String) {
        let suffix = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"].first { host.hasSuffix($0) }
        guard let suffix else { return nil }
        let labels = host.dropLast(suffix.count).split(separator: ".").map(String.init)
        if let mark = labels.lastIndex(where: { $0 == "s3" || $0.hasPrefix("s3-") }) {
            service = "s3"
            region = labels.dropFirst(mark + 1).first { $0 != "dualstack" }
            return
        }
        guard let first = labels.first else { return nil }
        service = first.hasSuffix("-fips") ? String(first.dropLast(5)) : first
        region = labels.dropFirst().first
        // Without a region these are the global endpoints.
        if region == nil, ["sts", "route53"].contains(service) { region = "us-east-1" }
    }

    /// A service by name, in whatever region the request is signed for.
    init(service: String) { (self.service, region) = (service, nil) }
}
