import SlipwayBase

// What has happened.
extension ElasticBeanstalk {
    func describeEvents(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let filter = try EventFilter(call)
        if let name = filter.environment, !environments.contains(where: { $0.place == call.place && $0.name == name }) {
            throw ServiceFault("InvalidParameterValue", "No Environment found for EnvironmentName = '\(name)'.")
        }
        // Some happen a moment after now, because no two happen at once; they are there all the same.
        let found = events.reversed().filter { filter.lets($0, through: call.place) }
        let (page, next) = try call.page(found, sizeMax: 1000)
        return { xml in
            xml.list("Events", of: page) { xml, event in
                xml.text("EventDate", event.date.rfc3339)
                xml.text("Message", event.message)
                xml.text("ApplicationName", event.application)
                xml.text("VersionLabel", event.label)
                xml.text("EnvironmentName", event.environment)
                xml.text("RequestId", event.requestID)
                xml.text("Severity", event.severity.rawValue)
            }
            xml.text("NextToken", next)
        }
    }
}

/// Which events a request asks for.
private struct EventFilter {
    var application: String?
    var environment: String?
    var environmentID: String?
    var label: String?
    var requestID: String?
    var severity: Severity
    var start: Timestamp?
    var end: Timestamp?

    init(_ call: ServiceRequest) throws(ServiceFault) {
        application = try call.optional("ApplicationName", 1...100)
        environment = try call.optional("EnvironmentName", 4...40)
        environmentID = call.parameters.text("EnvironmentId")
        label = try call.optional("VersionLabel", 1...100)
        requestID = call.parameters.text("RequestId")
        (start, end) = (try call.time("StartTime"), try call.time("EndTime"))
        let text = call.parameters.text("Severity") ?? "TRACE"
        guard let severity = Severity(rawValue: text) else {
            throw ServiceFault(
                "ValidationError",
                "1 validation error detected: Value '\(text)' at 'severity' failed to satisfy constraint: Member must "
                    + "satisfy enum value set: [TRACE, DEBUG, INFO, WARN, ERROR, FATAL]"
            )
        }
        self.severity = severity
    }

    func lets(_ event: Event, through place: Place) -> Bool {
        event.place == place && event.severity >= severity
            && (application == nil || event.application == application)
            && (environment == nil || event.environment == environment)
            && (environmentID == nil || event.environmentID == environmentID)
            && (label == nil || event.label == label)
            && (requestID == nil || event.requestID == requestID)
            && start.map { event.date >= $0 } ?? true && end.map { event.date < $0 } ?? true
    }
}
