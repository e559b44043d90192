import SlipwayBase

// Deployments onto the instances that are there.
extension Deployment {
    mutating func allAtOnce() {
        script.tell("Deploying new version to instance(s).")
        script.add(.begin(ids, label: label))
        guard runCommands(on: ids) else { return endInFailure(mayBeMixed: true) }
        finishInPlace()
    }

    mutating func rolling() {
        script.tell("Deploying new version to instance(s).")
        guard roll(over: ids, firstBatch: 1) else { return endInFailure(mayBeMixed: true) }
        finishInPlace()
    }

    mutating func rollingWithAdditionalBatch() {
        let count = environment.options.batch(of: ids.count)
        let extra = Array(fresh.prefix(count))
        script.tell(
            "Rolling with Additional Batch deployment policy enabled. Launching a new batch of \(count) additional "
                + "instance(s)."
        )
        script.wait(timings.instanceLaunch)
        script.add(.launch(extra, label: label, isTemporary: true))
        script.add(.mention("Added instance\(plural(extra)) [\(extra.joined(separator: ", "))] to your environment."))
        tellBatch(1, "Starting application deployment on instance(s) [\(extra.joined(separator: ", "))].")
        guard runCommands(on: extra) else { return endInFailure(mayBeMixed: false, temporary: extra) }
        guard join(extra, batch: 1) else { return endInFailure(mayBeMixed: false, temporary: extra) }
        guard roll(over: ids, firstBatch: 2) else { return endInFailure(mayBeMixed: true, temporary: extra) }
        script.add(.seal)
        script.tell("Terminating the additional batch of instance(s) [\(extra.joined(separator: ", "))].")
        script.add(.deregister(extra))
        script.wait(timings.instanceTermination)
        script.add(.terminate(extra))
        finishInPlace()
    }

    /// One batch after the other; whether all went well.
    private mutating func roll(over ids: [String], firstBatch: Int) -> Bool {
        let size = environment.options.batch(of: ids.count)
        var rest = ids[...]
        var number = firstBatch
        while !rest.isEmpty {
            let batch = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            tellBatch(number, "Starting application deployment on instance(s) [\(batch.joined(separator: ", "))].")
            tellBatch(
                number,
                "De-registering instance(s) from the load balancer and waiting for them to go out of service."
            )
            script.add(.deregister(batch))
            script.wait(timings.deregistration)
            tellBatch(number, "Starting application deployment command execution.")
            script.add(.begin(batch, label: label))
            guard runCommands(on: batch) else { return false }
            tellBatch(number, "Completed application deployment command execution.")
            let total = ids.count
            script.tell("Command execution completed on \(batch.count) of \(total) instances in environment.")
            guard join(batch, batch: number) else { return false }
            number += 1
        }
        return true
    }

    /// Puts a batch into the load balancer; whether it becomes healthy there.
    private mutating func join(_ ids: [String], batch: Int) -> Bool {
        tellBatch(batch, "Registering instance(s) with the load balancer and waiting for them to be healthy. ")
        guard passHealthChecks() else {
            let list = ids.joined(separator: ", ")
            tellBatch(batch, "Instance(s) [\(list)] did not become healthy in time. Aborting the operation.", .error)
            return false
        }
        script.add(.register(ids))
        tellBatch(batch, "Completed application deployment.")
        return true
    }

    private mutating func finishInPlace() {
        script.add(.seal)
        script.wait(timings.cleanup)
        script.tell("New application version was deployed to running EC2 instances.")
        endWell()
    }

    private mutating func tellBatch(_ number: Int, _ message: String, _ severity: Severity = .info) {
        script.tell("Batch \(number): \(message)", severity)
    }

    func plural(_ ids: [String]) -> String { ids.count == 1 ? "" : "s" }
}
