import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// What an API that refuses a token asks for in `WWW-Authenticate`. Pure.
///
/// Source: RFC 7235, section 2.1; Microsoft identity platform, claims challenges.
struct ClaimsChallenge {
    /// What the next token must hold; nil where nothing is asked for.
    private(set) var claims: JSON?
    /// Whether the token itself is said to be no good.
    private(set) var refusesToken = false

    /// Looks at the challenges of the scheme `Bearer` alone.
    init(_ headers: HTTPFields) {
        for value in headers[values: .wwwAuthenticate] {
            var scheme = ""
            var reader = ChallengeReader(value)
            while let part = reader.next() {
                switch part {
                case .scheme(let name): scheme = name.lowercased()
                case .parameter("error", "invalid_token") where scheme == "bearer": refusesToken = true
                case .parameter("claims", let text) where scheme == "bearer": claims = claims ?? Self.decoded(text)
                case .parameter: break
                }
            }
        }
    }

    /// Base64 of either alphabet, with or without padding, as different APIs write it.
    private static func decoded(_ text: String) -> JSON? {
        let url = String(text.filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        guard let bytes = Digits.bytes(base64url: url), let json = try? JSON(parsing: bytes),
            json["access_token"]?.object != nil
        else { return nil }
        return json
    }
}

/// Takes the value of `WWW-Authenticate` apart.
private struct ChallengeReader {
    enum Part {
        case scheme(String)
        case parameter(String, String)
    }

    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    /// The next scheme or parameter; what is neither is passed over.
    mutating func next() -> Part? {
        while true {
            rest = rest.drop { $0 == " " || $0 == "," || $0 == "\t" }
            guard !rest.isEmpty else { return nil }
            let word = rest.prefix { !" ,=\"\t".contains($0) }
            guard !word.isEmpty else {
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(word.count)
            guard rest.first == "=" else { return .scheme(String(word)) }
            rest = rest.dropFirst()
            return .parameter(word.lowercased(), value())
        }
    }

    /// A word, or a text between quotation marks in which a backslash stands before what is meant as it is.
    private mutating func value() -> String {
        guard rest.first == "\"" else {
            let word = rest.prefix { !" ,\t".contains($0) }
            rest = rest.dropFirst(word.count)
            return String(word)
        }
        rest = rest.dropFirst()
        var text = ""
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", let next = rest.popFirst() { text.append(next) } else { text.append(character) }
        }
        return text
    }
}
