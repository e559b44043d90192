public import HTTPTypes
public import Logging
public import SlipwayBase

/// Logs every exchange in one line: method, URL, status, duration, and the headers that are allowed; never a body.
///
/// Put it inside `Retry` to see every attempt, or outside to see every call.
public struct Trace: Middleware {
    private let logger: Logger
    private let level: Logger.Level
    private let headers: [HTTPField.Name]
    private let time: any TimeSource

    /// Logs at `level`; `headers` are shown where they occur, unless they are secret.
    public init(
        _ logger: Logger,
        level: Logger.Level = .debug,
        headers: [HTTPField.Name] = Trace.usefulHeaders,
        time: any TimeSource
    ) {
        (self.logger, self.level, self.time) = (logger, level, time)
        self.headers = headers.filter { !Redaction.isSecret(header: $0) }
    }

    /// Request numbers of the platforms, and what explains waits.
    public static let usefulHeaders: [HTTPField.Name] = [
        .retryAfter, HTTPField.Name("X-Request-Id")!, HTTPField.Name("X-Amzn-RequestId")!,
        HTTPField.Name("X-Ms-Request-Id")!, HTTPField.Name("Audit-Id")!,
    ]

    /// Logs `request` and what came of it.
    public func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        let start = time.now
        do throws(HTTPFailure) {
            let response = try await next(request)
            log(request, "\(response.status)", since: start, metadata(of: response))
            return response
        } catch {
            log(request, "\(error.reach.rawValue): \(error.reason.printable())", since: start, [:])
            throw error
        }
    }

    private func log(_ request: Request, _ result: String, since start: Timestamp, _ metadata: Logger.Metadata) {
        let url = Redaction.masked(url: request.url).printable()
        let duration = (time.now - start).milliseconds
        logger.log(level: level, "\(request.method.rawValue) \(url) \(result) \(duration)ms", metadata: metadata)
    }

    private func metadata(of response: Response) -> Logger.Metadata {
        var metadata: Logger.Metadata = [:]
        for name in headers {
            if let value = response.headers[name] { metadata[name.canonicalName] = "\(value.printable(max: 200))" }
        }
        return metadata
    }
}
