import Foundation
import SlipwayBase
import Testing

/// The program that is deployed with.
enum SlipwayProgram {
    /// `SLIPWAY_PROGRAM`, or the latest that was built in this repository; nil when there is none.
    static let path: String? = {
        let files = FileManager.default
        if let named = ProcessInfo.processInfo.environment["SLIPWAY_PROGRAM"] {
            return files.isExecutableFile(atPath: named) ? named : nil
        }
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 { root.deleteLastPathComponent() }
        let built = [".build-release/release/slipway", ".build/release/slipway", ".build/debug/slipway"].map {
            root.appendingPathComponent($0).path
        }
        func age(_ path: String) -> Date {
            (try? files.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast
        }
        return built.filter(files.isExecutableFile).max { age($0) < age($1) }
    }()
}

/// One `slipway deploy` to every target while wrk asks the application of each, and what was seen meanwhile.
struct LoadedRun {
    /// How many requests each version of a host answered while its shares stood still.
    struct Sample {
        var shares: [String: Double]
        var counts: [String: Int]
    }

    /// How a host's requests fell while the new version had its share.
    struct Split: CustomStringConvertible {
        var share: Double
        var new = 0
        var total = 0

        /// How far the count is from its mean, in standard deviations.
        private var deviation: Double {
            let mean = Double(total) * share
            return (Double(new) - mean) / (mean * (1 - share)).squareRoot()
        }

        /// Whether it lies in the interval that holds 99.9 % of all binomial counts.
        var isWithin999: Bool { total >= 500 && abs(deviation) <= 3.291 }

        var description: String {
            "\(new) of \(total) is \(Double(new) / Double(max(total, 1)) * 100) %, \(deviation) standard deviations off"
        }
    }

    var outcome: Outcome
    var answered = 0
    var failed = 0
    private var samples: [String: [Sample]] = [:]

    /// Deploys `version` to these targets under load.
    init(version: String, to targets: [LoadedTarget]) async throws {
        let slipway = try #require(SlipwayProgram.path)
        let sandbox = try await RunningSandbox(seed: LoadedTarget.seed)
        let hosts = targets.map(\.host)
        let done = Locked(false)
        async let seen = Self.watch(sandbox, hosts, until: done)
        // Rounds, as wrk tells nothing of a run that it does not end by itself.
        let loads = hosts.map { host in
            """
            while [ ! -e over ]; do
                wrk -t1 -c2 -d4s -H 'Host: \(host)' $SLIPWAY_SANDBOX_APPLICATIONS/ >> wrk-\(host) || sleep 1
            done &
            """
        }
        outcome = await sandbox.shell(
            """
            \(loads.joined(separator: "\n"))
            RULE=$(python3 \(Scripts.path("rule.py")))
            touch bundle; python3 -m zipfile -c \(version).zip bundle
            cat > slipway.yaml <<YAML
            \(LoadedTarget.config(version: version, targets))
            YAML
            timeout 500 \(slipway) deploy -f slipway.yaml --journal journal.db --parallel \(hosts.count) > said 2>&1
            STATUS=$?; touch over; wait; cat wrk-*; tail -n 60 said >&2; admin GET /traffic; exit $STATUS
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

    /// How many requests each version of each host answered in all, by the sandbox's own count; `none` for nobody.
    private var counted: JSON {
        let last = outcome.output.split(separator: "\n").last ?? ""
        return (try? JSON(parsing: Array(last.utf8))) ?? .null
    }

    /// How many requests to a host were answered by versions that are called so, or end in it after a colon.
    func count(of version: String, at host: String) -> Int {
        (counted[host]?.object?.members ?? []).filter { $0.key == version || $0.key.hasSuffix(":" + version) }
            .reduce(0) { $0 + ($1.value.int ?? 0) }
    }

    /// What slipway said at its end.
    var verdicts: String { outcome.errors }

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
    ///
    /// One sound run in a thousand lies outside of the interval: where all of it does, its latter half decides.
    func split(of host: String, new share: Double) -> Split? {
        let during = (samples[host] ?? []).compactMap { sample -> (new: Int, total: Int)? in
            guard let new = sample.shares.first(where: { abs($0.value - share) < 1e-9 })?.key else { return nil }
            return (sample.counts[new] ?? 0, sample.counts.values.reduce(0, +))
        }
        guard !during.isEmpty else { return nil }
        func split(_ part: some Sequence<(new: Int, total: Int)>) -> Split {
            part.reduce(into: Split(share: share)) { ($0.new, $0.total) = ($0.new + $1.new, $0.total + $1.total) }
        }
        let whole = split(during)
        return whole.isWithin999 ? whole : split(during.suffix(during.count / 2))
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
                "admin GET /shares; sleep 0.03; admin GET /traffic; sleep 1; admin GET /traffic; admin GET /shares"
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
