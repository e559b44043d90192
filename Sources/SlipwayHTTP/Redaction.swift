public import HTTPTypes

/// Which parts of an exchange are secret: one list for logs, messages and cassettes.
public enum Redaction {
    /// What stands where a secret stood.
    public static let mask = "[redacted]"

    /// Whether the values of the header `name` must never be shown or stored.
    public static func isSecret(header name: HTTPField.Name) -> Bool {
        let name = name.canonicalName
        return headers.contains(name) || secretWords.contains { name.contains($0) }
    }

    /// Whether the values of the query field `name` must never be shown or stored.
    public static func isSecret(query name: some StringProtocol) -> Bool {
        let name = (decoded(name) ?? String(name)).lowercased()
        return queries.contains(name) || secretWords.contains { name.contains($0) }
    }

    /// `fields` with every secret value masked.
    public static func masked(_ fields: HTTPFields) -> HTTPFields {
        var result = HTTPFields()
        for field in fields {
            let value = isSecret(header: field.name) ? mask : masked(header: field.name, value: field.value)
            result.append(HTTPField(name: field.name, value: value))
        }
        return result
    }

    /// `url` with the user name, the fragment and every secret query value masked; works on a bare target too.
    public static func masked(url: String) -> String {
        var rest = url[...]
        var result = ""
        if let scheme = rest.firstRange(of: "://") {
            result += rest[..<scheme.upperBound]
            rest = rest[scheme.upperBound...]
            let authority = rest.prefix { !"/?#".contains($0) }
            if let at = authority.lastIndex(of: "@") {
                result += mask + "@"
                rest = rest[rest.index(after: at)...]
            }
        }
        let query = rest.firstIndex(of: "?")
        let fragment = rest.firstIndex(of: "#")
        let end = fragment ?? rest.endIndex
        if let query, query < end {
            result += rest[..<query] + "?" + masked(query: rest[rest.index(after: query)..<end])
        } else {
            result += rest[..<end]
        }
        return fragment == nil ? result : result + "#" + mask
    }

    private static func masked(query: Substring) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            guard let equals = pair.firstIndex(of: "="), isSecret(query: pair[..<equals]) else { return String(pair) }
            return pair[...equals] + mask
        }.joined(separator: "&")
    }

    /// Headers that hold a URL may hold its secrets too.
    private static func masked(header name: HTTPField.Name, value: String) -> String {
        urlHeaders.contains(name.canonicalName) ? masked(url: value) : value
    }

    /// Percent-decoded, so that an encoded name hides nothing; nil when it is not valid.
    private static func decoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let headers: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-amz-security-token", "x-auth-token",
        "x-aws-ec2-metadata-token", "x-api-key", "api-key", "x-functions-key", "ocp-apim-subscription-key",
        "private-token", "x-vault-token", "x-ms-authorization-auxiliary", "x-identity-header", "authentication-info",
        "x-csrf-token", "x-xsrf-token", "x-amz-sso_bearer_token",
    ]

    private static let queries: Set<String> = [
        "sig", "code", "key", "token", "id_token", "refresh_token", "access_key", "awsaccesskeyid", "api-key",
        "assertion", "auth", "bearer",
        // The parts of an address that Azure Resource Manager signed.
        "c", "h", "s",
    ]

    private static let secretWords = [
        "password", "passwd", "secret", "signature", "credential", "authorization", "access_token", "access-token",
        "api_key", "apikey", "security-token", "session-token", "client_assertion",
    ]

    private static let urlHeaders: Set<String> = [
        "location", "content-location", "azure-asyncoperation", "operation-location", "referer", "link",
    ]
}
