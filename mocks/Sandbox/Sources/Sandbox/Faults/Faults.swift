import SandboxServer
import SlipwayBase
import SlipwayHTTP

/// The faults that are planted, and what they make of an exchange.
final class Faults: Sendable {
    private struct State {
        var rules: [FaultRule] = []
        var count = 0
    }

    private let state = Locked(State())
    private let random: any RandomSource
    private static let rulesMax = 1_000

    init(_ rules: [FaultRule], random: any RandomSource) {
        self.random = random
        replace(with: rules)
    }

    /// The rules as they are, oldest first.
    var rules: [FaultRule] { state.withLock { $0.rules } }

    /// Keeps a rule and gives its number.
    func add(_ rule: FaultRule) throws(InputFailure) -> Int {
        let id = state.withLock { state -> Int? in
            guard state.rules.count < Self.rulesMax else { return nil }
            state.count += 1
            var rule = rule
            rule.id = state.count
            state.rules.append(rule)
            return state.count
        }
        guard let id else { throw InputFailure("there are \(Self.rulesMax) faults already; take some away first") }
        return id
    }

    /// Takes a rule away; false when there is none of that number.
    func remove(_ id: Int) -> Bool {
        state.withLock { state in
            let count = state.rules.count
            state.rules.removeAll { $0.id == id }
            return state.rules.count < count
        }
    }

    /// Takes all away and keeps these.
    func replace(with rules: [FaultRule]) {
        state.withLock { $0.rules = [] }
        for rule in rules { _ = try? add(rule) }
    }

    /// The rules that hit this request, with chance and their number of times counted.
    func hits(_ request: Request, of cloud: String) -> [FaultRule] {
        state.withLock { state in
            guard !state.rules.isEmpty else { return [] }
            var hits: [FaultRule] = []
            for index in state.rules.indices {
                let rule = state.rules[index]
                guard rule.remaining != 0, rule.fits(request, of: cloud) else { continue }
                guard rule.share >= 1 || random.unit() < rule.share else { continue }
                if let remaining = rule.remaining { state.rules[index].remaining = remaining - 1 }
                hits.append(rule)
            }
            return hits
        }
    }
}

extension RandomSource {
    /// A number from 0 up to 1.
    func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}

extension Cloud {
    /// The answer to `request` with these faults in it.
    func reply(to request: Request, from caller: CertifiedCaller?, faults: [FaultRule]) -> Reply {
        let skew = faults.reduce(Duration.zero) { if case .clockSkew(let more) = $1.kind { $0 + more } else { $0 } }
        let spared = faults.allSatisfy(\.hasEffect) ? self.reply(to: request, from: caller, skew: skew) : nil
        var reply = spared ?? Reply(words(for: .failing(status: 500)))
        for fault in faults {
            switch fault.kind {
            case .latency(let duration): reply.delay += duration
            case .throttled(let seconds): reply = reply.saying(words(for: .throttled(retryAfterSeconds: seconds)))
            case .failing(let status): reply = reply.saying(words(for: .failing(status: status)))
            case .expiredToken: reply = reply.saying(words(for: .expiredToken))
            case .reset: reply.delivery = .reset
            case .truncated: reply = reply.gathered(.truncated)
            case .garbage: reply.delivery = .garbage
            case .drip(let rate): reply = reply.gathered(.drip(bytesPerSecond: rate))
            case .clockSkew: break
            }
        }
        return reply
    }
}

extension Reply {
    /// Other words in its place, as late as it.
    fileprivate func saying(_ response: Response) -> Reply {
        source?.close()
        var reply = Reply(response)
        (reply.delay, reply.delivery) = (delay, delivery)
        return reply
    }

    /// The same, delivered so; of a stream, what there is by now.
    fileprivate func gathered(_ delivery: Delivery) -> Reply {
        var reply = self
        reply.delivery = delivery
        guard let source else { return reply }
        while case .bytes(let bytes) = source.next() { reply.response.body += bytes }
        source.close()
        reply.source = nil
        return reply
    }
}
