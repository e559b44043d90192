import SlipwayBase

/// What Elastic Beanstalk thinks of an environment or an instance.
struct Health: Hashable, Sendable {
    /// The words of enhanced health.
    enum Status: String, Sendable {
        case pending = "Pending"
        case ok = "Ok"
        case info = "Info"
        case warning = "Warning"
        case degraded = "Degraded"
        case severe = "Severe"
        case noData = "No Data"

        var colour: String {
            switch self {
            case .pending, .noData: "Grey"
            case .ok, .info: "Green"
            case .warning: "Yellow"
            case .degraded, .severe: "Red"
            }
        }
    }

    var status: Status
    var causes: [String] = []
    /// The colour where basic health has none of the words.
    var basicColour: String

    init(_ status: Status, _ causes: [String] = [], basic: String? = nil) {
        (self.status, self.causes, basicColour) = (status, causes, basic ?? status.colour)
    }
}

extension Environment {
    /// The colour that `DescribeEnvironments` shows.
    func colour(at now: Timestamp) -> String {
        let health = health(at: now)
        return options.isEnhanced ? health.status.colour : health.basicColour
    }

    /// The health of the environment at a moment.
    func health(at now: Timestamp) -> Health {
        switch status {
        case .launching: return Health(.pending, ["Command is executing on all instances."])
        case .terminating, .terminated: return Health(.noData)
        case .ready, .updating, .aborting: break
        }
        let isBusy = status != .ready
        let permanent = instances.filter { !$0.isTemporary }
        // While a change is under way, instances are taken out of service on purpose.
        let broken = permanent.filter { instance in
            instance.deployment != .inProgress && !instance.isServing(at: now)
                && (instance.isRegistered || !isBusy)
        }
        let basic = isBusy ? "Grey" : broken.isEmpty ? "Green" : broken.count == permanent.count ? "Red" : "Yellow"
        if permanent.isEmpty { return Health(.severe, ["None of the instances are sending data."], basic: "Red") }
        if !isBusy || broken.count == permanent.count, !broken.isEmpty {
            let isSevere = broken.count == permanent.count
            let cause =
                isSevere
                ? "100.0 % of the requests are failing with HTTP 5xx."
                : "Impaired services on \(broken.count) out of \(permanent.count) instances."
            return Health(isSevere ? .severe : .degraded, [cause] + mixture(permanent), basic: basic)
        }
        if isBusy {
            let seconds = (now - updated).milliseconds / 1000
            let cause = "Application update in progress (running for \(seconds) seconds)."
            return Health(.info, [cause], basic: "Grey")
        }
        let causes = mixture(permanent)
        if !causes.isEmpty { return Health(.degraded, causes, basic: basic) }
        if permanent.contains(where: \.warns) {
            return Health(.warning, ["20.0 % of the requests are erroring with HTTP 4xx."], basic: basic)
        }
        return Health(.ok, basic: basic)
    }

    /// That instances run something else than they should.
    private func mixture(_ instances: [Instance]) -> [String] {
        let wrong = instances.filter { $0.label != versionLabel }.count
        guard wrong > 0 else { return [] }
        let expected = "Expected version \"\(versionLabel ?? "Sample Application")\" (deployment \(deploymentID))."
        return ["Incorrect application version found on \(wrong) out of \(instances.count) instances. \(expected)"]
    }
}

extension Instance {
    /// The health of one instance of an environment, which should run `label` unless a change is under way.
    func health(at now: Timestamp, expecting label: String?, isBusy: Bool) -> Health {
        switch deployment {
        case .inProgress: return Health(.info, ["Performing application deployment (running)."])
        case .failed: return Health(.degraded, ["Application deployment failed: the command returned 1."])
        case .deployed: break
        }
        if !works(at: now) { return Health(.severe, ["ELB health is failing or not available."]) }
        if !isRegistered, isBusy { return Health(.info, ["Waiting to be in service of the load balancer."]) }
        if !isRegistered { return Health(.severe, ["Instance is not in service of the load balancer."]) }
        if !isBusy, let label, label != self.label {
            return Health(
                .degraded,
                ["Incorrect application version \"\(self.label)\" (deployment \(deploymentID)). Expected \"\(label)\"."]
            )
        }
        return warns ? Health(.warning, ["20.0 % of the requests are erroring with HTTP 4xx."]) : Health(.ok)
    }
}
