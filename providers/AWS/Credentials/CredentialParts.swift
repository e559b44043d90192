import SlipwayBase
import SlipwayHTTP

/// What a place offers, before it is known to make credentials.
struct CredentialParts {
    /// What the parts are called where they come from.
    struct Names {
        var id: String
        var secret: String
        var token: String

        static let variables = Names(
            id: "AWS_ACCESS_KEY_ID",
            secret: "AWS_SECRET_ACCESS_KEY",
            token: "AWS_SESSION_TOKEN"
        )
        static let properties = Names(
            id: "aws_access_key_id",
            secret: "aws_secret_access_key",
            token: "aws_session_token"
        )
        static let members = Names(id: "AccessKeyId", secret: "SecretAccessKey", token: "SessionToken")
    }

    var id: String?
    var secret: String?
    var token: String?
    var account: String?

    /// The members of an answer in JSON; `token` is what it calls the session token.
    init(_ json: JSON, token: String) {
        id = json["AccessKeyId"]?.string
        secret = json["SecretAccessKey"]?.string
        self.token = json[token]?.string
        account = json["AccountId"]?.string
    }

    init(id: String?, secret: String?, token: String? = nil, account: String? = nil) {
        (self.id, self.secret, self.token, self.account) = (id, secret, token, account)
    }

    /// The credentials; throws a sentence that begins with `place` and holds nothing of what was offered.
    func credentials(_ place: String, _ names: Names) throws(CredentialFailure) -> AWSCredentials {
        guard let id, !id.isEmpty else { throw half(place, has: names.secret, lacks: names.id) }
        guard let secret, !secret.isEmpty else { throw half(place, has: names.id, lacks: names.secret) }
        try check(id, place, names.id) { !"\"',/=".utf8.contains($0) }
        try check(secret, place, names.secret) { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
        let token = token.flatMap { $0.isEmpty ? nil : $0 }
        if let token { try check(token, place, names.token) { _ in true } }
        let isAccount = account.map { $0.utf8.count == 12 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        return AWSCredentials(
            accessKeyID: id,
            secretAccessKey: Secret(secret),
            sessionToken: token.map { Secret($0) },
            accountID: isAccount == true ? account : nil
        )
    }

    private func half(_ place: String, has: String, lacks: String) -> CredentialFailure {
        let isEmpty = (id ?? "").isEmpty && (secret ?? "").isEmpty
        return .broken(
            isEmpty
                ? "\(place) has neither \(lacks) nor \(has)"
                : "\(place) has \(has) and no \(lacks); give both or neither"
        )
    }

    /// Such a value would make a broken header, or is a part of a line that was copied wrongly.
    private func check(
        _ value: String,
        _ place: String,
        _ name: String,
        _ isAllowed: (UInt8) -> Bool
    ) throws(CredentialFailure) {
        guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) && isAllowed($0) }) else {
            throw .broken(
                "\(place) has a value of \(name) with a space, a quotation mark or another character "
                    + "that cannot be in one; copy it anew"
            )
        }
    }
}

extension Timestamp {
    /// A time as AWS and its tools write it: RFC 3339, or with `UTC` at the end in old files.
    init?(aws text: String) {
        self.init(rfc3339: text.hasSuffix("UTC") ? text.dropLast(3) + "Z" : text[...])
    }
}
