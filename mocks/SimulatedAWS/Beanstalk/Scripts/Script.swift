import SlipwayBase

/// Builds the lines of an operation.
struct Script: Sendable {
    private(set) var lines: [ScriptLine] = []
    private var pause: Duration = .zero

    /// Lets time pass before the next line.
    mutating func wait(_ duration: Duration) { pause += duration }

    /// Adds something that happens.
    mutating func add(_ effect: Effect) {
        lines.append(ScriptLine(after: pause, effect: effect))
        pause = .zero
    }

    /// Adds an event of the operation.
    mutating func tell(_ message: String, _ severity: Severity = .info) { add(.tell(severity, message)) }
}

/// A deployment of a version, from which its script is made.
struct Deployment: Sendable {
    /// What becomes of a version on an instance.
    enum Fate: Hashable, Sendable { case well, fails, hangs, unhealthy }

    let environment: Environment
    let timings: BeanstalkTimings
    let label: String
    /// What goes wrong, if anything.
    let failure: BeanstalkFailure.Kind?
    /// Ids for new instances, as many as there may be.
    let fresh: [String]
    var script = Script()
    /// The number of the next instance in the order of deployment, from 1.
    private var number = 1

    init(
        _ environment: Environment,
        label: String,
        failure: BeanstalkFailure.Kind?,
        fresh: [String],
        timings: BeanstalkTimings
    ) {
        (self.environment, self.label, self.failure) = (environment, label, failure)
        (self.fresh, self.timings) = (fresh, timings)
    }

    var ids: [String] { environment.instances.map(\.id) }

    /// How long the commands of an instance may take before the service gives up.
    var patience: Duration { .seconds(environment.options.commandSeconds) + timings.commandGrace }

    /// The lines of the whole deployment.
    mutating func lines() -> [ScriptLine] {
        script.tell("Environment update is starting.")
        script.wait(timings.start)
        switch environment.options.policy {
        case .allAtOnce: allAtOnce()
        case .rolling: rolling()
        case .rollingWithAdditionalBatch: rollingWithAdditionalBatch()
        case .immutable: immutable()
        case .trafficSplitting: trafficSplitting()
        }
        return script.lines
    }

    /// Runs the commands on instances where they have begun; whether all of them ended well.
    mutating func runCommands(on ids: [String]) -> Bool {
        var fates: [(id: String, fate: Fate)] = []
        for id in ids {
            fates.append((id, fate(of: number)))
            number += 1
        }
        script.wait(timings.instanceDeploy)
        let good = fates.filter { $0.fate == .well || $0.fate == .unhealthy }.map(\.id)
        let bad = fates.filter { $0.fate == .fails }.map(\.id)
        let hanging = fates.filter { $0.fate == .hangs }.map(\.id)
        for id in good {
            script.add(.complete([id]))
            script.tell("Instance deployment completed successfully.")
        }
        for id in bad {
            script.tell("Instance deployment failed. For details, see 'eb-engine.log'.", .error)
            script.add(.fail([id]))
        }
        if !hanging.isEmpty { giveUp(on: hanging) }
        if bad.isEmpty && hanging.isEmpty { return true }
        tellCommandFailure(good: good.count, bad: bad, hanging: hanging)
        return false
    }

    private func fate(of number: Int) -> Fate {
        switch failure {
        case .instance(let one) where one != number, .timeout(let one) where one != number: .well
        default: failure.map(Self.fate) ?? .well
        }
    }

    /// What a failure makes of the instance it is meant for.
    static func fate(of failure: BeanstalkFailure.Kind) -> Fate {
        switch failure {
        case .instance, .everyInstance: .fails
        case .timeout: .hangs
        case .unhealthy: .unhealthy
        case .degrades, .warns, .processing, .launch, .configuration, .swap: .well
        }
    }

    private mutating func giveUp(on ids: [String]) {
        script.wait(patience)
        let list = ids.joined(separator: ", ")
        script.add(.fail(ids))
        script.tell(
            "The following instances have not responded in the allowed command timeout time (they might still finish "
                + "eventually on their own): [\(list)].",
            .warn
        )
    }

    private mutating func tellCommandFailure(good: Int, bad: [String], hanging: [String]) {
        for id in bad {
            script.tell(
                "[Instance: \(id)] Command failed on instance. Return code: 1 Output: Engine execution has "
                    + "encountered an error..",
                .error
            )
        }
        var summary = "Successful: \(good), Failed: \(bad.count)"
        if !hanging.isEmpty { summary += ", TimedOut: \(hanging.count)" }
        script.tell("Command execution completed on all instances. Summary: [\(summary)].")
        let list = (bad + hanging).map { "'\($0)'" }.joined(separator: ", ")
        script.tell("Unsuccessful command execution on instance id(s) \(list). Aborting the operation.", .error)
        if !hanging.isEmpty {
            script.tell(
                "Update environment operation is complete, but with command timeouts. Try increasing the timeout "
                    + "period. For more information, see troubleshooting documentation.",
                .error
            )
        }
    }

    /// Waits until instances in the load balancer are healthy; whether they become so.
    mutating func passHealthChecks() -> Bool {
        switch failure {
        case .unhealthy: break
        case .degrades(let after) where after < timings.healthChecks: break
        default:
            script.wait(timings.healthChecks)
            return true
        }
        script.wait(patience)
        return false
    }

    /// The end of a deployment that failed; temporary instances go.
    mutating func endInFailure(mayBeMixed: Bool, temporary: [String] = []) {
        script.add(.seal)
        if mayBeMixed, environment.instances.count > 1 {
            script.tell(
                "During an aborted deployment, some instances may have deployed the new application version. To ensure "
                    + "all instances are running the same version, re-deploy the appropriate application version.",
                .error
            )
        }
        if !temporary.isEmpty {
            script.add(.split(nil))
            script.add(.deregister(temporary))
            script.wait(timings.instanceTermination)
            script.add(.terminate(temporary))
        }
        script.tell("Failed to deploy application.", .error)
        script.add(.end)
    }

    /// The end of a deployment that went well.
    mutating func endWell() {
        script.add(.label(label))
        script.tell("Environment update completed successfully.")
        script.add(.end)
    }
}
