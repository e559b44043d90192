import SlipwayBase
import SlipwayHTTP

/// What a place answers when it gives a token. Pure.
struct TokenReply {
    private let json: JSON

    /// Reads an answer; nil when it is not a JSON object.
    init?(_ body: [UInt8]) {
        guard let json = try? JSON(parsing: body), json.object != nil else { return nil }
        self.json = json
    }

    /// The token as of `now`; `subject` begins the sentence about what is wrong, which holds nothing of the answer.
    ///
    /// Numbers may be texts, as managed identities write them.
    func lease(_ subject: String, at now: Timestamp) throws(CredentialFailure) -> Lease<Secret<String>> {
        guard let token = json["access_token"]?.string, EntraText.isWord(token) else {
            throw .broken("\(subject) gave an answer without an access token")
        }
        if let type = json["token_type"]?.string, type.lowercased() != "bearer" {
            throw .broken("\(subject) gave a token of the type \(type.printable(max: 40)), and only Bearer is known")
        }
        let expires: Timestamp
        if let seconds = number("expires_in"), (0...Self.secondsMax).contains(seconds) {
            expires = now + .seconds(seconds)
        } else if let seconds = number("expires_on"), (0...Self.epochSecondsMax).contains(seconds) {
            expires = Timestamp(milliseconds: seconds * 1000)
        } else {
            throw .broken("\(subject) gave a token without a time at which it ends")
        }
        var lease = Lease(Secret(token), expires: expires)
        if let seconds = number("refresh_in"), seconds > 0, now + .seconds(seconds) < expires {
            lease.renewal = now + .seconds(seconds)
        }
        return lease
    }

    // A year: no token of Entra lives longer than a few days.
    private static let secondsMax: Int64 = 366 * 86_400
    private static let epochSecondsMax: Int64 = 1 << 40

    private func number(_ name: String) -> Int64? {
        switch json[name] {
        case .int(let number): number
        case .string(let text): Int64(text)
        default: nil
        }
    }
}
