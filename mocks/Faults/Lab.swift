import SlipwayBase
public import SlipwayEngine
public import SlipwayHTTP
public import SlipwayModel
import SlipwaySimulation

/// Bugs to plant: each function may put something wrong in the place of something right.
public struct Mutations: Sendable {
    /// In the place of the provider.
    public var provider: @Sendable (any Provider) -> any Provider = { $0 }
    /// Between the provider and the platform.
    public var transport: @Sendable (any Transport) -> any Transport = { $0 }
    /// In the place of the journal.
    public var journal: @Sendable (any Journal) -> any Journal = { $0 }
    /// In the place of the lock.
    public var lock: @Sendable (any TargetLock) -> any TargetLock = { $0 }
    /// In the place of the plan.
    public var plan: @Sendable (Plan) -> Plan = { $0 }

    /// No bug.
    public init() {}
}

/// What one rehearsal under a fault showed.
public struct LabReport: Sendable {
    /// How the run ended.
    public var verdict: Verdict?
    /// Promises that were broken.
    public var violations: [String]
    /// Calls that reached the transport.
    public var calls: Int
    /// Writes of the journal.
    public var appends: Int
    /// What was sent, where no fault was planted.
    var requests: [Request]
}

/// Runs one scenario to its end with the real engine and provider, however often its process dies on the way.
public struct Lab: Sendable {
    /// How often a process may end before the run must have ended.
    static let livesMax = 8
    static let run = RunID("lab-1")
    static let holder = "lab"

    let scenario: Scenario
    let mutations: Mutations

    /// Makes a lab.
    public init(_ scenario: Scenario, mutations: Mutations = Mutations()) {
        (self.scenario, self.mutations) = (scenario, mutations)
    }

    /// Rehearses under `fault` and `crash`, then resumes until the end, then once more.
    public func rehearse(_ fault: Fault? = nil, crash: Crash? = nil) async -> LabReport {
        await rehearse(fault, crash, on: scenario.platform)
    }

    private func rehearse(_ fault: Fault?, _ crash: Crash?, on platform: some LabPlatform) async -> LabReport {
        let bench = LabBench(scenario, on: platform, mutations, fault: fault, crash: crash)
        var verdict: Verdict?
        for life in 0..<Self.livesMax {
            let outcome = await bench.live(isFirst: life == 0)
            if case .over(let ended) = outcome, ended != .unknown {
                verdict = ended
                break
            }
            if case .stuck(let why) = outcome {
                bench.watchdog.report(why)
                break
            }
        }
        await bench.checkEnd(verdict)
        // The hooks hold the bench, which holds the transport: without this every rehearsal would stay in memory.
        defer { bench.transport.removeHooks() }
        return LabReport(
            verdict: verdict,
            violations: bench.watchdog.violations,
            calls: bench.transport.callCount,
            appends: bench.appends.withLock { $0 },
            requests: bench.requests.withLock { $0 }
        )
    }
}
