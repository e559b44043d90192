import SlipwayBase

extension ServiceRequest {
    /// A field that must be there, within its length.
    func required(_ name: String, _ length: ClosedRange<Int>) throws(ServiceFault) -> String {
        guard let value = try optional(name, length) else {
            throw ServiceFault(
                "ValidationError",
                "1 validation error detected: Value null at '\(member(name))' failed to satisfy constraint: Member "
                    + "must not be null"
            )
        }
        return value
    }

    /// A field that may be there, within its length.
    func optional(_ name: String, _ length: ClosedRange<Int>) throws(ServiceFault) -> String? {
        guard let value = parameters[name] else { return nil }
        let (count, isShort) = (value.unicodeScalars.count, value.unicodeScalars.count < length.lowerBound)
        guard isShort || count > length.upperBound else { return value }
        let bound =
            isShort ? "greater than or equal to \(length.lowerBound)" : "less than or equal to \(length.upperBound)"
        throw ServiceFault(
            "ValidationError",
            "1 validation error detected: Value '\(value)' at '\(member(name))' failed to satisfy constraint: Member "
                + "must have length \(bound)"
        )
    }

    /// `true` or `false`; nil when it was not sent.
    func flag(_ name: String) throws(ServiceFault) -> Bool? {
        guard let value = parameters.text(name) else { return nil }
        switch value.lowercased() {
        case "true": return true
        case "false": return false
        default: throw ServiceFault("MalformedInput", "\(name) must be a boolean")
        }
    }

    /// A whole number within a range.
    func number(_ name: String, _ range: ClosedRange<Int>) throws(ServiceFault) -> Int? {
        guard let value = parameters.text(name) else { return nil }
        guard let number = Int(value) else { throw ServiceFault("MalformedInput", "\(name) must be an integer") }
        guard !range.contains(number) else { return number }
        let bound =
            number < range.lowerBound
            ? "greater than or equal to \(range.lowerBound)" : "less than or equal to \(range.upperBound)"
        throw ServiceFault(
            "ValidationError",
            "1 validation error detected: Value '\(number)' at '\(member(name))' failed to satisfy constraint: Member "
                + "must have value \(bound)"
        )
    }

    /// A point in time in ISO 8601.
    func time(_ name: String) throws(ServiceFault) -> Timestamp? {
        guard let value = parameters.text(name) else { return nil }
        guard let time = Timestamp(rfc3339: value) else {
            throw ServiceFault("MalformedInput", "timestamp must follow ISO8601: \(value)")
        }
        return time
    }

    /// The changes of options that a request asks for.
    var optionSettings: [BeanstalkOption: String] {
        var settings: [BeanstalkOption: String] = [:]
        for member in parameters.members("OptionSettings") {
            let option = BeanstalkOption(member["Namespace"] ?? "", member["OptionName"] ?? "")
            settings[option] = member["Value"] ?? ""
        }
        return settings
    }

    /// The options that a request wants back at their defaults.
    var optionsToRemove: [BeanstalkOption] {
        parameters.members("OptionsToRemove").map { BeanstalkOption($0["Namespace"] ?? "", $0["OptionName"] ?? "") }
    }

    /// The page of `values` that a request asks for, and the token of the next one.
    func page<Value>(_ values: [Value], sizeMax: Int) throws(ServiceFault) -> (values: [Value], next: String?) {
        let size = try number("MaxRecords", 1...1000) ?? sizeMax
        var start = 0
        if let token = parameters.text("NextToken") {
            guard token.hasPrefix("page-"), let position = Int(token.dropFirst(5)),
                (0...values.count).contains(position)
            else { throw ServiceFault("InvalidParameterValue", "Invalid NextToken.") }
            start = position
        }
        let end = min(start + size, values.count)
        return (Array(values[start..<end]), end < values.count ? "page-\(end)" : nil)
    }

    private func member(_ name: String) -> String {
        // What is all capitals at the front goes down as one: CNAMEPrefix is cNAMEPrefix there.
        name.prefix(1).lowercased() + name.dropFirst()
    }
}

extension ElasticBeanstalk {
    /// The environment that a request names by id or name, or both.
    func environment(
        _ call: ServiceRequest,
        id idField: String = "EnvironmentId",
        name nameField: String = "EnvironmentName"
    ) throws(ServiceFault) -> Int {
        let (id, name) = (call.parameters.text(idField), try call.optional(nameField, 4...40))
        guard id != nil || name != nil else {
            throw ServiceFault("MissingRequiredParameter", "You must specify either \(idField) or \(nameField).")
        }
        let found = environments.lastIndex { environment in
            environment.place == call.place && !environment.isGone && id.map { $0 == environment.id } ?? true
                && name.map { $0 == environment.name } ?? true
        }
        guard let found else {
            let what = id.map { "EnvironmentId = '\($0)'" } ?? "EnvironmentName = '\(name ?? "")'"
            throw ServiceFault("InvalidParameterValue", "No Environment found for \(what).")
        }
        return found
    }

    /// The application that a request names.
    func application(_ call: ServiceRequest) throws(ServiceFault) -> Application {
        let name = try call.required("ApplicationName", 1...100)
        guard let application = applications[PlacedName(place: call.place, name: name)] else {
            throw ServiceFault("InvalidParameterValue", "No Application named '\(name)' found.")
        }
        return application
    }

    /// A version that can be deployed.
    func usableVersion(_ label: String, of application: String, _ place: Place) throws(ServiceFault) -> Version {
        let versions = applications[PlacedName(place: place, name: application)]?.versions ?? []
        guard let version = versions.last(where: { $0.label == label }) else {
            throw ServiceFault("InvalidParameterValue", "No Application Version named '\(label)' found.")
        }
        switch version.status {
        case .processed, .unprocessed: return version
        case .failed, .processing:
            throw ServiceFault(
                "InvalidParameterValue",
                "Application version \(label) is unusable and cannot be used with an environment"
            )
        }
    }

    /// Refuses unless the environment is at rest.
    func requireReady(_ index: Int) throws(ServiceFault) {
        guard environments[index].status != .ready else { return }
        throw ServiceFault(
            "InvalidParameterValue",
            "Environment named \(environments[index].name) is in an invalid state for this operation. Must be Ready."
        )
    }
}
