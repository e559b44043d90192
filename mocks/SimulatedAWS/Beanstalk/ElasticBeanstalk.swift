import SlipwayBase

/// Elastic Beanstalk as a value: applications, versions, environments and what happens to them in time.
struct ElasticBeanstalk: Sendable {
    /// What happens by itself.
    enum Happening: Sendable {
        /// The next line of an environment's operation.
        case line(environment: String, operation: Int)
        /// A bundle has been looked through.
        case processed(PlacedName, label: String)
        /// An instance has stopped working.
        case health(environment: String)
        /// A terminated environment is forgotten.
        case forgotten(environment: String)
        /// Nothing but the end of something that a look at the clock tells.
        case noted
    }

    var now: Timestamp
    var timings = BeanstalkTimings()
    var failures: [BeanstalkFailure] = []
    var naming = Naming()
    var applications: [PlacedName: Application] = [:]
    var environments: [Environment] = []
    var templates: [PlacedName: [String: Template]] = [:]
    /// Oldest first, at least a millisecond apart.
    var events: [Event] = []
    var tails: [DNSTail] = []
    var schedule = Schedule<Happening>()
    var operations = 0

    init(at now: Timestamp) { self.now = now }

    /// Lets everything happen that is due until `time`.
    mutating func advance(to time: Timestamp) {
        while let (moment, happening) = schedule.take(until: time) {
            now = max(now, moment)
            perform(happening)
        }
        now = max(now, time)
    }

    private mutating func perform(_ happening: Happening) {
        switch happening {
        case .line(let id, let operation): performLine(of: id, operation)
        case .processed(let application, let label): finishProcessing(application, label)
        case .health(let id): if let index = index(ofID: id) { tellHealth(of: index) }
        case .forgotten(let id): environments.removeAll { $0.id == id && $0.isGone }
        case .noted: tails.removeAll { $0.end <= now }
        }
    }

    func index(ofID id: String) -> Int? { environments.firstIndex { $0.id == id } }

    /// What goes wrong now with this version in this environment; each look at a failure that is counted uses it up.
    mutating func failure(
        version: String?,
        environment: String?,
        where isMeant: (BeanstalkFailure.Kind) -> Bool
    ) -> BeanstalkFailure.Kind? {
        let index = failures.firstIndex { failure in
            isMeant(failure.kind) && failure.remaining != 0 && failure.version.map { $0 == version } ?? true
                && failure.environment.map { $0 == environment } ?? true
        }
        guard let index else { return nil }
        if let remaining = failures[index].remaining { failures[index].remaining = remaining - 1 }
        return failures[index].kind
    }
}

/// An application and its versions.
struct Application: Sendable {
    var name: String
    var description: String?
    var created: Timestamp
    var updated: Timestamp
    /// Newest last.
    var versions: [Version] = []
}

/// An application version.
struct Version: Sendable {
    /// How far its bundle has been looked through; upper case on the wire, whatever the documentation says.
    enum Status: String, Sendable {
        case unprocessed = "UNPROCESSED"
        case processing = "PROCESSING"
        case processed = "PROCESSED"
        case failed = "FAILED"
    }

    var label: String
    var description: String?
    var bucket: String
    var key: String
    var created: Timestamp
    var updated: Timestamp
    var status: Status
    /// The request that made it.
    var requestID: String
}

/// A configuration template.
struct Template: Sendable {
    var name: String
    var description: String?
    var platform: Platform
    var options: OptionSet
    var created: Timestamp
    var updated: Timestamp
}

/// An event.
struct Event: Sendable {
    var date: Timestamp
    var severity: Severity
    var message: String
    var place: Place
    var application: String
    var environment: String?
    var environmentID: String?
    var label: String?
    var requestID: String?
}

/// A name that some clients still follow to where it led before.
struct DNSTail: Sendable {
    var place: Place
    var cname: String
    /// The id of the environment that it led to.
    var environment: String
    var end: Timestamp
}
