import HTTPTypes
import Logging
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct RedactionTests {
    @Test(
        "given a header that proves who we are, when it is asked about, then it is secret",
        arguments: [
            "Authorization", "PROXY-AUTHORIZATION", "cookie", "Set-Cookie", "X-Amz-Security-Token", "X-Api-Key",
            "X-My-Client-Secret", "X-Aws-Ec2-Metadata-Token", "x-custom-password",
        ]
    )
    func secretHeaders(name: String) throws { #expect(Redaction.isSecret(header: try #require(HTTPField.Name(name)))) }

    @Test(
        "given an ordinary header, when it is asked about, then it is not secret",
        arguments: ["Content-Type", "Retry-After", "X-Ms-Continuationtoken", "Location", "Etag"]
    )
    func openHeaders(name: String) throws { #expect(!Redaction.isSecret(header: try #require(HTTPField.Name(name)))) }

    @Test(
        "given a URL, when it is masked, then only its secrets are gone",
        arguments: [
            ("https://h/p?a=1&sig=abc&b=2", "https://h/p?a=1&sig=[redacted]&b=2"),
            ("https://h/p?X-Amz-Signature=abc", "https://h/p?X-Amz-Signature=[redacted]"),
            ("https://h/p?x%2Damz%2Dsignature=abc", "https://h/p?x%2Damz%2Dsignature=[redacted]"),
            ("https://user:pass@h/p", "https://[redacted]@h/p"),
            ("https://h/p#access_token=abc", "https://h/p#[redacted]"),
            ("/p?client_secret=abc&watch=true", "/p?client_secret=[redacted]&watch=true"),
            ("/p?token=a?b=c&x", "/p?token=[redacted]&x"),
            ("/p?labelSelector=app%3Dshop&continue=xyz", "/p?labelSelector=app%3Dshop&continue=xyz"),
            ("/p#a?sig=1", "/p#[redacted]"),
            ("", ""),
        ]
    )
    func urls(url: String, masked: String) { #expect(Redaction.masked(url: url) == masked) }

    @Test("given header fields, when they are masked, then secret values and secrets in URLs are gone")
    func fields() {
        let fields: HTTPFields = [.authorization: "Bearer abc", .accept: "text/plain", .location: "/p?sig=abc"]
        let masked: HTTPFields = [.authorization: "[redacted]", .accept: "text/plain", .location: "/p?sig=[redacted]"]
        #expect(Redaction.masked(fields) == masked)
    }
}

@Suite struct TraceTests {
    let time = VirtualTime()

    @Test("given an exchange, when it is traced, then one line tells it without its secrets")
    func success() async throws {
        let log = Log()
        let script = Script(.status(200, [.retryAfter: "7", .setCookie: "a=s3cret", .contentType: "text/plain"]))
        var request = Request(.get, api, "/p?sig=s3cret", body: .bytes(Array("s3cret".utf8)))
        request.headers[.authorization] = "Bearer s3cret"
        let slow = Delay(time: time)
        _ = try await Pipeline([Trace(log.logger, headers: [.retryAfter, .setCookie], time: time), slow], to: script)
            .send(request)
        #expect(log.lines == ["debug GET https://api.example.com/p?sig=[redacted] 200 25ms retry-after=7"])
    }

    @Test("given a failure, when it is traced, then the line says how far the request got")
    func failing() async {
        let log = Log()
        let script = Script(.failure(HTTPFailure(.unanswered, "broke \u{1b}[31m off")))
        let failed = await failure { () async throws(HTTPFailure) in
            _ = try await Pipeline([Trace(log.logger, level: .info, time: time)], to: script).send(
                Request(.put, api, "/p")
            )
        }
        #expect(failed?.reach == .unanswered)
        #expect(log.lines == [#"info PUT https://api.example.com/p unanswered: broke \u{1b}[31m off 0ms"#])
    }
}

/// Takes 25 ms of virtual time.
private struct Delay: Middleware {
    var time: VirtualTime
    func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        time.advance(by: .milliseconds(25))
        return try await next(request)
    }
}

/// Keeps what is logged.
private final class Log: Sendable {
    private let stored = Locked<[String]>([])

    var lines: [String] { stored.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: Log
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let extra = (event.metadata ?? [:]).map { " \($0.key)=\($0.value)" }.sorted().joined()
            log.stored.withLock { $0.append("\(event.level) \(event.message)\(extra)") }
        }
    }
}
