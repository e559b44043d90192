import SlipwayBase
import SlipwaySigning
import Testing

/// A request and the signature that another program gave it, at 2026-11-21T23:59:59Z.
struct ComputedVector: Sendable, CustomTestStringConvertible {
    /// How the request is signed.
    enum Mode: Sendable {
        case header, hash, unsigned, presigned
    }

    var name: String
    var service: String
    var region: String
    var method: String
    var origin: String
    var target: String
    var headers: [SigV4.Field]
    var body: String
    var token: String?
    var mode: Mode
    var signature: String

    var testDescription: String { name }

    var signer: SigV4 {
        var signer = SigV4(service: service, region: region)
        if mode == .hash { signer.sendsPayloadHash = true }
        return signer
    }

    var input: SigV4.Input {
        let host = origin.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? ""
        let isUnsigned = mode == .unsigned || mode == .presigned
        let payload: SigV4.Payload = isUnsigned ? .unsigned : .bytes(Array(body.utf8))
        return SigV4.Input(method: method, target: target, headers: headers + [("Host", host)], payload: payload)
    }

    var key: SigV4.AccessKey { exampleKey(token: token) }
}

/// The secret of most published examples of SigV4.
let exampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

/// The key of most published examples of SigV4.
func exampleKey(_ secret: String = exampleSecret, token: String? = nil) -> SigV4.AccessKey {
    SigV4.AccessKey(id: "AKIDEXAMPLE", secret: Secret(secret), sessionToken: token.map { Secret($0) })
}

func timestamp(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0) }
