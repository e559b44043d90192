import SlipwayBase

// Deployments onto a second set of instances.
extension Deployment {
    private var temporaryGroup: String {
        "awseb-\(environment.id)-immutable-stack-AWSEBAutoScalingGroup-\(environment.suffix)"
    }

    mutating func immutable() {
        let all = Array(fresh.prefix(ids.count))
        let (test, rest) = (Array(all.prefix(1)), Array(all.dropFirst()))
        script.tell(
            "Immutable deployment policy enabled. Launching one instance with the new settings to verify health."
        )
        script.wait(.seconds(16))
        script.tell("Created temporary auto scaling group \(temporaryGroup).")
        guard bringUp(test), admit(test, awaiting: test) else {
            script.tell("The test instance did not pass health checks. Aborting the operation.", .error)
            return endInFailure(mayBeMixed: false, temporary: test)
        }
        script.tell("Test instance passed health checks. Launching remaining new instances.")
        if !rest.isEmpty {
            guard bringUp(rest) else { return endInFailure(mayBeMixed: false, temporary: all) }
            script.tell("Successfully launched all instances.")
            guard admit(rest, awaiting: all) else { return endInFailure(mayBeMixed: false, temporary: all) }
        }
        replaceOld()
    }

    mutating func trafficSplitting() {
        let all = Array(fresh.prefix(ids.count))
        let options = environment.options
        let percent = options.number(.newVersionPercent)
        let minutes = options.number(.evaluationTime)
        script.tell("Traffic splitting deployment policy enabled. Launching \(all.count) instance(s) to evaluate.")
        script.wait(.seconds(16))
        script.tell("Created temporary auto scaling group \(temporaryGroup).")
        guard bringUp(all), passHealthChecks() else { return endInFailure(mayBeMixed: false, temporary: all) }
        script.add(.split(percent))
        script.add(.register(all))
        script.tell("Shifting \(percent)% of traffic to the new version for an evaluation of \(minutes) minutes.")
        if case .degrades(let after) = failure, after - timings.healthChecks < .seconds(minutes * 60) {
            script.wait(after - timings.healthChecks + .seconds(10))
            script.tell("The new version did not stay healthy during the evaluation. Shifting traffic back.", .error)
            return endInFailure(mayBeMixed: false, temporary: all)
        }
        script.wait(.seconds(minutes * 60))
        script.tell("The evaluation succeeded. Shifting 100% of traffic to the new version.")
        script.add(.split(nil))
        script.add(.deregister(ids))
        replaceOld()
    }

    /// Launches temporary instances with the new version; whether its commands end well.
    private mutating func bringUp(_ ids: [String]) -> Bool {
        script.wait(timings.instanceLaunch)
        script.add(.launch(ids, label: label, isTemporary: true))
        return runCommands(on: ids)
    }

    /// Puts temporary instances into the load balancer; whether all of them become healthy.
    private mutating func admit(_ ids: [String], awaiting all: [String]) -> Bool {
        script.tell("Adding new instance(s) (\(ids.joined(separator: ","))) to the load balancer.")
        script.tell("Waiting for instance(s) (\(all.joined(separator: ","))) to pass health checks.")
        guard passHealthChecks() else { return false }
        script.add(.register(ids))
        script.add(.mention("Added instance\(plural(ids)) [\(ids.joined(separator: ", "))] to your environment."))
        return true
    }

    /// Makes the temporary instances the permanent ones and ends the old ones.
    private mutating func replaceOld() {
        script.tell("Detached new instance(s) from temporary auto scaling group.")
        script.wait(.seconds(3))
        script.add(.adopt)
        script.tell("Attached new instance(s) to the permanent auto scaling group.")
        script.tell("Starting post-deployment configuration on new instances.")
        script.wait(timings.cleanup)
        script.add(.seal)
        script.tell("Deployment succeeded. Terminating old instances and temporary Auto Scaling group.")
        script.add(.deregister(ids))
        script.wait(timings.instanceTermination)
        script.add(.terminate(ids))
        for id in ids { script.add(.mention("Removed instance [\(id)] from your environment.")) }
        endWell()
    }
}
