import SlipwayBase

extension ElasticBeanstalk {
    /// How many events are kept; older ones go.
    private static let eventsMax = 5_000

    /// Adds an event of an environment; a mention belongs to no request.
    mutating func tell(_ message: String, _ severity: Severity = .info, of index: Int, isMention: Bool = false) {
        let environment = environments[index]
        add(
            Event(
                date: now,
                severity: severity,
                message: message,
                place: environment.place,
                application: environment.application,
                environment: environment.name,
                environmentID: environment.id,
                label: environment.operation?.label,
                requestID: isMention ? nil : environment.operation?.requestID
            )
        )
    }

    /// Keeps an event, at least a millisecond after the one before it.
    mutating func add(_ event: Event) {
        var event = event
        if let last = events.last, event.date <= last.date { event.date = last.date + .milliseconds(1) }
        events.append(event)
        if events.count > Self.eventsMax * 2 { events.removeFirst(events.count - Self.eventsMax) }
    }

    /// Adds an event when enhanced health has changed since the last one.
    mutating func tellHealth(of index: Int) {
        let environment = environments[index]
        guard environment.options.isEnhanced, [.ready, .updating, .aborting].contains(environment.status) else {
            return
        }
        let health = environment.health(at: now)
        let before = environment.toldHealth
        guard health.status != before else { return }
        environments[index].toldHealth = health.status
        let isWorse = [.warning, .degraded, .severe].contains(health.status)
        tell(
            (["Environment health has transitioned from \(before.rawValue) to \(health.status.rawValue)."]
                + health.causes).joined(separator: " "),
            isWorse ? .warn : .info,
            of: index,
            isMention: true
        )
    }
}
