import SlipwayHTTP

/// Every fault at every call and every crash at every write of one scenario.
public struct Sweep: Sendable {
    /// One rehearsal that broke a promise.
    public struct Failure: Sendable, CustomStringConvertible {
        /// The scenario and the fault.
        public var place: String
        /// What was broken.
        public var violations: [String]
        /// `place: violation; violation`
        public var description: String { "\(place): \(violations.joined(separator: "; "))" }
    }

    /// What a sweep showed.
    public struct Report: Sendable {
        /// Rehearsals.
        public var runs = 0
        /// Those that broke a promise.
        public var failures: [Failure] = []
        /// Rehearsals by kind of fault.
        public var runsByFault: [String: Int] = [:]
        /// Calls to the simulated platform.
        public var calls = 0

        mutating func add(_ other: Report) {
            runs += other.runs
            calls += other.calls
            failures += other.failures
            runsByFault.merge(other.runsByFault, uniquingKeysWith: +)
        }
    }

    private enum Case: Sendable {
        case fault(Fault)
        case crash(Crash)
    }

    private let lab: Lab
    private let stride: Int

    /// Sweeps `lab`; with a stride above 1 each fault strikes every so-many-th call and write only.
    public init(_ lab: Lab, stride: Int = 1) { (self.lab, self.stride) = (lab, max(stride, 1)) }

    /// Rehearses every case, `workers` at a time; stops early once `failuresMax` are found.
    public func run(workers: Int = 2, failuresMax: Int = 20) async -> Report {
        let calm = await lab.rehearse()
        var report = Report()
        report.runs = 1
        report.calls = calm.calls
        if !calm.violations.isEmpty {
            report.failures.append(Failure(place: "\(lab.scenario.name), no fault", violations: calm.violations))
        }
        let cases = cases(calm.requests, appends: calm.appends, on: lab.scenario.platform)
        let names = Self.names(calm.requests, on: lab.scenario.platform)
        await withTaskGroup(of: Report.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    let own = Swift.stride(from: worker, to: cases.count, by: workers).map { cases[$0] }
                    return await work(own, names, failuresMax)
                }
            }
            for await part in group { report.add(part) }
        }
        return report
    }

    private func cases(_ requests: [Request], appends: Int, on platform: some LabPlatform) -> [Case] {
        var cases: [Case] = []
        for (call, request) in requests.enumerated() {
            // With a stride, each call meets other faults than the one before it, so that none is left out.
            for (number, kind) in platform.faultKinds.enumerated() where (call + number) % stride == 0 {
                if kind.canStrike(request, on: platform) { cases.append(.fault(Fault(kind, call: call))) }
                guard ![.crashBefore, .crashAfter, .lockStolen].contains(kind) else { continue }
                cases.append(.fault(Fault(kind, call: call, isForEver: true)))
            }
        }
        for append in Swift.stride(from: 0, to: appends, by: stride) {
            for moment in Crash.Moment.allCases { cases.append(.crash(Crash(append: append, moment: moment))) }
        }
        return cases
    }

    /// What each call is called as long as nothing goes wrong.
    private static func names(_ requests: [Request], on platform: some LabPlatform) -> [String] {
        requests.map { platform.name(of: $0) }
    }

    private func work(_ cases: [Case], _ names: [String], _ failuresMax: Int) async -> Report {
        var report = Report()
        for one in cases where report.failures.count < failuresMax {
            let name: String
            let (kind, result): (String, LabReport)
            switch one {
            case .fault(let fault):
                name = "\(fault) (\(names[fault.call]))"
                (kind, result) = (fault.kind.rawValue, await lab.rehearse(fault))
            case .crash(let crash):
                name = "\(crash)"
                (kind, result) = ("journal crash", await lab.rehearse(crash: crash))
            }
            report.runs += 1
            report.calls += result.calls
            report.runsByFault[kind, default: 0] += 1
            guard !result.violations.isEmpty else { continue }
            report.failures.append(Failure(place: "\(lab.scenario.name), \(name)", violations: result.violations))
        }
        return report
    }
}
