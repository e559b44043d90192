internal import Foundation
internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// One exchange of another program's recording, before it is checked.
struct ForeignExchange {
    /// Its place in the document, for complaints.
    var place: String
    var method: String
    /// Absolute, or a target alone where the recording does not say where it went.
    var url: String
    var requestHeaders: [(String, String)] = []
    var requestBody: [UInt8] = []
    var status = 200
    var headers: [(String, String)] = []
    var body: [UInt8] = []
    var after = Duration.zero
    /// RFC 3339.
    var recordedAt: String?
    var failure: HTTPFailure?
    var repeats = false

    func interaction(in cassette: String) throws(CassetteFailure) -> Interaction {
        func failure(_ problem: String) -> CassetteFailure {
            CassetteFailure(cassette: cassette, problem: "\(place): \(problem)")
        }
        guard let method = HTTPRequest.Method(method) else { throw failure("method is not an HTTP method") }
        let parts = Origin.split(url)
        let target = parts?.target ?? url
        guard target.hasPrefix("/"), target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw failure("its address is neither an absolute URL nor a target in printable ASCII")
        }
        guard (100...599).contains(status) || self.failure != nil else {
            throw failure("\(status) is not a status between 100 and 599")
        }
        let request = RecordedRequest(
            method,
            target,
            to: parts?.origin,
            headers: fields(requestHeaders),
            body: requestBody.isEmpty ? nil : RecordedBody(requestBody)
        )
        let kept = fields(headers).filter { field in
            !RecordedResponse.noise.contains(field.name.canonicalName) && field.name != .contentLength
        }
        let encoding = headers.first { $0.0.lowercased() == "content-encoding" }?.1
        let body: [UInt8]
        do throws(InputFailure) { body = try Inflate.decoded(self.body, encoding: encoding) } catch {
            throw failure("its body: \(error.diagnostics.first?.message ?? "it cannot be decompressed")")
        }
        let content = RecordedResponse.Content.whole(body.isEmpty ? nil : RecordedBody(body))
        let answer = RecordedResponse(status: status, headers: HTTPFields(kept), content: content, after: after)
        let outcome = self.failure.map { RecordedOutcome.failure($0) } ?? .response(answer)
        return Interaction(id: "", title: "", request: request, outcome: outcome, repeats: repeats)
    }

    /// What is no header field is left out: other programs keep the fields of HTTP/2 as well.
    private func fields(_ pairs: [(String, String)]) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in pairs {
            guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        return fields
    }

    /// Milliseconds within bounds.
    static func milliseconds(_ value: Double) -> Duration {
        .milliseconds(Int64(min(max(value, 0), Double(Limits.durationSecondsMax) * 1000)))
    }

    /// The bytes of base64, with line breaks in it.
    static func decoded(_ text: String, _ field: (String) -> CassetteFailure) throws(CassetteFailure) -> [UInt8] {
        guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }) else {
            throw field("its base64 is malformed")
        }
        return Array(data)
    }
}
