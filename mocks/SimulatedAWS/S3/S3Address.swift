/// Which bucket and key a request names, whether the bucket stands in the host or in the path.
struct S3Address: Hashable, Sendable {
    /// The bucket; nil for the service itself.
    var bucket: String?
    /// The key; nil for the bucket itself.
    var key: String?
    /// The region of the endpoint; nil when the host names none.
    var region: String?
    /// The fields of the query.
    var query: QueryParameters

    /// Nil when the target cannot be decoded.
    init?(host: String, target: String) {
        guard let target = RequestTarget(target) else { return nil }
        query = target.query
        var path = target.path.dropFirst()
        let (name, region) = Self.split(host)
        self.region = region
        if let name {
            bucket = name
        } else {
            let end = path.firstIndex(of: "/") ?? path.endIndex
            bucket = path[..<end].isEmpty ? nil : String(path[..<end])
            path = path[end...].dropFirst()
        }
        key = path.isEmpty ? nil : String(path)
    }

    /// The bucket before `s3`, and the region after it: `name.s3.eu-west-1.amazonaws.com`, `s3-eu-west-1.…`,
    /// `name.s3.dualstack.…`; on this machine `name.localhost`.
    private static func split(_ host: String) -> (bucket: String?, region: String?) {
        if host.hasSuffix(".localhost") { return (String(host.dropLast(".localhost".count)), nil) }
        let suffix = [".amazonaws.com", ".amazonaws.com.cn"].first { host.hasSuffix($0) }
        let labels = host.dropLast(suffix?.count ?? 0).split(separator: ".")
        guard suffix != nil, let mark = labels.lastIndex(where: { $0 == "s3" || $0.hasPrefix("s3-") }) else {
            return (nil, nil)
        }
        let bucket = labels[..<mark].joined(separator: ".")
        let after = labels[(mark + 1)...].first { $0 != "dualstack" }
        let joined = labels[mark] == "s3-fips" ? nil : labels[mark].dropFirst("s3-".count)
        return (bucket.isEmpty ? nil : bucket, (after ?? joined).flatMap { $0.isEmpty ? nil : String($0) })
    }
}
