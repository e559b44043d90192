import HTTPTypes
import SlipwayBase

/// Binds a pipeline to the origins that its credentials are for; put it in front of everything else.
///
/// A request elsewhere is refused before a credential is attached to it, and an answer that points elsewhere is an
/// error, so that nobody follows it. Plain `http` is allowed on this machine's own loopback only.
public struct OriginGuard: Middleware {
    private let origins: Set<Origin>
    private let checksAnswers: Bool

    /// Allows exactly these origins; without `checksAnswers`, whoever follows an answer asks `check` first.
    public init(_ origins: Set<Origin>, checksAnswers: Bool = true) {
        (self.origins, self.checksAnswers) = (origins, checksAnswers)
    }

    /// Lets `request` through when it goes to an allowed origin, and its answer when that stays there.
    public func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        if let objection = objection(to: request.origin) { throw HTTPFailure(.refused, objection) }
        let response = try await next(request)
        guard checksAnswers else { return response }
        for name in Self.pointers {
            for value in response.headers[values: name] where !isAllowed(value, from: request.origin) {
                throw pointsElsewhere(name, value, response, request)
            }
        }
        return response
    }

    /// Checks a link found in a body, such as `nextLink`: gives the request target to use, or refuses to follow it.
    public func check(url: String, from origin: Origin) throws(HTTPFailure) -> (origin: Origin, target: String) {
        guard let place = Self.resolve(url, from: origin) else {
            throw HTTPFailure(.refused, "the server gave a link that is no http URL; it is not followed")
        }
        if let objection = objection(to: place.origin) {
            throw HTTPFailure(.refused, "a link is not followed: \(objection)")
        }
        return place
    }

    private func objection(to origin: Origin) -> String? {
        let name = origin.description.printable(max: 200)
        guard origins.contains(origin) else {
            let allowed = origins.map(\.description).sorted().joined(separator: ", ").printable(max: 300)
            return "\(name) is not where these credentials belong (\(allowed)); nothing was sent there"
        }
        guard origin.scheme == "https" || origin.isLoopback else {
            return "\(name) would receive credentials unencrypted; use https"
        }
        return nil
    }

    private func isAllowed(_ link: String, from origin: Origin) -> Bool {
        guard let place = Self.resolve(link, from: origin) else { return false }
        return objection(to: place.origin) == nil
    }

    /// A redirect did nothing yet; any other answer says that the request was taken, so it may have had its effect.
    private func pointsElsewhere(
        _ name: HTTPField.Name,
        _ link: String,
        _ response: Response,
        _ request: Request
    ) -> HTTPFailure {
        let place = Self.resolve(link, from: request.origin)?.origin.description ?? "an address that is no http URL"
        let reach: HTTPFailure.Reach = (300..<400).contains(response.status) ? .refused : .unanswered
        let label = "\(request.method.rawValue) \(Redaction.masked(url: request.url))".printable(max: 300)
        return HTTPFailure(
            reach,
            "\(label): the answer \(response.status) points to \(place.printable(max: 200)) in \(name.rawName);"
                + " credentials stay with \(request.origin), so it is not followed"
        )
    }

    /// Where `link` leads as seen from `origin`; nil for what is neither a path nor an http URL.
    private static func resolve(_ link: String, from origin: Origin) -> (origin: Origin, target: String)? {
        // Some clients read a backslash as a slash, so neither it nor white space is guessed about.
        guard !link.isEmpty, link.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            return nil
        }
        if link.hasPrefix("//") { return Origin.split("\(origin.scheme):\(link)") }
        if link.hasPrefix("/") { return Origin.split(origin.description + link) }
        if link.prefix(while: { !"/?#".contains($0) }).contains(":") { return Origin.split(link) }
        return Origin.split("\(origin)/\(link)")
    }

    private static let pointers: [HTTPField.Name] = [
        .location, .contentLocation, HTTPField.Name("Azure-AsyncOperation")!, HTTPField.Name("Operation-Location")!,
    ]
}
