internal import HTTPTypes
internal import SlipwayBase
public import SlipwayHTTP

extension QueryCall {
    /// The request of this call to a service's API `version`, such as `2010-12-01`: a form, not signed yet. Pure.
    public func request(to endpoint: AWSEndpoint, version: String) -> Request {
        let fields = [Parameter("Action", action), Parameter("Version", version)] + parameters
        let form = fields.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
        var request = Request(
            .post,
            endpoint.origin,
            "/",
            headers: [.contentType: "application/x-www-form-urlencoded; charset=utf-8"],
            body: .bytes(Array(form.utf8)),
            isIdempotent: isIdempotent
        )
        request.bounds.responseBytesMax = Limits.xmlBytesMax
        return request
    }

    /// Adds `Name=value` unless the value is nil.
    public mutating func set(_ name: String, _ value: String?) {
        if let value { parameters.append(Parameter(name, value)) }
    }

    /// Adds `Name.member.N=value`, counted from 1; nothing for no values.
    public mutating func list(_ name: String, _ values: [String]) {
        for (index, value) in values.enumerated() { set("\(name).member.\(index + 1)", value) }
    }

    /// Adds `Name.member.N.Field=value`, counted from 1; nothing for no values.
    public mutating func structures(_ name: String, _ values: [[Parameter]]) {
        for (index, fields) in values.enumerated() {
            for field in fields { set("\(name).member.\(index + 1).\(field.name)", field.value) }
        }
    }

    /// `text` as the AWS SDKs write it into forms: a space becomes `+`, which as itself is encoded.
    private static func encoded(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { String($0).percentEncoded() }
            .joined(separator: "+")
    }
}
