import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import Testing

@testable import SlipwaySimulatedAWS

/// Builds requests as they reach a service once the caller is known.
struct Asking {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)

    var account = "123456789012"
    var region = "us-east-1"
    var now = Self.start

    /// A request of a REST protocol.
    func rest(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ headers: [(String, String)] = [],
        body: String = "",
        host: String = "127.0.0.1"
    ) -> ServiceRequest {
        rest(method, target, headers, bytes: Array(body.utf8), host: host)
    }

    /// A request of a REST protocol with any body.
    func rest(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ headers: [(String, String)] = [],
        bytes: [UInt8],
        host: String = "127.0.0.1"
    ) -> ServiceRequest {
        var request = Request(method, Origin(scheme: "https", host: host), target)
        for (name, value) in headers { request.headers.set(name, value) }
        if !bytes.isEmpty { request.body = .bytes(bytes) }
        return service(request, QueryParameters())
    }

    /// A request of the Query protocol.
    func query(_ action: String, _ fields: [(String, String)] = []) -> ServiceRequest {
        let pairs = [("Action", action)] + fields
        return service(
            Request(.post, Origin(scheme: "https", host: "127.0.0.1"), "/"),
            QueryParameters(pairs.map { QueryParameters.Pair(name: $0.0, value: $0.1) })
        )
    }

    private func service(_ request: Request, _ parameters: QueryParameters) -> ServiceRequest {
        ServiceRequest(
            request: request,
            parameters: parameters,
            region: region,
            account: account,
            now: now,
            requestID: "0000-1111"
        )
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The root of the XML body.
    var xml: ReadElement? { XMLReading.root(of: body) }

    /// The code of an error body, in whichever of the two places it stands.
    var code: String? { xml?["Code"]?.text ?? xml?["Error"]?["Code"]?.text }

    /// The sentence of an error body.
    var message: String? { xml?["Message"]?.text ?? xml?["Error"]?["Message"]?.text }

    /// What is inside `<ActionResponse><ActionResult>`.
    var result: ReadElement? { xml?.children.first { $0.name.hasSuffix("Result") } }

    func header(_ name: String) -> String? { headers.value(name) }
}

extension ReadElement {
    /// The names of the elements in it, in order.
    var names: [String] { children.map(\.name) }

    /// The texts of the elements in it.
    var texts: [String] { children.map(\.text) }

    /// Follows names from element to element.
    func at(_ path: String...) -> ReadElement? { path.reduce(self) { $0?[$1] } }
}
