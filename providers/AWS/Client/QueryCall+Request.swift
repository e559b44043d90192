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

    /// `text` as the AWS SDKs write it into forms: letters, digits and `-._~` stay, a space becomes `+`.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
            case 0x20: result.append(0x2B)
            default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
