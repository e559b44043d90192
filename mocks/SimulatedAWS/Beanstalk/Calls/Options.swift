// What requests may ask of options, templates and platforms.
extension ElasticBeanstalk {
    /// Refuses the first setting that is wrong, as the service does.
    func check(_ settings: [BeanstalkOption: String], for environment: Environment) throws(ServiceFault) {
        let messages = messages(about: settings, on: environment.options, isNew: environment.status == .launching)
        guard let first = messages.first(where: \.isError) else { return }
        throw ServiceFault("ConfigurationValidationException", "Configuration validation exception: \(first.text)")
    }

    /// What is to be said about a setting.
    struct OptionMessage {
        var option: BeanstalkOption
        var text: String
        var isError = true
    }

    /// Everything that is wrong with settings on top of `options`, by option.
    func messages(
        about settings: [BeanstalkOption: String],
        on options: OptionSet,
        isNew: Bool
    ) -> [OptionMessage] {
        var messages: [OptionMessage] = []
        for (option, value) in settings.sorted(by: { $0.key < $1.key }) {
            let place = "(Namespace: '\(option.namespace)', OptionName: '\(option.name)')"
            guard OptionRule.severity(of: option) != nil else {
                let text = "Invalid option specification \(place): Unknown configuration setting."
                messages.append(OptionMessage(option: option, text: text))
                continue
            }
            let rule = OptionRule.all[option]
            if let objection = rule?.objection(to: value) {
                let text = "Invalid option value: '\(value)' \(place): \(objection)"
                messages.append(OptionMessage(option: option, text: text))
            } else if rule?.isFixed == true, !isNew, options[option] != value {
                let text =
                    "Invalid option value: '\(value)' \(place): The value is fixed when an environment is created."
                messages.append(OptionMessage(option: option, text: text))
            }
        }
        if let text = policyObjection(options.setting(settings)), !settings.isEmpty {
            messages.append(OptionMessage(option: .policy, text: text))
        }
        let all = options.setting(settings)
        if messages.isEmpty, !all.isSingleInstance, all.number(.sizeMin) > all.number(.sizeMax) {
            let text =
                "Invalid option value: '\(all.number(.sizeMin))' (Namespace: '\(BeanstalkOption.sizeMin.namespace)', "
                + "OptionName: 'MinSize'): MinSize must not be greater than MaxSize."
            messages.append(OptionMessage(option: .sizeMin, text: text))
        }
        return messages
    }

    /// Why a deployment policy does not go with the other options.
    private func policyObjection(_ options: OptionSet) -> String? {
        let policy = options.policy
        let start =
            "Invalid option value: '\(policy.rawValue)' (Namespace: '\(BeanstalkOption.policy.namespace)', "
            + "OptionName: 'DeploymentPolicy'): "
        switch policy {
        case .allAtOnce: return nil
        case .rolling, .rollingWithAdditionalBatch:
            return options.isSingleInstance ? start + "The policy requires a load-balanced environment." : nil
        case .immutable:
            return options.isEnhanced ? nil : start + "The policy requires enhanced health reporting."
        case .trafficSplitting:
            return options.hasApplicationLoadBalancer
                ? nil : start + "The policy requires a load-balanced environment with an Application Load Balancer."
        }
    }

    /// The platform that a request names; nil when it names none.
    func platform(of call: ServiceRequest) throws(ServiceFault) -> Platform? {
        if let stack = call.parameters.text("SolutionStackName") {
            guard let platform = Platform.all.first(where: { $0.stack == stack }) else {
                throw ServiceFault("InvalidParameterValue", "No Solution Stack named '\(stack)' found.")
            }
            return platform
        }
        if let arn = call.parameters.text("PlatformArn") {
            guard let platform = Platform.all.first(where: { $0.arn == arn }) else {
                throw ServiceFault("InvalidParameterValue", "No Platform named '\(arn)' found.")
            }
            return platform
        }
        return nil
    }

    /// A template of an environment's application.
    func template(_ name: String, of index: Int) throws(ServiceFault) -> Template {
        let environment = environments[index]
        return try template(name, of: environment.application, environment.place)
    }

    /// A template of an application.
    func template(_ name: String, of application: String, _ place: Place) throws(ServiceFault) -> Template {
        guard let found = templates[PlacedName(place: place, name: application)]?[name] else {
            throw ServiceFault(
                "InvalidParameterValue",
                "No Configuration Template named '\(application)/\(name)' found."
            )
        }
        return found
    }
}
