import SlipwayBase

/// The scripts of an environment's beginning and end, of swaps and of aborts.
enum LifeScripts {
    static func launch(_ environment: Environment, fresh: [String], isSound: Bool, _ timings: BeanstalkTimings)
        -> [ScriptLine]
    {
        let bucket = ElasticBeanstalk.bucket(environment.place)
        var script = Script()
        script.tell("createEnvironment is starting.")
        script.wait(.milliseconds(900))
        script.tell("Using \(bucket) as Amazon S3 storage bucket for environment data.")
        script.wait(timings.environmentLaunch)
        if !environment.options.isSingleInstance, environment.tier == .web {
            script.tell("Created load balancer named: \(environment.loadBalancerARN ?? "awseb-\(environment.suffix)")")
        }
        script.tell("Created Auto Scaling group named: \(environment.autoScalingGroup)")
        script.wait(timings.instanceLaunch)
        let label = environment.versionLabel ?? ElasticBeanstalk.sampleLabel
        script.add(.launch(fresh, label: label, isTemporary: false))
        script.wait(timings.instanceDeploy)
        if isSound {
            script.add(.complete(fresh))
            script.tell("Instance deployment completed successfully.")
            script.wait(timings.healthChecks)
            script.add(.register(fresh))
            script.mentionAdded(fresh)
            if environment.tier == .web { script.tell("Application available at \(environment.cname ?? "").") }
            script.tell("Successfully launched environment: \(environment.name)")
        } else {
            script.tell("Instance deployment failed. For details, see 'eb-engine.log'.", .error)
            script.add(.fail(fresh))
            script.tell("Failed to launch environment.", .error)
            script.tell(
                "Create environment operation is complete, but with errors. For more information, see "
                    + "troubleshooting documentation.",
                .error
            )
        }
        script.add(.end)
        return script.lines
    }

    static func terminate(_ environment: Environment, _ timings: BeanstalkTimings) -> [ScriptLine] {
        let ids = environment.instances.map(\.id)
        var script = Script()
        script.tell("terminateEnvironment is starting.")
        script.add(.deregister(ids))
        script.wait(timings.termination)
        script.add(.terminate(ids))
        script.tell("Deleted Auto Scaling group named: \(environment.autoScalingGroup)")
        script.tell("terminateEnvironment completed successfully.")
        script.add(.gone)
        return script.lines
    }

    /// The swap as the first environment sees it, with all of its events.
    static func swap(_ first: Environment, _ second: Environment, isSound: Bool, _ timings: BeanstalkTimings)
        -> [ScriptLine]
    {
        var script = Script()
        script.tell("swapEnvironmentCNAMEs is starting.")
        script.tell("Swapping CNAMEs for environments '\(first.name)' and '\(second.name)'.")
        script.wait(timings.swap)
        if isSound {
            script.add(.swap(with: second.id))
            script.tell("'\(second.cname ?? "")' now points to '\(first.endpoint)'.")
            script.tell("'\(first.cname ?? "")' now points to '\(second.endpoint)'.")
            script.wait(.seconds(1))
            script.tell("Completed swapping CNAMEs for environments '\(first.name)' and '\(second.name)'.")
        } else {
            let names = "'\(first.name)' and '\(second.name)'"
            script.tell("Failed to swap CNAMEs for environments \(names). The environments are unchanged.", .error)
        }
        script.add(.end)
        return script.lines
    }

    /// The swap as the second environment sees it: it is busy for as long.
    static func partner(ofSwap timings: BeanstalkTimings, isSound: Bool) -> [ScriptLine] {
        var script = Script()
        script.wait(timings.swap + (isSound ? .seconds(1) : .zero))
        script.add(.end)
        return script.lines
    }

    /// What an abort does with instances as the operation has left them.
    static func abort(_ environment: Environment, _ operation: Operation, _ timings: BeanstalkTimings) -> [ScriptLine] {
        var script = Script()
        script.tell("The abort of the environment update is starting.")
        let temporary = environment.instances.filter(\.isTemporary).map(\.id)
        let busy = environment.instances.filter { !$0.isTemporary && $0.deployment == .inProgress }.map(\.id)
        let fails = operation.failure.map { [.well, .unhealthy].contains(Deployment.fate(of: $0)) } == false
        let outside = environment.instances.filter { instance in
            let isBroken = instance.deployment == .failed || fails && instance.deployment == .inProgress
            return !instance.isTemporary && !instance.isRegistered && !isBroken
        }
        script.add(.split(nil))
        if !busy.isEmpty {
            script.wait(timings.instanceDeploy)
            script.add(fails ? .fail(busy) : .complete(busy))
        }
        if !outside.isEmpty { script.add(.register(outside.map(\.id))) }
        if !temporary.isEmpty {
            script.add(.deregister(temporary))
            script.wait(timings.instanceTermination)
            script.add(.terminate(temporary))
        }
        script.wait(timings.abort)
        script.add(.settleOptions(isApplied: false))
        if case .deploy = operation.kind {
            if environment.instances.contains(where: { !$0.isTemporary && $0.label == operation.label }) {
                script.tell(
                    "During an aborted deployment, some instances may have deployed the new application version. To "
                        + "ensure all instances are running the same version, re-deploy the appropriate application "
                        + "version.",
                    .error
                )
            }
            script.tell("Failed to deploy application.", .error)
        } else {
            script.tell("The environment was reverted to the previous configuration setting.")
        }
        script.tell("The environment update was aborted.")
        script.add(.end)
        return script.lines
    }
}

extension Script {
    fileprivate mutating func mentionAdded(_ ids: [String]) {
        let plural = ids.count == 1 ? "" : "s"
        add(.mention("Added instance\(plural) [\(ids.joined(separator: ", "))] to your environment."))
    }
}
