public import SlipwayBase

/// What a connection is secured with: always verified, TLS 1.2 or newer, everything from memory.
public struct TLSSettings: Hashable, Sendable {
    /// PEM certificates to trust instead of the system's; nil trusts the system's.
    public var authorities: [UInt8]?
    /// A PEM client certificate, with any intermediates after it.
    public var certificate: [UInt8]?
    /// The PEM key of the client certificate.
    public var key: Secret<[UInt8]>?
    /// The name the server must prove instead of the host's, also sent as SNI.
    public var serverName: String?
    /// Whether the server need not prove who it is: only ever set because a target says so by name.
    public var isUnverified: Bool

    /// Makes settings.
    public init(
        authorities: [UInt8]? = nil,
        certificate: [UInt8]? = nil,
        key: Secret<[UInt8]>? = nil,
        serverName: String? = nil,
        isUnverified: Bool = false
    ) {
        (self.authorities, self.certificate, self.key) = (authorities, certificate, key)
        (self.serverName, self.isUnverified) = (serverName, isUnverified)
    }
}
