internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// How fast one subscription may be asked: buckets of our own below Azure's, and a little slower when Azure says that
/// little is left.
///
/// Source: the resource manager's limits for each subscription and identity: buckets of 250 reads, 200 writes and 200
/// deletes that fill with 25, 10 and 10 a second. Ours fill half as fast, so that other users have their part.
final class AzurePace: Sendable {
    /// What Azure counts apart.
    enum Kind: String, CaseIterable {
        case reads, writes, deletes

        init(_ method: HTTPRequest.Method) {
            switch method {
            case .get, .head: self = .reads
            case .delete: self = .deletes
            default: self = .writes
            }
        }

        /// The most requests at once.
        var bucketMax: Double { self == .reads ? 100 : 50 }
        /// The requests a second afterwards.
        var perSecond: Double { self == .reads ? 12 : 5 }
    }

    /// How many remaining requests are few.
    static let fewMax = 20
    /// The longest wait because few are left.
    static let fewWaitMax = Duration.seconds(5)
    /// How long what Azure said counts.
    static let fewAge = Duration.seconds(60)

    private struct Bucket {
        var tokens: Double
        var filledAt: Timestamp
        var remaining: (count: Int, saidAt: Timestamp)?
    }

    private let time: any TimeSource
    private let buckets: Locked<[Kind: Bucket]>

    init(time: any TimeSource) {
        self.time = time
        let now = time.now
        buckets = Locked(
            Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0, Bucket(tokens: $0.bucketMax, filledAt: now)) })
        )
    }

    /// Takes a place in the row and gives how long to wait for it.
    func take(_ kind: Kind) -> Duration {
        let now = time.now
        return buckets.withLock { buckets in
            guard var bucket = buckets[kind] else { return .zero }
            let passed = Double(max((now - bucket.filledAt).milliseconds, 0)) / 1000
            bucket.tokens = min(kind.bucketMax, bucket.tokens + passed * kind.perSecond) - 1
            bucket.filledAt = max(bucket.filledAt, now)
            buckets[kind] = bucket
            let own = bucket.tokens < 0 ? Int64((-bucket.tokens / kind.perSecond * 1000).rounded(.up)) : 0
            guard let said = bucket.remaining, now - said.saidAt < Self.fewAge, said.count < Self.fewMax else {
                return .milliseconds(own)
            }
            let share = Int64(Self.fewMax - max(said.count, 0))
            return max(.milliseconds(own), .milliseconds(Self.fewWaitMax.milliseconds * share / Int64(Self.fewMax)))
        }
    }

    /// Remembers what `response` says is left; of several counters the least.
    func note(_ response: Response, to kind: Kind) {
        var least: Int?
        for field in response.headers {
            let name = field.name.canonicalName
            guard name.hasPrefix("x-ms-ratelimit-remaining-"), let count = Int(field.value) else { continue }
            guard name.hasSuffix("-\(kind.rawValue)") || name.hasSuffix("-resource-requests") else { continue }
            least = min(least ?? .max, count)
        }
        guard let least else { return }
        let now = time.now
        buckets.withLock { $0[kind]?.remaining = (least, now) }
    }
}

/// Waits as `AzurePace` says, before anything is sent.
struct Paced: Middleware {
    let traffic: AzureTraffic
    let time: any TimeSource

    func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        let pace = traffic.pace(of: Self.subscription(request))
        let kind = AzurePace.Kind(request.method)
        let wait = pace.take(kind)
        if wait > .zero {
            do throws(CancellationError) { try await time.sleep(for: wait) } catch {
                throw HTTPFailure(
                    .cancelled,
                    "cancelled while waiting for a place among the calls to \(request.origin)"
                )
            }
        }
        let response = try await next(request)
        pace.note(response, to: kind)
        return response
    }

    /// The subscription that the path names in lower case; the host where it names none.
    private static func subscription(_ request: Request) -> String {
        let parts = request.target.prefix { $0 != "?" }.split(separator: "/")
        guard parts.count >= 2, parts[0].lowercased() == "subscriptions" else { return request.origin.description }
        return parts[1].lowercased()
    }
}
