import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A request to Azure Resource Manager that was let in.
struct ARMCall: Sendable {
    var method: HTTPRequest.Method
    /// What it is about.
    var address: ARMAddress
    /// The fields of the query.
    var query: FormFields
    /// The body; nil when it is empty.
    var body: JSON?
    /// Where it was sent, which is where addresses in answers lead.
    var origin: Origin
    /// The version of the API that it names.
    var version: String
    var now: Timestamp

    /// `properties` of the body.
    var properties: JSON { body?["properties"] ?? [:] }
}

/// Answers in the form of Azure Resource Manager.
enum ARMAnswer {
    /// JSON, with an entity tag where there is one.
    static func json(_ body: JSON, status: Int = 200, tag: String? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.eTag] = tag
        return Response(status: status, headers: headers, body: body.bytes)
    }

    /// Nothing in the body.
    static func empty(_ status: Int = 200, tag: String? = nil) -> Response {
        var headers: HTTPFields = [:]
        headers[.eTag] = tag
        return Response(status: status, headers: headers)
    }

    /// A list of one page.
    static func list(_ elements: [JSON]) -> Response {
        json(["value": .array(elements), "nextLink": .null])
    }
}
