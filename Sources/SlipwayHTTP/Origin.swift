/// Scheme, host and port: what a credential is good for.
public struct Origin: Hashable, Codable, Sendable, CustomStringConvertible {
    /// `https` or `http`.
    public var scheme: String
    /// The host in lower case; IPv6 addresses without brackets.
    public var host: String
    /// The port, explicit even where it is the scheme's own.
    public var port: Int

    /// Makes an origin; a nil port is the scheme's own.
    public init(scheme: String, host: String, port: Int? = nil) {
        self.scheme = scheme.lowercased()
        self.host = host.lowercased()
        self.port = port ?? (scheme.lowercased() == "https" ? 443 : 80)
    }

    /// The origin of an absolute `http` or `https` URL; nil for anything else, and for URLs with user names in them.
    public init?(url: String) {
        guard let origin = Self.split(url)?.origin else { return nil }
        self = origin
    }

    /// `https://host` or `https://host:8443`, brackets around IPv6.
    public var description: String { "\(scheme)://\(authority)" }

    /// `host` or `host:8443`, brackets around IPv6: what the Host field says, and so what signatures cover.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isDefault = (scheme == "https" && port == 443) || (scheme == "http" && port == 80)
        return isDefault ? name : "\(name):\(port)"
    }

    /// Whether the host is this machine itself.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        // All four numbers: 127.example.com is a name like any other.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension Origin {
    /// An absolute URL taken apart: its origin, and path and query byte for byte (`/` when empty, no fragment).
    public static func split(_ url: String) -> (origin: Origin, target: String)? {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()) else { return nil }
        let rest = parts[1]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.isEmpty, !authority.contains("@"), authority.allSatisfy({ $0.isASCII && !$0.isWhitespace }),
            let (host, port) = hostAndPort(authority)
        else { return nil }
        var target = String(rest[end...].prefix { $0 != "#" })
        if !target.hasPrefix("/") { target = "/" + target }
        return (Origin(scheme: String(parts[0]), host: host, port: port), target)
    }

    private static func hostAndPort(_ authority: Substring) -> (String, Int?)? {
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            let host = String(authority[authority.index(after: authority.startIndex)..<close])
            let rest = authority[authority.index(after: close)...]
            guard !rest.isEmpty else { return (host, nil) }
            guard rest.hasPrefix(":"), let port = portNumber(rest.dropFirst()) else { return nil }
            return (host, port)
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1 where !parts[0].isEmpty: return (String(parts[0]), nil)
        case 2 where !parts[0].isEmpty: return portNumber(parts[1]).map { (String(parts[0]), $0) }
        default: return nil
        }
    }

    private static func portNumber(_ text: Substring) -> Int? {
        guard text.allSatisfy(\.isNumber), let port = Int(text), (1...65_535).contains(port) else { return nil }
        return port
    }
}
