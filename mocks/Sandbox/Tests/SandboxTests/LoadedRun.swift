import Foundation
import SlipwayBase
import Testing

/// The program that is deployed with.
enum SlipwayProgram {
    /// `SLIPWAY_PROGRAM`, or what was built in this repository; nil when there is none.
    static let path: String? = {
        let named = ProcessInfo.processInfo.environment["SLIPWAY_PROGRAM"].map { [$0] } ?? []
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 { root.deleteLastPathComponent() }
        let built = [".build-release/release/slipway", ".build/release/slipway", ".build/debug/slipway"].map {
            root.appendingPathComponent($0).path
        }
        return (named + built).first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}

/// One `slipway deploy` to six targets while wrk asks the application of each, and what was seen meanwhile.
struct LoadedRun {
    /// How many requests each version of a host answered while its shares stood still.
    struct Sample {
        var shares: [String: Double]
        var counts: [String: Int]
    }

    /// How a host's requests fell while the new version had its share.
    struct Split: CustomStringConvertible {
        var share: Double
        var halves: [(new: Int, total: Int)]

        /// How far a count is from its mean, in standard deviations.
        private func deviation(_ half: (new: Int, total: Int)) -> Double {
            let mean = Double(half.total) * share
            return (Double(half.new) - mean) / (mean * (1 - share)).squareRoot()
        }

        /// Whether all samples together lie in the binomial interval of 99.9 %; a chance of one in a thousand would
        /// fail a sound run now and then, so it is enough when one of two halves does.
        var isWithin999: Bool { halves.contains { $0.total > 1000 && abs(deviation($0)) <= 3.291 } }

        var description: String {
            halves.map { "\($0.new) of \($0.total) (\(deviation($0)) standard deviations)" }.joined(separator: ", ")
        }
    }

    var outcome: Outcome
    var answered = 0
    var failed = 0
    private var samples: [String: [Sample]] = [:]

    /// Deploys `version` under load.
    init(version: String, hosts: [String]) async throws {
        let slipway = try #require(SlipwayProgram.path)
        let sandbox = try await RunningSandbox(seed: Self.seed)
        let done = Locked(false)
        async let seen = Self.watch(sandbox, hosts, until: done)
        // Rounds, as wrk tells nothing of a run that it does not end by itself.
        let loads = hosts.map { host in
            """
            while [ ! -e over ]; do
                wrk -t1 -c2 -d4s -H 'Host: \(host)' $SLIPWAY_SANDBOX_APPLICATIONS/ >> wrk-\(host)
            done &
            """
        }
        outcome = await sandbox.shell(
            """
            \(loads.joined(separator: "\n"))
            RULE=$(python3 \(Scripts.path("rule.py"))); \(Self.config(version))
            touch bundle; python3 -m zipfile -c \(version).zip bundle
            timeout 400 \(slipway) deploy -f slipway.yaml --journal journal.db --parallel 6 2>&1; STATUS=$?
            touch over; wait; cat wrk-*; exit $STATUS
            """,
            secondsMax: 590
        )
        done.withLock { $0 = true }
        samples = await seen
        for match in outcome.output.matches(of: /(\d+) requests in/) { answered += Int(match.1) ?? 0 }
        for match in outcome.output.matches(of: /Non-2xx or 3xx responses: (\d+)/) { failed += Int(match.1) ?? 0 }
        for match in outcome.output.matches(of: /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/)
        {
            failed += [match.1, match.2, match.3, match.4].compactMap { Int($0) }.reduce(0, +)
        }
    }

    /// What slipway said at its end.
    var verdicts: String {
        let lines = outcome.output.split(separator: "\n").filter { !$0.contains("Thread Stats") }
        let table = lines.firstIndex { $0.hasPrefix("TARGET") } ?? lines.startIndex
        return lines[table...].prefix(20).joined(separator: "\n") + outcome.errors
    }

    /// What was seen, for people.
    var summary: String {
        let lines = samples.sorted { $0.key < $1.key }.map { host, samples in
            let counts = samples.reduce(into: [String: Int]()) { $0.merge($1.counts, uniquingKeysWith: +) }
            let shares = Set(samples.map { $0.shares.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" } })
            return "\(host): \(counts), shares \(shares.map { $0.joined(separator: " ") }.sorted())"
        }
        return "\(answered) answered, \(failed) failed\n" + lines.joined(separator: "\n")
    }

    /// How the requests of a host fell while a new version had this share; nil when it never had.
    func split(of host: String, new share: Double) -> Split? {
        var halves = [(new: 0, total: 0), (new: 0, total: 0)]
        var number = 0
        for sample in samples[host] ?? [] {
            guard let new = sample.shares.first(where: { abs($0.value - share) < 1e-9 })?.key else { continue }
            halves[number % 2].new += sample.counts[new] ?? 0
            halves[number % 2].total += sample.counts.values.reduce(0, +)
            number += 1
        }
        return number >= 2 ? Split(share: share, halves: halves) : nil
    }

    /// The largest share that a version was seen to have at a host.
    func largestShare(of version: String, at host: String) -> Double {
        (samples[host] ?? []).flatMap { $0.shares.filter { $0.key.hasSuffix(version) }.values }.max() ?? 0
    }

    /// Looks at shares and counts again and again; keeps what fell between two looks at the same shares.
    private static func watch(
        _ sandbox: RunningSandbox,
        _ hosts: [String],
        until done: Locked<Bool>
    ) async -> [String: [Sample]] {
        var samples: [String: [Sample]] = [:]
        while !done.withLock({ $0 }) {
            let look = await sandbox.shell(
                "admin GET /shares; sleep 0.03; admin GET /traffic; sleep 0.25; admin GET /traffic; admin GET /shares"
            )
            let parts = look.output.split(separator: "\n").map { (try? JSON(parsing: Array($0.utf8))) ?? .null }
            guard parts.count == 4 else { continue }
            for host in hosts where parts[0][host] == parts[3][host] {
                var sample = Sample(shares: [:], counts: [:])
                for (name, share) in parts[0][host]?.object?.members ?? [] {
                    if case .double(let value) = share { sample.shares[name] = value }
                    if let value = share.int { sample.shares[name] = Double(value) }
                }
                for (name, count) in parts[2][host]?.object?.members ?? [] {
                    sample.counts[name] = (count.int ?? 0) - (parts[1][host]?[name]?.int ?? 0)
                }
                samples[host, default: []].append(sample)
            }
        }
        return samples
    }
}

extension LoadedRun {
    private static let seed = """
        aws:
          speed: 20
          environments:
            - { name: shop-roll, version: v1, instances: 4 }
            - { name: shop-blue, version: v1, instances: 2, cname: shop-live }
            - { name: shop-green, version: v1, instances: 2 }
          balancers:
            - name: shared
              environments:
                - { name: shop-stable, version: v1, instances: 2 }
                - { name: shop-canary, version: v1, instances: 2 }
              rules: [{ host: shop.example.test, weights: { shop-stable: 100, shop-canary: 0 } }]
          failures: [{ version: bad, kind: unhealthy }]
        kubernetes:
          - name: main
            readyAfter: 1s
            deployments:
              - { name: shop, image: "shop:v1", replicas: 4 }
              - { name: web-stable, image: "web:v1", replicas: 4, labels: { app: web, fleet: stable } }
              - { name: web-canary, image: "web:v1", replicas: 0, labels: { app: web, fleet: canary } }
              - { name: api-blue, image: "api:v1", replicas: 3, labels: { app: api, fleet: blue } }
              - { name: api-green, image: "api:v1", replicas: 0, labels: { app: api, fleet: green } }
            services:
              - { name: shop, selector: { app: shop } }
              - { name: web-stable, selector: { app: web, fleet: stable } }
              - { name: web-canary, selector: { app: web, fleet: canary } }
              - { name: api-blue, selector: { app: api, fleet: blue } }
              - { name: api-green, selector: { app: api, fleet: green } }
            routes:
              - { name: web, host: web.example.test, stable: web-stable, canary: web-canary }
              - { name: api, host: api.example.test, stable: api-blue, canary: api-green }
            failures: [{ imageContains: ":bad", kind: hang }]
        """

    /// The config, written by the shell, which knows the rule's ARN.
    private static func config(_ version: String) -> String {
        """
        cat > slipway.yaml <<YAML
        apiVersion: slipway/v1
        application: shop
        release: { version: "\(version)", bundle: $PWD/\(version).zip, image: "shop:\(version)" }
        strategy:
          canary: { steps: [{ setWeight: 20 }, { pause: { duration: 10s } }, { setWeight: 60 }, { pause: { duration: 3s } }], deadline: 30s }
        targets:
          - { name: web, kubernetes: { context: main, stable: web-stable, canary: web-canary, httpRoute: { name: web } } }
          - name: api
            kubernetes: { context: main, blue: api-blue, green: api-green, httpRoute: { name: api } }
            strategy: { blueGreen: { autoPromote: true, scaleDownDelay: 3s, deadline: 30s } }
          - name: shop
            kubernetes: { context: main, deployment: shop }
            strategy: { rolling: { deadline: 30s } }
          - name: eb-roll
            elasticBeanstalk: { application: shop, environment: shop-roll }
            strategy: { rolling: { deadline: 150s } }
          - name: eb-live
            elasticBeanstalk: { application: shop, blue: shop-blue, green: shop-green, cname: shop-live, dnsTail: 5s }
            strategy: { blueGreen: { autoPromote: true, scaleDownDelay: 10s, old: keep, deadline: 100s } }
          - name: eb-canary
            elasticBeanstalk: { application: shop, stable: shop-stable, canary: shop-canary, listenerRule: "$RULE" }
            strategy:
              canary: { steps: [{ setWeight: 20 }, { pause: { duration: 10s } }], deadline: 100s }
        YAML
        """
    }
}
