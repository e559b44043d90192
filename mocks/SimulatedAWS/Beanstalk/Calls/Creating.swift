import SlipwayBase

// The beginning and the end of environments.
extension ElasticBeanstalk {
    mutating func createEnvironment(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let application = try application(call)
        let name = try call.required("EnvironmentName", 4...40)
        try checkNew(name, call)
        let prefix = try newPrefix(call)
        let label = try call.optional("VersionLabel", 1...100)
        if let label { _ = try usableVersion(label, of: application.name, call.place) }
        let (options, platform) = try origin(call, application.name)
        let isWorker = call.parameters.structure("Tier")["Name"] == "Worker"
        var environment = Environment(
            place: call.place,
            id: "e-" + naming.letters(10),
            name: name,
            application: application.name,
            tier: isWorker ? .worker : .web,
            platform: platform,
            cname: nil,
            endpoint: "",
            versionLabel: label,
            options: options.removing(call.optionsToRemove).setting(call.optionSettings),
            status: .launching,
            created: now,
            updated: now,
            suffix: naming.letters(12)
        )
        try check(call.optionSettings, for: environment)
        environment.description = try call.optional("Description", 0...200)
        environment.endpoint = endpoint(of: environment)
        for tag in call.parameters.members("Tags") { environment.tags[tag["Key"] ?? ""] = tag["Value"] ?? "" }
        if !isWorker { environment.cname = cname(for: name, prefix, call.place) }
        environments.append(environment)
        launch(environments.count - 1, call, label)
        let (launched, now) = (environments[environments.count - 1], now)
        return { $0.write(launched, at: now, colour: "Grey") }
    }

    private mutating func cname(for name: String, _ prefix: String?, _ place: Place) -> String {
        if let prefix { return Self.cname(prefix, place) }
        return "\(name.lowercased()).eba-\(naming.letters(8)).\(place.region).elasticbeanstalk.com"
    }

    private mutating func launch(_ index: Int, _ call: ServiceRequest, _ label: String?) {
        let environment = environments[index]
        let failure = failure(version: label, environment: environment.name) { kind in
            switch kind {
            case .launch, .instance, .everyInstance, .timeout, .unhealthy, .degrades, .warns: true
            case .processing, .configuration, .swap: false
            }
        }
        let isSound =
            switch failure {
            case .launch, .instance, .everyInstance, .timeout: false
            default: true
            }
        let fresh = (0..<max(environment.options.sizeMin, 1)).map { _ in naming.instance() }
        let lines = LifeScripts.launch(environment, fresh: fresh, isSound: isSound, timings)
        var operation = Operation(.launch, requestID: call.requestID, lines)
        (operation.failure, operation.label) = (failure, label)
        begin(operation, at: index, .launching)
    }

    private func checkNew(_ name: String, _ call: ServiceRequest) throws(ServiceFault) {
        let isWellFormed = name.utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return byte < 128
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || byte == 0x2D)
        }
        guard isWellFormed, !name.hasPrefix("-"), !name.hasSuffix("-") else {
            throw ServiceFault(
                "InvalidParameterValue",
                "Value \(name) at 'EnvironmentName' failed to satisfy constraint: Member must contain only letters, "
                    + "digits, and the dash character and may not start or end with a dash"
            )
        }
        guard !environments.contains(where: { $0.place == call.place && $0.name == name && !$0.isGone }) else {
            throw ServiceFault("InvalidParameterValue", "Environment \(name) already exists.")
        }
    }

    private func newPrefix(_ call: ServiceRequest) throws(ServiceFault) -> String? {
        guard let prefix = try call.optional("CNAMEPrefix", 4...63) else { return nil }
        guard isFree(prefix, call.place) else {
            throw ServiceFault(
                "InvalidParameterValue",
                "DNS name (\(Self.cname(prefix, call.place))) is not available."
            )
        }
        return prefix
    }

    /// What a new environment begins with: a template, another environment (as `eb clone` asks for), or a platform.
    private func origin(
        _ call: ServiceRequest,
        _ application: String
    ) throws(ServiceFault) -> (OptionSet, Platform) {
        let template = try call.optional("TemplateName", 1...100)
        let source = call.parameters.text("TemplateSpecification.TemplateSource.EnvironmentName")
        let platform = try platform(of: call)
        if template != nil, platform != nil {
            throw ServiceFault(
                "InvalidParameterCombination",
                "You cannot specify both a configuration template and a platform."
            )
        }
        if let template {
            let found = try self.template(template, of: application, call.place)
            return (found.options, found.platform)
        }
        if let source {
            let found = environments.first { $0.place == call.place && $0.name == source && !$0.isGone }
            guard let found else {
                throw ServiceFault("InvalidParameterValue", "No Environment found for EnvironmentName = '\(source)'.")
            }
            return (found.options, platform ?? found.platform)
        }
        guard let platform else {
            throw ServiceFault(
                "MissingRequiredParameter",
                "You must specify one of SolutionStackName, PlatformArn and TemplateName."
            )
        }
        return (OptionSet(), platform)
    }

    mutating func terminateEnvironment(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let index = try environment(call)
        let environment = environments[index]
        guard environment.status == .ready else {
            let what =
                switch environment.status {
                case .launching: "creation"
                case .terminating: "termination"
                default: "deployment"
                }
            throw ServiceFault(
                "InvalidParameterValue",
                "Cannot terminate environment named \(environment.name). It is currently pending \(what)."
            )
        }
        let lines = LifeScripts.terminate(environment, timings)
        begin(Operation(.terminate, requestID: call.requestID, lines), at: index, .terminating)
        let (ending, now) = (environments[index], now)
        return { $0.write(ending, at: now, colour: "Grey") }
    }

    mutating func abortUpdate(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let index = try environment(call)
        let environment = environments[index]
        guard environment.status == .updating, let operation = environment.operation, operation.isAbortable else {
            throw ServiceFault(
                "InvalidParameterValue",
                "Environment named \(environment.name) is in an invalid state for this operation. Must be pending "
                    + "deployment."
            )
        }
        var abort = Operation(
            operation.kind,
            requestID: operation.requestID,
            LifeScripts.abort(environment, operation, timings)
        )
        (abort.failure, abort.label) = (operation.failure, operation.label)
        begin(abort, at: index, .aborting)
        return nil
    }
}
