import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// One request as S3 sees it.
struct S3Call {
    var address: S3Address
    var method: HTTPRequest.Method
    var headers: HTTPFields
    var body: [UInt8]
    /// The region that was signed for.
    var region: String
    var account: String
    var now: Timestamp
    var requestID: String

    init(_ service: ServiceRequest) throws(S3Refusal) {
        let request = service.request
        guard let address = S3Address(host: request.origin.host, target: request.target) else {
            throw S3Refusal(400, "InvalidURI", "Couldn't parse the specified URI.", [("URI", request.target)])
        }
        if case .file = request.body {
            throw S3Refusal.notImplemented("reading the file of a request; send its bytes")
        }
        (self.address, method, headers, body) = (address, request.method, request.headers, service.body)
        (region, account, now, requestID) = (service.region, service.account, service.now, service.requestID)
    }

    /// A field of the query.
    func query(_ name: String) -> String? { address.query[name] }

    /// A number of the query between 0 and `max`; `fallback` when it is not there.
    func number(_ name: String, max: Int, fallback: Int) throws(S3Refusal) -> Int {
        guard let text = address.query.text(name) else { return fallback }
        guard let number = Int(text), number >= 0 else {
            throw S3Refusal.invalidArgument(name, text, "Argument \(name) must be an integer between 0 and 2147483647")
        }
        return min(number, max)
    }
}

/// The answers of S3.
enum S3Answer {
    static let namespace = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

    /// A document whose root is `name`.
    static func document(
        _ name: String,
        attributes: String = namespace,
        _ content: (inout XMLWriter) -> Void
    ) -> Response {
        var xml = XMLWriter()
        xml.named(name, attributes, content)
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        return Response(status: 200, headers: [.contentType: "application/xml"], body: declaration.utf8 + xml.bytes)
    }

    /// The error body: `<Error>` without a namespace, with RequestId and HostId inside.
    static func refusal(_ refusal: S3Refusal, requestID: String) -> Response {
        var response = document("Error", attributes: "") { xml in
            xml.text("Code", refusal.code)
            xml.text("Message", refusal.message)
            for (name, text) in refusal.details { xml.named(name) { $0.escape(text) } }
            xml.text("RequestId", requestID)
            xml.text("HostId", hostID(requestID))
        }
        response.status = refusal.status
        for field in refusal.headers { response.headers[field.name] = field.value }
        return response
    }

    static func empty(_ status: Int, _ headers: HTTPFields = [:]) -> Response {
        Response(status: status, headers: headers)
    }

    /// What S3 calls `x-amz-id-2`: opaque.
    static func hostID(_ requestID: String) -> String { S3Digest.base64(Array(("host/" + requestID).utf8)) }
}
