public import SlipwayBase
public import SlipwayHTTP

/// One bucket, and how requests reach it.
///
/// AWS's own hosts get the bucket in front of the host (`shop.s3.eu-west-1.amazonaws.com`); custom endpoints, IP
/// addresses, and buckets with dots, for which no wildcard certificate holds, get it in front of the path.
public struct S3Bucket: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The region that requests are signed for; the bucket must be there.
    public let region: String
    /// Where requests go; what guards credentials must allow it.
    public let origin: Origin
    /// What stands before the key in the target: `/`, or `/bucket/`.
    let root: String

    /// A bucket at the S3 `endpoint`; throws one sentence when a name could lead a request elsewhere.
    public init(_ name: String, at endpoint: AWSEndpoint) throws(InputFailure) {
        guard Self.isBucket(name) else {
            throw InputFailure(
                "\(name.printable(max: 80)) is no bucket name: 3 to 63 small letters, digits, dots and hyphens,"
                    + " with a letter or digit at both ends."
            )
        }
        guard Self.isRegion(endpoint.region) else {
            throw InputFailure("\(endpoint.region.printable(max: 80)) is no region name such as eu-west-1.")
        }
        (self.name, region) = (name, endpoint.region)
        if Self.isOwnHost(endpoint), !name.contains(".") {
            let host = "\(name).\(endpoint.origin.host)"
            origin = Origin(scheme: endpoint.origin.scheme, host: host, port: endpoint.origin.port)
            root = "/"
        } else {
            (origin, root) = (endpoint.origin, "/\(name)/")
        }
    }

    /// Whether `name` is a bucket's name by S3's rules.
    public static func isBucket(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count), bytes.allSatisfy({ isWord($0) || $0 == 0x2D || $0 == 0x2E }),
            isWord(bytes[0]), isWord(bytes[bytes.count - 1]), !name.contains("..")
        else { return false }
        let parts = name.split(separator: ".")
        return !(parts.count == 4 && parts.allSatisfy { UInt8($0) != nil })
    }

    /// Whether `name` can be a region's: small letters, digits and hyphens.
    public static func isRegion(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return (2...50).contains(bytes.count) && bytes.allSatisfy { isWord($0) || $0 == 0x2D }
            && bytes.first != 0x2D && bytes.last != 0x2D
    }

    /// The path and query of an object, with `query` already encoded; every byte of the key is encoded once.
    func target(_ key: String, query: String = "") -> String {
        root + S3Encoding.path(key) + (query.isEmpty ? "" : "?\(query)")
    }

    /// The path and query of the bucket itself.
    func target(query: String) -> String { root + (query.isEmpty ? "" : "?\(query)") }

    private static func isWord(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }

    /// Whether AWS itself serves buckets as names below the host.
    private static func isOwnHost(_ endpoint: AWSEndpoint) -> Bool {
        [(false, false), (false, true), (true, false), (true, true)].contains { isFIPS, isDualStack in
            let variant = AWSEndpoint.Variant(isFIPS: isFIPS, isDualStack: isDualStack)
            let own = try? AWSEndpoint.regional(.s3, region: endpoint.region, variant: variant)
            return own?.origin == endpoint.origin
        }
    }
}

/// Percent-encoding as signatures want it: letters, digits and `-._~` stay as they are.
enum S3Encoding {
    /// A key in a path: `/` stays too.
    static func path(_ key: String) -> String { key.percentEncoded(keeping: "/") }

    /// A value in a query.
    static func query(_ value: String) -> String { value.percentEncoded() }
}
