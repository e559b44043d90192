import SlipwayBase
import SlipwayHTTP

/// Says of a connection to a private cluster that could not be made what that usually means.
struct PrivateCluster: Middleware {
    private let words: String
    private let origin: Origin

    init(words: String, _ origin: Origin) { (self.words, self.origin) = (words, origin) }

    var warning: String {
        "\(words) is private: \(origin.host) is reached from its virtual network, or one that is peered or connected "
            + "with it, only."
    }

    func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        do throws(HTTPFailure) { return try await next(request) } catch {
            guard error.reach == .unsent else { throw error }
            var failure = error
            failure.reason +=
                "; \(words) is private, so run this from its virtual network or a connected one (such as a runner of "
                + "your own there), or try `publicFQDN: true` where only its private name cannot be resolved"
            throw failure
        }
    }
}
