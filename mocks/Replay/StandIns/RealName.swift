internal import SlipwayBase
internal import SlipwayHTTP

/// A name that tells whose recording it is: of an account, a subscription, a tenant, a principal, a lock's
/// holder, or a host.
struct RealName: Hashable {
    enum Kind: Hashable {
        case account
        case subscription
        case tenant
        case principal
        /// Whoever holds a lock.
        case holder
        /// A host, by what comes after the part that its owner chose; empty for a name of the owner's own.
        case host(suffix: String)
    }

    var kind: Kind
    /// In small letters.
    var text: String

    init(_ kind: Kind, _ text: some StringProtocol) { (self.kind, self.text) = (kind, text.lowercased()) }

    /// The stand-in number `number` of a kind, from 1. Source of the reserved `.example`: RFC 2606.
    static func standIn(_ kind: Kind, _ number: Int) -> String {
        switch kind {
        case .account: padded(number, 12)
        case .subscription: "00000000-0000-0000-0000-\(padded(number, 12))"
        case .tenant: "00000000-0000-0000-0001-\(padded(number, 12))"
        case .principal: "00000000-0000-0000-0002-\(padded(number, 12))"
        case .holder: "holder-\(number)"
        case .host(let suffix): "host-\(number)\(suffix.isEmpty ? ".example" : suffix)"
        }
    }

    private static func padded(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(count - digits.count, 0)) + digits
    }

    /// Whether the name is a stand-in already, ours or another recorder's.
    var isStandIn: Bool {
        switch kind {
        case .account: text.hasPrefix("00000000")
        case .subscription, .tenant, .principal: text.hasPrefix("00000000-0000-0000-")
        case .holder: text.hasPrefix("holder-") && text.dropFirst(7).allSatisfy(\.isNumber)
        case .host:
            text.hasPrefix("host-") && text.dropFirst(5).prefix { $0 != "." }.allSatisfy(\.isNumber)
        }
    }

    /// The host as a name; nil for one that is everybody's.
    static func host(_ host: String) -> RealName? {
        let host = host.lowercased()
        if let suffix = owned.first(where: { host.hasSuffix($0) }) {
            return host.utf8.count > suffix.utf8.count ? RealName(.host(suffix: suffix), host) : nil
        }
        let isShared = shared.contains { host == $0 || host.hasSuffix("." + $0) }
        guard !isShared, !Origin(scheme: "https", host: host).isLoopback, !host.hasPrefix("169.254.") else {
            return host.hasPrefix("host-") && host.hasSuffix(".example") ? RealName(.host(suffix: ""), host) : nil
        }
        return RealName(.host(suffix: ""), host)
    }

    /// Suffixes below which customers choose names; the longer of two that fit stands first.
    static let owned = [
        ".scm.azurewebsites.net", ".azurewebsites.net", ".azmk8s.io", ".elasticbeanstalk.com", ".elb.amazonaws.com",
        ".eks.amazonaws.com", ".blob.core.windows.net", ".vault.azure.net", ".azurefd.net", ".trafficmanager.net",
        ".azurecr.io", ".cloudapp.azure.com", ".database.windows.net", ".servicebus.windows.net", ".cloudfront.net",
    ]

    private static let shared = [
        "amazonaws.com", "amazonaws.com.cn", "api.aws", "azure.com", "microsoftonline.com", "microsoftonline.us",
        "windows.net", "microsoft.com", "usgovcloudapi.net", "chinacloudapi.cn", "azure.cn", "azure.us",
        "kubernetes.default.svc", "kubernetes.default", "cluster.local", "kubernetes.io", "github.com", "example",
        "example.com", "example.org", "example.net", "test", "invalid", "localhost",
    ]
}
