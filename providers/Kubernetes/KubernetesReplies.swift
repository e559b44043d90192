import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwayModel

/// Reads answers of an API server, purely: an object, "not there", or one sentence.
enum KubernetesReplies {
    /// The object in `response`; nil when there is none; throws for everything else.
    static func object(_ response: Response, for request: Request) throws(ProviderFailure) -> JSON? {
        if response.status == 404 { return nil }
        guard response.isSuccess else { throw failure(response, for: request) }
        let value = try json(response, for: request)
        guard value["kind"]?.string != "Status" else { return value["status"]?.string == "Success" ? value : nil }
        guard value["kind"]?.string != nil, value["metadata"]?.object != nil else {
            throw ProviderFailure(.transient, "\(what(request)) answered with something that is no Kubernetes object.")
        }
        return value
    }

    /// Makes sure that `object` is of `kind`.
    static func check(_ object: JSON, is kind: String, for request: Request) throws(ProviderFailure) {
        let found = object["kind"]?.string ?? ""
        guard found == kind || found == kind + "List" else {
            throw ProviderFailure(
                .transient,
                "\(what(request)) answered with a \(found.printable(max: 60)) instead of a \(kind)."
            )
        }
    }

    private static func json(_ response: Response, for request: Request) throws(ProviderFailure) -> JSON {
        let type = response.headers[.contentType] ?? ""
        guard type.isEmpty || type.contains("json") else {
            throw ProviderFailure(
                .transient,
                "\(what(request)) answered with \(type.printable(max: 60)) instead of JSON."
            )
        }
        do throws(JSONFailure) { return try JSON(parsing: response.body) } catch {
            throw ProviderFailure(.transient, "\(what(request)) answered with something that is \(error).")
        }
    }

    /// The failure that an answer outside 200 to 299 means.
    static func failure(_ response: Response, for request: Request) -> ProviderFailure {
        let status = try? JSON(parsing: response.body)
        let message = message(status?["message"]?.string ?? String(decoding: response.body.prefix(300), as: UTF8.self))
        let said = "\(what(request)) answered \(response.status)" + (message.isEmpty ? "" : ": \(message)")
        switch response.status {
        case 401:
            return ProviderFailure(.refused, said + "; the credentials are not accepted, renew them and try again.")
        case 403: return ProviderFailure(.refused, said)
        case 409:
            let isOwned = status?["details"]?["causes"]?[0]?["reason"]?.string == "FieldManagerConflict"
            return ProviderFailure(isOwned ? .conflict : .transient, said)
        case 422:
            // A JSON patch whose test failed says Invalid without any cause: the object has moved, so look again.
            let isStale = status?["details"]?["causes"] == nil && status?["details"]?["name"] == nil
            return ProviderFailure(isStale ? .transient : .refused, said)
        case 408, 410, 429, 500...599:
            return ProviderFailure(.transient, said, retryAfter: retryAfter(response, status))
        default: return ProviderFailure(.refused, said)
        }
    }

    /// A server's message on one line; where it quotes a whole object, which may hold secrets, it ends before that.
    private static func message(_ text: String) -> String {
        var text = text[...]
        for quote in ["\"{\\\"", "({\""] {
            if let range = text.range(of: quote) { text = text[..<range.lowerBound] + "…" }
        }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text).printable(max: 500)
    }

    /// The failure that no answer means.
    static func failure(_ failure: HTTPFailure, for request: Request) -> ProviderFailure {
        let reason = "\(what(request)): \(failure.reason.printable())"
        switch failure.reach {
        case .unauthenticated, .refused: return ProviderFailure(.refused, reason)
        case .unsent, .unanswered, .cancelled: return ProviderFailure(.transient, reason)
        }
    }

    private static func retryAfter(_ response: Response, _ status: JSON?) -> Duration? {
        let seconds = response.headers[.retryAfter].flatMap { Int($0) } ?? status?["details"]?["retryAfterSeconds"]?.int
        return seconds.map { .seconds(min(max($0, 0), 600)) }
    }

    /// `GET deployments/shop`: the request as people name it.
    static func what(_ request: Request) -> String {
        let path = request.target.prefix { $0 != "?" }
        let short = path.range(of: "/namespaces/").map { rest in
            path[rest.upperBound...].split(separator: "/").dropFirst().joined(separator: "/")
        }
        return "\(request.method.rawValue) \(short ?? String(path))"
    }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
