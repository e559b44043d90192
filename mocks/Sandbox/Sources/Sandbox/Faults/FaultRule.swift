import HTTPTypes
import SlipwayBase
import SlipwayConfig
import SlipwayHTTP

/// Something that goes wrong with the requests that it fits, as an admin or a seed asked for it.
struct FaultRule: Hashable, Sendable {
    /// What goes wrong.
    enum Kind: Hashable, Sendable {
        /// The answer is kept back.
        case latency(Duration)
        /// Too many requests.
        case throttled(retryAfterSeconds: Int)
        /// A status of 500 or more.
        case failing(status: Int)
        /// The connection is reset.
        case reset
        /// The answer breaks off in the middle.
        case truncated
        /// Bytes that are no answer.
        case garbage
        /// The answer comes slowly.
        case drip(bytesPerSecond: Int)
        /// The credentials have ended.
        case expiredToken
        /// The platform's clock is so far ahead of its callers'.
        case clockSkew(Duration)
    }

    /// Its number, by which it is taken away; 0 before it is kept.
    var id = 0
    /// What goes wrong.
    var kind: Kind
    /// Whether the platform has done what was asked before it goes wrong.
    var hasEffect: Bool
    /// The cloud, such as `aws`; nil is any.
    var cloud: String?
    /// The method; nil is any.
    var method: String?
    /// A text that the target or the form in the body holds, such as `Action=UpdateEnvironment`; nil is any.
    var contains: String?
    /// The share of those requests, drawn from the sandbox's seed.
    var share: Double
    /// How many requests it still hits; nil is all of them.
    var remaining: Int?

    /// The largest body that `contains` is looked for in.
    private static let searchedBytesMax = 64 << 10

    /// Whether it is for such a request, apart from chance.
    func fits(_ request: Request, of cloud: String) -> Bool {
        if let wanted = self.cloud, wanted != cloud, !cloud.hasPrefix(wanted + "/") { return false }
        if let method, method != request.method.rawValue { return false }
        guard let contains else { return true }
        if request.target.contains(contains) { return true }
        guard case .bytes(let bytes) = request.body, bytes.count <= Self.searchedBytesMax else { return false }
        return String(decoding: bytes, as: UTF8.self).contains(contains)
    }

    /// What it is, as the admin API shows it.
    var json: JSON {
        var json: JSON = ["id": JSON(id)]
        switch kind {
        case .latency(let duration): (json["kind"], json["delay"]) = ("latency", .string(duration.text))
        case .throttled(let seconds): (json["kind"], json["retryAfter"]) = ("throttled", JSON(seconds))
        case .failing(let status): (json["kind"], json["status"]) = ("failing", JSON(status))
        case .reset: json["kind"] = "reset"
        case .truncated: json["kind"] = "truncated"
        case .garbage: json["kind"] = "garbage"
        case .drip(let rate): (json["kind"], json["bytesPerSecond"]) = ("drip", JSON(rate))
        case .expiredToken: json["kind"] = "expiredToken"
        case .clockSkew(let skew): (json["kind"], json["skew"]) = ("clockSkew", .string(skew.text))
        }
        json["effect"] = .bool(hasEffect)
        json["cloud"] = cloud.map { .string($0) }
        json["method"] = method.map { .string($0) }
        json["contains"] = contains.map { .string($0) }
        json["share"] = .double(share)
        json["times"] = remaining.map { JSON($0) }
        return json
    }
}

extension FaultRule {
    private enum Name: String, CaseIterable {
        case latency, throttled, failing, reset, truncated, garbage, drip, expiredToken, clockSkew
    }

    /// The rules of the list under `key`.
    static func list(_ key: String, in reader: ConfigReader) -> [FaultRule] {
        reader.each(key, FaultRule.init(reading:))
    }

    /// One rule, as it stands in a seed or is sent to the admin API.
    init?(reading reader: ConfigReader) {
        let name = reader.choice("kind", of: Name.self, required: true)
        let share = reader.scalar("share", false, "a number from 0 to 1") { scalar in
            Double(scalar.source).flatMap { (0...1).contains($0) ? $0 : nil }
        }
        let cloud = reader.string("cloud")
        let method = reader.string("method")?.uppercased()
        let contains = reader.string("contains")
        let times = reader.int("times", in: 1...1_000_000)
        let effect = reader.bool("effect")
        guard let name, let kind = Self.kind(name, reader) else { return nil }
        let hasEffectByItself = [.latency, .truncated, .garbage, .drip, .clockSkew].contains(name)
        self.init(
            kind: kind,
            hasEffect: effect ?? hasEffectByItself,
            cloud: cloud,
            method: method,
            contains: contains,
            share: share ?? 1,
            remaining: times
        )
    }

    private static func kind(_ name: Name, _ reader: ConfigReader) -> Kind? {
        switch name {
        case .latency: reader.duration("delay", required: true).map(Kind.latency)
        case .throttled: .throttled(retryAfterSeconds: reader.int("retryAfter", in: 0...3600) ?? 1)
        case .failing: .failing(status: reader.int("status", in: 500...599) ?? 500)
        case .reset: .reset
        case .truncated: .truncated
        case .garbage: .garbage
        case .drip: .drip(bytesPerSecond: reader.int("bytesPerSecond", in: 1...(1 << 30)) ?? 100)
        case .expiredToken: .expiredToken
        case .clockSkew: reader.duration("skew", required: true).map(Kind.clockSkew)
        }
    }
}
