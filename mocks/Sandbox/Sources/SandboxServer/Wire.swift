import HTTPTypes
import NIOHTTP1
import SlipwayBase
import SlipwayHTTP

/// Between NIO's words for requests and responses and Slipway's.
enum Wire {
    /// What the Host field says.
    static func origin(host: String, isSecure: Bool) -> Origin {
        let scheme = isSecure ? "https" : "http"
        return Origin(url: "\(scheme)://\(host)") ?? Origin(scheme: scheme, host: "localhost")
    }

    static func request(_ head: HTTPRequestHead, body: [UInt8], to origin: Origin) -> Request {
        var fields = HTTPFields()
        for (name, value) in head.headers where !Self.isHost(name) {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        let method = HTTPRequest.Method(head.method.rawValue) ?? .get
        // Proxies and some clients send the whole URL.
        let target = head.uri.hasPrefix("/") ? head.uri : Origin.split(head.uri)?.target ?? "/"
        return Request(method, origin, target, headers: fields, body: body.isEmpty ? .none : .bytes(body))
    }

    static func head(_ response: Response, for request: HTTPRequestHead, length: Int?, closes: Bool) -> HTTPResponseHead
    {
        var headers = HTTPHeaders()
        headers.reserveCapacity(response.headers.count + 2)
        for field in response.headers { headers.add(name: field.name.rawName, value: field.value) }
        let hasNoBody = response.status == 204 || response.status == 304 || response.status < 200
        if let length, !hasNoBody, response.headers[.contentLength] == nil {
            headers.add(name: "Content-Length", value: String(length))
        }
        if closes, request.version.major < 2 { headers.replaceOrAdd(name: "Connection", value: "close") }
        return HTTPResponseHead(
            version: request.version,
            status: HTTPResponseStatus(statusCode: response.status),
            headers: headers
        )
    }

    private static func isHost(_ name: String) -> Bool { name.utf8.count == 4 && name.lowercased() == "host" }
}
