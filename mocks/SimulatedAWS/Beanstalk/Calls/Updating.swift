import SlipwayBase

// Changing environments.
extension ElasticBeanstalk {
    mutating func updateEnvironment(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let index = try environment(call)
        let label = try call.optional("VersionLabel", 1...100)
        let template = try call.optional("TemplateName", 1...100)
        let platform = try platform(of: call)
        let (settings, removed) = (call.optionSettings, call.optionsToRemove)
        let changesOptions = !settings.isEmpty || !removed.isEmpty || template != nil || platform != nil
        if label != nil, changesOptions {
            throw ServiceFault(
                "InvalidParameterCombination",
                "Attempting to update both the release and configuration is not allowed."
            )
        }
        try requireReady(index)
        if let description = try call.optional("Description", 0...200) {
            environments[index].description = description
        }
        if let label {
            _ = try usableVersion(label, of: environments[index].application, call.place)
            deploy(label, to: index, call)
        } else if changesOptions {
            var options = environments[index].options.removing(removed)
            if let template { options = try self.template(template, of: index).options }
            try check(settings, for: environments[index])
            configure(options.setting(settings), platform, at: index, call)
        }
        let (environment, now) = (environments[index], now)
        // The immediate answer speaks of the version as if it were there already.
        return { $0.write(environment, at: now, label: label, colour: "Grey") }
    }

    private mutating func deploy(_ label: String, to index: Int, _ call: ServiceRequest) {
        let environment = environments[index]
        let failure = failure(version: label, environment: environment.name) { kind in
            switch kind {
            case .instance, .everyInstance, .timeout, .unhealthy, .degrades, .warns: true
            case .processing, .launch, .configuration, .swap: false
            }
        }
        let fresh = environment.instances.map { _ in naming.instance() }
        var deployment = Deployment(environment, label: label, failure: failure, fresh: fresh, timings: timings)
        var operation = Operation(.deploy, requestID: call.requestID, deployment.lines())
        (operation.isAbortable, operation.failure, operation.label) = (true, failure, label)
        begin(operation, at: index, .updating)
    }

    private mutating func configure(
        _ options: OptionSet,
        _ platform: Platform?,
        at index: Int,
        _ call: ServiceRequest
    ) {
        let environment = environments[index]
        let fails = failure(version: nil, environment: environment.name) { $0 == .configuration } != nil
        let count = max(environment.instances.count, Configuration.size(of: environment, with: options)) * 2
        let fresh = (0..<count).map { _ in naming.instance() }
        var change = Configuration(environment, to: options, fails: fails, fresh: fresh, timings: timings)
        var operation = Operation(.configure, requestID: call.requestID, change.lines())
        operation.isAbortable = true
        environments[index].pendingOptions = options
        if let platform, !fails { environments[index].platform = platform }
        begin(operation, at: index, .updating)
    }

    mutating func swapEnvironments(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let parameters = call.parameters
        if (parameters.text("SourceEnvironmentId") == nil) != (parameters.text("DestinationEnvironmentId") == nil) {
            throw ServiceFault(
                "InvalidParameterCombination",
                "If you specify the SourceEnvironmentId, you must specify the DestinationEnvironmentId."
            )
        }
        let first = try environment(call, id: "SourceEnvironmentId", name: "SourceEnvironmentName")
        let second = try environment(call, id: "DestinationEnvironmentId", name: "DestinationEnvironmentName")
        try checkSwap(first, second)
        let names = [environments[first].name, environments[second].name]
        let fails = names.contains { name in failure(version: nil, environment: name) { $0 == .swap } != nil }
        let lines = LifeScripts.swap(environments[first], environments[second], isSound: !fails, timings)
        let partner = LifeScripts.partner(ofSwap: timings, isSound: !fails)
        begin(Operation(.swap, requestID: call.requestID, lines), at: first, .updating)
        begin(Operation(.swap, requestID: call.requestID, partner), at: second, .updating)
        return nil
    }

    private func checkSwap(_ first: Int, _ second: Int) throws(ServiceFault) {
        let (left, right) = (environments[first], environments[second])
        if first == second {
            throw ServiceFault("InvalidParameterCombination", "Cannot swap the CNAMEs of an environment with itself.")
        }
        if left.application != right.application {
            throw ServiceFault(
                "InvalidParameterCombination",
                "Environments \(left.name) and \(right.name) must belong to the same application."
            )
        }
        for environment in [left, right] where environment.tier == .worker {
            throw ServiceFault(
                "InvalidParameterValue",
                "Environment named \(environment.name) is in an unsupported tier for this operation. Must be WebServer."
            )
        }
        try requireReady(first)
        try requireReady(second)
    }
}
