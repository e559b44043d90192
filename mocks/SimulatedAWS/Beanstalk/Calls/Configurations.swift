import SlipwayBase

// Options and templates.
extension ElasticBeanstalk {
    func describeSettings(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let application = try application(call)
        let (name, template) = (try call.optional("EnvironmentName", 4...40), call.parameters.text("TemplateName"))
        guard (name == nil) != (template == nil) else {
            throw ServiceFault(
                "InvalidParameterCombination",
                "You must specify either EnvironmentName or TemplateName, and not both."
            )
        }
        if let template {
            let found = try self.template(template, of: application.name, call.place)
            return { xml in
                xml.list("ConfigurationSettings", of: [found]) { $0.write($1, of: application.name) }
            }
        }
        let environment = environments[try environment(call)]
        guard environment.application == application.name else {
            throw ServiceFault("InvalidParameterValue", "No Environment found for EnvironmentName = '\(name ?? "")'.")
        }
        var sets = [(status: "deployed", options: environment.options)]
        if let pending = environment.pendingOptions { sets.append(("pending", pending)) }
        return { xml in
            xml.list("ConfigurationSettings", of: sets) { xml, set in
                xml.text("SolutionStackName", environment.platform.stack)
                xml.text("PlatformArn", environment.platform.arn)
                xml.text("ApplicationName", application.name)
                xml.text("Description", environment.description)
                xml.text("EnvironmentName", environment.name)
                xml.text("DeploymentStatus", set.status)
                xml.text("DateCreated", environment.created.rfc3339)
                xml.text("DateUpdated", environment.updated.rfc3339)
                xml.write(environment.tier)
                xml.write(set.options)
            }
        }
    }

    func describeOptions(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        var platform = try platform(of: call) ?? .python
        if call.parameters.text("EnvironmentName") != nil { platform = environments[try environment(call)].platform }
        let wanted = call.parameters.members("Options").map {
            BeanstalkOption($0["Namespace"] ?? "", $0["OptionName"] ?? "")
        }
        let found = OptionRule.all.filter { wanted.isEmpty || wanted.contains($0.key) }.sorted { $0.key < $1.key }
        return { xml in
            xml.text("SolutionStackName", platform.stack)
            xml.text("PlatformArn", platform.arn)
            xml.list("Options", of: found) { xml, entry in
                xml.text("Namespace", entry.key.namespace)
                xml.text("Name", entry.key.name)
                xml.text("DefaultValue", entry.value.standard)
                xml.text("ChangeSeverity", entry.value.severity.rawValue)
                xml.flag("UserDefined", false)
                xml.text("ValueType", "Scalar")
                if !entry.value.choices.isEmpty { xml.list("ValueOptions", entry.value.choices) }
                xml.number("MinValue", entry.value.range?.lowerBound)
                xml.number("MaxValue", entry.value.range?.upperBound)
            }
        }
    }

    func validateSettings(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let application = try application(call)
        var options = OptionSet()
        var isNew = true
        if call.parameters.text("EnvironmentName") != nil {
            options = environments[try environment(call)].options
            isNew = false
        } else if let template = call.parameters.text("TemplateName") {
            options = try self.template(template, of: application.name, call.place).options
        }
        let messages = messages(about: call.optionSettings, on: options, isNew: isNew)
        return { xml in
            xml.list("Messages", of: messages) { xml, message in
                xml.text("Message", message.text)
                xml.text("Severity", message.isError ? "error" : "warning")
                xml.text("Namespace", message.option.namespace)
                xml.text("OptionName", message.option.name)
            }
        }
    }

    mutating func createTemplate(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let application = try application(call)
        let name = try call.required("TemplateName", 1...100)
        let key = PlacedName(place: call.place, name: application.name)
        guard templates[key]?[name] == nil else {
            throw ServiceFault("InvalidParameterValue", "Configuration Template \(name) already exists.")
        }
        var (options, platform) = (OptionSet(), try platform(of: call))
        if call.parameters.text("EnvironmentId") != nil {
            let environment = environments[try environment(call)]
            (options, platform) = (environment.options, environment.platform)
        } else if let source = call.parameters.text("SourceConfiguration.TemplateName") {
            let owner = call.parameters.text("SourceConfiguration.ApplicationName") ?? application.name
            let found = try template(source, of: owner, call.place)
            (options, platform) = (found.options, found.platform)
        }
        guard let platform else {
            throw ServiceFault(
                "MissingRequiredParameter",
                "You must specify one of SolutionStackName, PlatformArn, SourceConfiguration and EnvironmentId."
            )
        }
        let template = Template(
            name: name,
            description: try call.optional("Description", 0...200),
            platform: platform,
            options: options.setting(call.optionSettings),
            created: now,
            updated: now
        )
        templates[key, default: [:]][name] = template
        return { $0.write(template, of: application.name) }
    }

    mutating func deleteTemplate(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let application = try application(call)
        let name = try call.required("TemplateName", 1...100)
        _ = try template(name, of: application.name, call.place)
        templates[PlacedName(place: call.place, name: application.name)]?[name] = nil
        return nil
    }
}

extension XMLWriter {
    fileprivate mutating func write(_ template: Template, of application: String) {
        text("SolutionStackName", template.platform.stack)
        text("PlatformArn", template.platform.arn)
        text("ApplicationName", application)
        text("TemplateName", template.name)
        text("Description", template.description)
        text("DateCreated", template.created.rfc3339)
        text("DateUpdated", template.updated.rfc3339)
        write(template.options)
    }

    fileprivate mutating func write(_ options: OptionSet) {
        list("OptionSettings", of: options.sorted) { xml, entry in
            xml.text("Namespace", entry.option.namespace)
            xml.text("OptionName", entry.option.name)
            xml.text("Value", entry.value)
        }
    }
}
