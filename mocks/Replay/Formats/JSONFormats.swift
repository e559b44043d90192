internal import Foundation
internal import SlipwayBase
internal import SlipwayHTTP

extension Field {
    /// The exchanges of an HTTP archive: `log.entries`. Source: HAR 1.2.
    func archiveExchanges() throws(CassetteFailure) -> [ForeignExchange] {
        var exchanges: [ForeignExchange] = []
        for entry in try member("log").list("entries") {
            let (request, response) = (try entry.member("request"), try entry.member("response"))
            var exchange = ForeignExchange(
                place: entry.path,
                method: try request.text("method"),
                url: try request.text("url")
            )
            exchange.requestHeaders = try request.namedHeaders()
            exchange.requestBody = Array((try request.optional("postData")?.optionalText("text") ?? "").utf8)
            exchange.headers = try response.namedHeaders()
            exchange.status = try response.int("status")
            if let content = try response.optional("content"), let text = try content.optionalText("text") {
                let isEncoded = try content.optionalText("encoding") == "base64"
                exchange.body = isEncoded ? try ForeignExchange.decoded(text, content.failure) : Array(text.utf8)
            }
            // A status of 0 is how an archive says that no answer came.
            if exchange.status == 0 { exchange.failure = HTTPFailure(.unanswered, "no answer came") }
            exchange.after = ForeignExchange.milliseconds(entry.value["time"]?.number ?? 0)
            exchange.recordedAt = try entry.optionalText("startedDateTime")?.asRFC3339
            exchanges.append(exchange)
        }
        return exchanges
    }

    /// The exchanges of Azure's test proxy: `Entries`.
    func proxyExchanges() throws(CassetteFailure) -> [ForeignExchange] {
        var exchanges: [ForeignExchange] = []
        for entry in try list("Entries") {
            var exchange = ForeignExchange(
                place: entry.path,
                method: try entry.text("RequestMethod"),
                url: try entry.text("RequestUri")
            )
            exchange.requestHeaders = try entry.headerMap("RequestHeaders")
            exchange.requestBody = try entry.proxyBody("RequestBody", exchange.requestHeaders)
            exchange.status = try entry.int("StatusCode")
            exchange.headers = try entry.headerMap("ResponseHeaders")
            exchange.body = try entry.proxyBody("ResponseBody", exchange.headers)
            exchanges.append(exchange)
        }
        return exchanges
    }

    /// A document, a text, lines, or bytes in base64 where the media type is none of text.
    private func proxyBody(_ name: String, _ headers: [(String, String)]) throws(CassetteFailure) -> [UInt8] {
        guard let field = try optional(name) else { return [] }
        switch field.value {
        case .string(let text):
            let type = headers.first { $0.0.lowercased() == "content-type" }?.1.lowercased() ?? ""
            let isBinary = type.hasPrefix("application/octet-stream") || type.hasPrefix("application/zip")
            return isBinary ? try ForeignExchange.decoded(text, field.failure) : Array(text.utf8)
        case .array(let lines) where !lines.isEmpty && lines.allSatisfy({ $0.string != nil }):
            return Array(lines.compactMap(\.string).joined().utf8)
        default: return field.value.bytes
        }
    }

    /// `[{"name": …, "value": …}]`
    private func namedHeaders() throws(CassetteFailure) -> [(String, String)] {
        guard try optional("headers") != nil else { return [] }
        var pairs: [(String, String)] = []
        for field in try list("headers") { pairs.append((try field.text("name"), try field.text("value"))) }
        return pairs
    }

    /// A map from names to texts or lists of them.
    func headerMap(_ name: String) throws(CassetteFailure) -> [(String, String)] {
        guard let field = try optional(name) else { return [] }
        guard let object = field.value.object else { throw field.failure("it is not an object") }
        return object.members.flatMap { key, value -> [(String, String)] in
            (value.array ?? [value]).compactMap { $0.string.map { (key, $0) } }
        }
    }
}

extension JSON {
    /// The number, whole or not; nil when it is none.
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
