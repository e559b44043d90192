internal import Foundation
public import Logging
public import SlipwayBase

extension Toolkit {
    /// How a rehearsal goes.
    public struct Rehearsal: Hashable, Sendable {
        /// All chance follows from it.
        public var seed: UInt64
        /// Virtual seconds a second; 0 lets no real time pass.
        public var pace: Double
        /// A file that says what the simulated world is like; nil makes it from the config.
        public var world: String?
        /// A file that runs are kept in; nil keeps them in memory.
        public var journal: String?

        /// Makes a rehearsal.
        public init(seed: UInt64 = 1, pace: Double = 0, world: String? = nil, journal: String? = nil) {
            (self.seed, self.pace, self.world, self.journal) = (seed, pace, world, journal)
        }
    }

    /// A toolkit that rehearses: simulated platforms, a virtual clock a target, approvals taken as given.
    public static func offline(
        _ rehearsal: Rehearsal = Rehearsal(),
        environment: [String: String]? = nil,
        logger: Logger? = nil
    ) throws(InputFailure) -> Toolkit {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let random = SeededRandom(seed: rehearsal.seed)
        let clocks = VirtualClocks(pace: rehearsal.pace)
        var world = World(
            time: { clocks.clock(of: $0) },
            random: random,
            environment: { environment[$0] },
            readFile: DiskFiles.read,
            openFile: DiskFile.init(path:),
            journal: rehearsal.journal.map { .file($0, random: random) } ?? .memory(random: random),
            processID: ProcessInfo.processInfo.processIdentifier
        )
        world.isRehearsal = true
        let azure = SimulatedAzure(file: rehearsal.world, logger: logger)
        var toolkit = Toolkit(
            world,
            platforms: [
                SimulatedKubernetesPlatform(file: rehearsal.world, logger: logger),
                SimulatedBeanstalkPlatform(file: rehearsal.world, logger: logger),
                SimulatedAppServicePlatform(azure), SimulatedAKSPlatform(azure),
            ]
        )
        toolkit.settings.assumesApproval = true
        return toolkit
    }
}

/// One virtual clock a target, made when it is first asked for.
final class VirtualClocks: Sendable {
    private let clocks = Locked<[String: any TimeSource]>([:])
    private let pace: Double

    init(pace: Double) { self.pace = pace }

    func clock(of target: String) -> any TimeSource {
        clocks.withLock { clocks in
            if let clock = clocks[target] { return clock }
            let clock: any TimeSource =
                pace > 0 ? PacedTime(VirtualTime(), real: SystemTime(), pace: pace) : VirtualTime()
            clocks[target] = clock
            return clock
        }
    }
}
