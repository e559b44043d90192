import SlipwayBase

/// A change of options, from which its script is made.
struct Configuration {
    let environment: Environment
    let timings: BeanstalkTimings
    /// The options as they will be.
    let options: OptionSet
    /// Whether it fails and is reverted.
    let fails: Bool
    /// Ids for new instances, as many as there may be.
    let fresh: [String]
    private var script = Script()

    init(
        _ environment: Environment,
        to options: OptionSet,
        fails: Bool,
        fresh: [String],
        timings: BeanstalkTimings
    ) {
        (self.environment, self.options, self.fails) = (environment, options, fails)
        (self.fresh, self.timings) = (fresh, timings)
    }

    /// How many instances there will be.
    static func size(of environment: Environment, with options: OptionSet) -> Int {
        max(options.sizeMin, min(environment.instances.count, max(options.sizeMax, 1)))
    }

    /// The lines of the whole change.
    mutating func lines() -> [ScriptLine] {
        script.tell("Environment update is starting.")
        script.wait(timings.start)
        script.tell("Updating environment \(environment.name)'s configuration settings.")
        script.wait(timings.optionUpdate)
        if fails { return revert() }
        let severities = environment.options.differences(to: options).compactMap { OptionRule.severity(of: $0) }
        switch severities.max() ?? .none {
        case .none: break
        case .restart: restart()
        case .replace: replace()
        }
        resize()
        script.add(.settleOptions(isApplied: true))
        script.tell("Successfully deployed new configuration to environment.")
        script.add(.end)
        return script.lines
    }

    private mutating func revert() -> [ScriptLine] {
        script.tell("Failed to deploy configuration.", .error)
        script.add(.seal)
        script.wait(timings.optionUpdate)
        script.add(.settleOptions(isApplied: false))
        script.tell("The environment was reverted to the previous configuration setting.")
        script.add(.end)
        return script.lines
    }

    private mutating func restart() {
        for instance in environment.instances {
            script.add(.deregister([instance.id]))
            script.wait(timings.instanceDeploy)
            script.add(.register([instance.id]))
        }
    }

    /// New instances for old ones: in batches when rolling updates are enabled, all together when not.
    private mutating func replace() {
        let old = environment.instances.map(\.id)
        let isRolling = options[.rollingUpdates] == "true"
        let size = isRolling ? max(1, options.number(.rollingUpdateBatch)) : max(old.count, 1)
        let label = environment.versionLabel ?? ElasticBeanstalk.sampleLabel
        var done = 0
        while done < old.count {
            let range = done..<min(done + size, old.count)
            let (leaving, coming) = (Array(old[range]), Array(fresh[range]))
            script.add(.deregister(leaving))
            bringUp(coming, label)
            script.add(.terminate(leaving))
            done = range.upperBound
        }
    }

    private mutating func resize() {
        let (count, wanted) = (environment.instances.count, Self.size(of: environment, with: options))
        if wanted > count {
            let coming = Array(fresh.suffix(wanted - count))
            bringUp(coming, environment.versionLabel ?? ElasticBeanstalk.sampleLabel)
            script.add(.mention("Added instances [\(coming.joined(separator: ", "))] to your environment."))
        } else if wanted < count {
            let leaving = environment.instances.suffix(count - wanted).map(\.id)
            script.add(.deregister(leaving))
            script.wait(timings.deregistration)
            script.add(.terminate(leaving))
            script.add(.mention("Removed instances [\(leaving.joined(separator: ", "))] from your environment."))
        }
    }

    /// New instances; until they are healthy an abort takes them away again.
    private mutating func bringUp(_ ids: [String], _ label: String) {
        script.wait(timings.instanceLaunch)
        script.add(.launch(ids, label: label, isTemporary: true))
        script.wait(timings.instanceDeploy + timings.healthChecks)
        script.add(.complete(ids))
        script.add(.register(ids))
        script.add(.adopt)
    }
}
