import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A request that has been found fit to send, with everything libcurl needs to know about it. Immutable.
struct RequestPlan: Sendable {
    let request: Request
    let tls: TLSSettings
    let proxy: ProxyChoice
    let settings: CurlClient.Settings
    let upload: UploadSource?

    init(
        _ request: Request,
        tls: TLSSettings,
        proxy: ProxyChoice,
        settings: CurlClient.Settings
    ) throws(HTTPFailure) {
        if let objection = Self.objection(to: request, tls) {
            throw HTTPFailure(.refused, "\(request.label): \(objection)")
        }
        (self.request, self.tls, self.proxy, self.settings) = (request, tls, proxy, settings)
        upload = try UploadSource(of: request)
    }

    /// Why the request must not go out; nil when it may.
    private static func objection(to request: Request, _ tls: TLSSettings) -> String? {
        guard request.target.hasPrefix("/"),
            request.target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 })
        else { return "the path and query must begin with / and be percent-encoded ASCII; encode them" }
        guard ["https", "http"].contains(request.origin.scheme) else { return "only https and http are spoken" }
        guard isHost(request.origin.host) else { return "the host name has characters that no host name has" }
        if let name = tls.serverName, !isHost(name) { return "the TLS server name is not a host name" }
        if (tls.certificate == nil) != (tls.key == nil) {
            return "a client certificate needs its key and a key its certificate; give both or neither"
        }
        for name in [HTTPField.Name("Host"), .contentLength, .transferEncoding].compactMap(\.self)
        where request.headers[name] != nil {
            return "the header \(name.rawName) is written by the transport; leave it out"
        }
        return nil
    }

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: ":"), UInt8(ascii: "%"):
                    true
                default: false
                }
            }
    }

    /// The URL that libcurl is given: only the origin, because the target travels byte for byte beside it.
    var url: String {
        guard let name = tls.serverName, request.origin.scheme == "https" else {
            return request.origin.description + "/"
        }
        return Origin(scheme: "https", host: name, port: request.origin.port).description + "/"
    }

    /// `HOST:PORT:CONNECT-TO-HOST:CONNECT-TO-PORT`, when the name to prove is not the host to reach.
    var detour: String? {
        guard let name = tls.serverName, request.origin.scheme == "https", name.lowercased() != request.origin.host
        else { return nil }
        let port = request.origin.port
        return "\(bracketed(name)):\(port):\(bracketed(request.origin.host)):\(port)"
    }

    /// The lines of the header that libcurl does not write by itself, and those it must not write.
    var headerLines: [String] {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name.rawName);" : "\($0.name.rawName): \($0.value)" }
        // An "Expect: 100-continue" would cost a second of waiting where the server ignores it.
        lines.append("Expect:")
        if request.headers[.userAgent] == nil { lines.append("User-Agent: \(settings.userAgent)") }
        if detour != nil { lines.append("Host: \(request.origin.authority)") }
        return lines
    }

    /// Compressed bodies are asked for and unpacked, unless the caller asks for an encoding or wants a live stream.
    var decompresses: Bool { request.headers[.acceptEncoding] == nil && !request.streamsResponse }

    private func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
