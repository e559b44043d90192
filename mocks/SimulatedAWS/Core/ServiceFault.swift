import HTTPTypes
import SlipwayHTTP

/// Why a service refuses a request, in AWS's own words.
struct ServiceFault: Error, Hashable, Sendable {
    /// The HTTP status.
    var status: Int
    /// AWS's code, such as `InvalidParameterValue`.
    var code: String
    /// The sentence.
    var message: String

    /// A refusal; most of them are 400.
    init(_ code: String, _ message: String, status: Int = 400) {
        (self.status, self.code, self.message) = (status, code, message)
    }

    /// The answer of a service that speaks the Query protocol, in the namespace of its answers.
    func queryResponse(namespace: String, requestID: String) -> Response {
        var xml = XMLWriter()
        xml.element("ErrorResponse", "xmlns=\"\(namespace)\"") { xml in
            xml.element("Error") { xml in
                xml.text("Type", status < 500 ? "Sender" : "Receiver")
                xml.text("Code", code)
                xml.text("Message", message)
            }
            xml.text("RequestId", requestID)
        }
        return Response(status: status, headers: .xml, body: xml.bytes)
    }
}

/// The answer to an operation of the Query protocol.
enum QueryAnswer {
    /// `<ActionResponse xmlns=…><ActionResult>…</ActionResult><ResponseMetadata>…`; no result without `content`.
    static func response(
        _ action: String,
        namespace: String,
        requestID: String,
        _ content: ((inout XMLWriter) -> Void)? = nil
    ) -> Response {
        var xml = XMLWriter()
        xml.named(action + "Response", "xmlns=\"\(namespace)\"") { xml in
            if let content { xml.named(action + "Result", "", content) }
            xml.element("ResponseMetadata") { $0.text("RequestId", requestID) }
        }
        return Response(status: 200, headers: .xml, body: xml.bytes)
    }
}

extension HTTPFields {
    /// `Content-Type: text/xml`; the world adds Date and the request's number.
    static var xml: HTTPFields { [.contentType: "text/xml"] }
}
