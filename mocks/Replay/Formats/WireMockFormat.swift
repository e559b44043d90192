internal import Foundation
internal import SlipwayBase
internal import SlipwayHTTP

extension Field {
    /// The exchanges of WireMock's stub mappings: one mapping, or `mappings`.
    ///
    /// A stub without a scenario is answered without end; those of a scenario come one after the other. Patterns are
    /// refused: they are no recording of a request.
    func stubExchanges() throws(CassetteFailure) -> [ForeignExchange] {
        let mappings = try optional("mappings") == nil ? [self] : try list("mappings")
        var stubs: [(scenario: String, state: Int, exchange: ForeignExchange)] = []
        for mapping in mappings {
            let scenario = try mapping.optionalText("scenarioName") ?? ""
            let state = try mapping.optionalText("requiredScenarioState") ?? "Started"
            let number = Int(state.reversed().prefix { $0.isNumber }.reversed().map(String.init).joined()) ?? 1
            stubs.append((scenario, number, try mapping.stub()))
        }
        for index in stubs.indices {
            let (scenario, state) = (stubs[index].scenario, stubs[index].state)
            let isLast = !stubs.contains { $0.scenario == scenario && $0.state > state }
            stubs[index].exchange.repeats = scenario.isEmpty || isLast
        }
        // Scenarios keep their places; only their own states are put in order.
        let order = Dictionary(grouping: stubs.indices, by: { stubs[$0].scenario }).mapValues { indices in
            indices.sorted { stubs[$0].state < stubs[$1].state }
        }
        var next: [String: Int] = [:]
        return stubs.indices.map { index in
            let scenario = stubs[index].scenario
            guard !scenario.isEmpty else { return stubs[index].exchange }
            defer { next[scenario, default: 0] += 1 }
            return stubs[order[scenario]?[next[scenario, default: 0]] ?? index].exchange
        }
    }

    private func stub() throws(CassetteFailure) -> ForeignExchange {
        let (request, response) = (try member("request"), try member("response"))
        var exchange = ForeignExchange(place: path, method: try request.text("method"), url: try request.stubTarget())
        exchange.requestHeaders = try request.stubHeaders()
        exchange.requestBody = try request.stubBody()
        exchange.status = try response.optional("status") == nil ? 200 : try response.int("status")
        exchange.headers = try response.headerMap("headers")
        if let delay = response.value["fixedDelayMilliseconds"]?.number {
            exchange.after = ForeignExchange.milliseconds(delay)
        }
        if let fault = try response.optionalText("fault") {
            exchange.failure = HTTPFailure(.unanswered, "the connection broke off (\(fault.printable(max: 60)))")
        }
        if let text = try response.optionalText("body") {
            exchange.body = Array(text.utf8)
        } else if let document = try response.optional("jsonBody") {
            exchange.body = document.value.bytes
        } else if let text = try response.optionalText("base64Body") {
            exchange.body = try ForeignExchange.decoded(text, response.failure)
        } else if try response.optional("bodyFileName") != nil {
            throw response.failure("its body stands in a file; export the mapping with its body in it")
        }
        return exchange
    }

    private func stubTarget() throws(CassetteFailure) -> String {
        let target: String
        if let url = try optionalText("url") {
            target = url
        } else if let path = try optionalText("urlPath") {
            target = path
        } else {
            throw failure("its address is a pattern, and only url and urlPath are read")
        }
        guard let object = try optional("queryParameters")?.value.object, !object.isEmpty else { return target }
        var pairs: [String] = []
        for (key, value) in object.members {
            guard let text = value["equalTo"]?.string else {
                throw failure("query \(key.printable(max: 60)) is a pattern")
            }
            pairs.append("\(key.percentEncoded)=\(text.percentEncoded)")
        }
        return target + (target.contains("?") ? "&" : "?") + pairs.joined(separator: "&")
    }

    private func stubHeaders() throws(CassetteFailure) -> [(String, String)] {
        guard let object = try optional("headers")?.value.object else { return [] }
        return object.members.compactMap { key, value in value["equalTo"]?.string.map { (key, $0) } }
    }

    private func stubBody() throws(CassetteFailure) -> [UInt8] {
        guard try optional("bodyPatterns") != nil, let pattern = try list("bodyPatterns").first else { return [] }
        if let text = try pattern.optionalText("equalTo") { return Array(text.utf8) }
        if let text = try pattern.optionalText("binaryEqualTo") {
            return try ForeignExchange.decoded(text, pattern.failure)
        }
        guard let document = try pattern.optional("equalToJson") else {
            throw pattern.failure("it is a pattern; only equalTo, equalToJson and binaryEqualTo are read")
        }
        return document.value.string.map { Array($0.utf8) } ?? document.value.bytes
    }
}

extension String {
    /// Everything that is not unreserved as `%` and two digits.
    var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            if byte.isWordByte || "-._~$".utf8.contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }
}
