internal import Foundation
internal import SlipwayBase
internal import SlipwayHTTP

extension ForeignYAML {
    /// The exchanges of Ruby's VCR: `http_interactions` with `request`, `response` and `recorded_at`.
    func rubyExchanges() throws(CassetteFailure) -> [ForeignExchange] {
        var exchanges: [ForeignExchange] = []
        for element in try member("http_interactions").list() {
            let (request, response) = (try element.member("request"), try element.member("response"))
            var exchange = ForeignExchange(
                place: element.path,
                method: try request.member("method").text().uppercased(),
                url: try request.member("uri").text()
            )
            exchange.requestHeaders = try request.headers("headers")
            exchange.requestBody = try request.body()
            exchange.status = try response.member("status").member("code").number()
            exchange.headers = try response.headers("headers")
            exchange.body = try response.body()
            exchange.recordedAt = try element.optional("recorded_at")?.text().asRFC3339
            exchanges.append(exchange)
        }
        return exchanges
    }

    /// The exchanges of go-vcr: `interactions` with `request` and `response`.
    func goExchanges() throws(CassetteFailure) -> [ForeignExchange] {
        if let version = try optional("version")?.text(), !["1", "2"].contains(version) {
            throw failure("it has version \(version.printable(max: 20)) of go-vcr's files, and 1 and 2 are read")
        }
        var exchanges: [ForeignExchange] = []
        for element in try member("interactions").list() {
            let (request, response) = (try element.member("request"), try element.member("response"))
            var exchange = ForeignExchange(
                place: element.path,
                method: try request.member("method").text(),
                url: try request.member("url").text()
            )
            exchange.requestHeaders = try request.headers("headers")
            exchange.requestBody = try request.body()
            exchange.status = try response.member("code").number()
            exchange.headers = try response.headers("headers")
            exchange.body = try response.body()
            if let text = try response.optional("duration")?.text() { exchange.after = Self.duration(ofGo: text) }
            exchanges.append(exchange)
        }
        return exchanges
    }

    private func number() throws(CassetteFailure) -> Int {
        guard let number = Int(try text()) else { throw failure("it is not a whole number") }
        return number
    }

    /// A map from names to texts or lists of them.
    private func headers(_ name: String) throws(CassetteFailure) -> [(String, String)] {
        guard let field = try optional(name) else { return [] }
        var pairs: [(String, String)] = []
        for (name, value) in try field.map() {
            switch value.content {
            case .nothing: continue
            case .list(let elements): for element in elements { pairs.append((name, try element.text())) }
            default: pairs.append((name, try value.text()))
            }
        }
        return pairs
    }

    /// `body`: a text, or a map with `string` or `base64_string`.
    private func body() throws(CassetteFailure) -> [UInt8] {
        guard let field = try optional("body") else { return [] }
        switch field.content {
        case .nothing: return []
        case .text(let text): return Array(text.utf8)
        case .bytes(let bytes): return bytes
        case .list: throw field.failure("a body is not a list")
        case .map:
            if let encoded = try field.optional("base64_string") {
                return try ForeignExchange.decoded(try encoded.text(), encoded.failure)
            }
            guard let string = try field.optional("string") else { return [] }
            if case .bytes(let bytes) = string.content { return bytes }
            return Array(try string.text().utf8)
        }
    }

    /// `1.5s`, `120.34ms` or `1m2s`; zero for what is none.
    private static func duration(ofGo text: String) -> Duration {
        var (total, number, unit) = (0.0, "", "")
        let units = ["ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
        for character in text + "0" {
            if character.isNumber || character == "." {
                if !unit.isEmpty {
                    total += (Double(number) ?? 0) * (units[unit] ?? 0)
                    (number, unit) = ("", "")
                }
                number.append(character)
            } else {
                unit.append(character)
            }
        }
        return ForeignExchange.milliseconds(total)
    }
}

extension String {
    /// The time of an HTTP date or of RFC 3339, as the latter; nil for what is neither.
    var asRFC3339: String? {
        if let time = Timestamp(httpDate: self) { return time.rfc3339Seconds }
        return Timestamp(rfc3339: self)?.rfc3339Seconds
    }
}
