import SlipwayBase

/// A token of IAM Identity Center as `aws sso login` leaves it in its cache folder.
struct SSOToken: Sendable {
    /// What a new token is asked for with.
    struct Renewal: Sendable {
        var refreshToken: Secret<String>
        var clientID: String
        var clientSecret: Secret<String>
        /// When the registration of the client ends; nothing can be renewed after that.
        var ends: Timestamp
    }

    var access: Secret<String>
    var expires: Timestamp
    var renewal: Renewal?

    init(access: Secret<String>, expires: Timestamp, renewal: Renewal?) {
        (self.access, self.expires, self.renewal) = (access, expires, renewal)
    }

    /// Reads a cached token; nil when it is none.
    init?(parsing text: String) {
        guard let json = try? JSON(parsing: text), let access = json["accessToken"]?.string, Self.isWord(access),
            let expires = json["expiresAt"]?.string.flatMap({ Timestamp(aws: $0) })
        else { return nil }
        self.init(access: Secret(access), expires: expires, renewal: nil)
        guard let refresh = json["refreshToken"]?.string, let id = json["clientId"]?.string,
            let secret = json["clientSecret"]?.string,
            let ends = json["registrationExpiresAt"]?.string.flatMap({ Timestamp(aws: $0) })
        else { return }
        renewal = Renewal(refreshToken: Secret(refresh), clientID: id, clientSecret: Secret(secret), ends: ends)
    }

    /// The token that the answer to a renewal gives; nil when that is none.
    init?(renewed body: [UInt8], from renewal: Renewal, now: Timestamp) {
        guard let json = try? JSON(parsing: body), let access = json["accessToken"]?.string, Self.isWord(access),
            let seconds = json["expiresIn"]?.int, (1...31_536_000).contains(seconds)
        else { return nil }
        var renewal = renewal
        if let refresh = json["refreshToken"]?.string { renewal.refreshToken = Secret(refresh) }
        self.init(access: Secret(access), expires: now + .seconds(seconds), renewal: renewal)
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
