import SlipwayBase

extension ElasticBeanstalk {
    /// What an environment without a version of its own runs.
    static let sampleLabel = "Sample Application"

    /// The bucket that `CreateStorageLocation` gives.
    static func bucket(_ place: Place) -> String { "elasticbeanstalk-\(place.region)-\(place.account)" }

    /// What the CNAME of a new environment leads to.
    mutating func endpoint(of environment: Environment) -> String {
        if environment.options.isSingleInstance {
            let number = environments.count + 10
            return "54.151.\(number / 250 % 250).\(number % 250 + 1)"
        }
        return "awseb-\(environment.suffix)-1234567890.\(environment.place.region).elb.amazonaws.com"
    }

    /// Begins an operation: its first lines happen at once.
    mutating func begin(_ operation: Operation, at index: Int, _ status: Environment.Status) {
        operations += 1
        environments[index].operation = operation
        environments[index].operation?.number = operations
        environments[index].status = status
        environments[index].updated = now
        scheduleLine(of: index)
        tellHealth(of: index)
    }

    private mutating func scheduleLine(of index: Int) {
        while let operation = environments[index].operation, operation.position < operation.lines.count {
            let line = operation.lines[operation.position]
            guard line.after <= .zero else {
                let happening = Happening.line(environment: environments[index].id, operation: operation.number)
                return schedule.add(happening, at: now + line.after)
            }
            environments[index].operation?.position += 1
            perform(line.effect, at: index)
            if environments[index].operation?.number != operation.number { return }
        }
    }

    /// The line that was waited for, and those that follow at once.
    mutating func performLine(of id: String, _ number: Int) {
        guard let index = index(ofID: id), let operation = environments[index].operation,
            operation.number == number
        else { return }
        environments[index].operation?.position += 1
        perform(operation.lines[operation.position].effect, at: index)
        if environments[index].operation?.number == number { scheduleLine(of: index) }
        tellHealth(of: index)
    }

    private mutating func perform(_ effect: Effect, at index: Int) {
        switch effect {
        case .tell(let severity, let message): tell(message, severity, of: index)
        case .mention(let message): tell(message, of: index, isMention: true)
        case .launch(let ids, let label, let isTemporary): launch(ids, label, isTemporary, at: index)
        case .deregister(let ids): change(ids, at: index) { $0.isRegistered = false }
        case .begin(let ids, let label): startDeploying(label, on: ids, at: index)
        case .complete(let ids): complete(ids, at: index)
        case .fail(let ids): change(ids, at: index) { $0.deployment = .failed }
        case .register(let ids): change(ids, at: index) { $0.isRegistered = true }
        case .terminate(let ids): environments[index].instances.removeAll { ids.contains($0.id) }
        case .adopt:
            for item in environments[index].instances.indices {
                environments[index].instances[item].isTemporary = false
            }
        case .split(let percent): environments[index].splitPercent = percent
        case .seal: environments[index].operation?.isAbortable = false
        case .settleOptions(let isApplied): settleOptions(isApplied, at: index)
        case .swap(let other): swapNames(index, other)
        case .label(let label):
            environments[index].versionLabel = label
            environments[index].deploymentID += 1
        case .end: end(at: index)
        case .gone: bury(index)
        }
    }

    private mutating func change(_ ids: [String], at index: Int, _ body: (inout Instance) -> Void) {
        for item in environments[index].instances.indices
        where ids.contains(environments[index].instances[item].id) {
            body(&environments[index].instances[item])
        }
    }

    private mutating func launch(_ ids: [String], _ label: String, _ isTemporary: Bool, at index: Int) {
        let isDeployment = environments[index].operation?.isDeployment ?? false
        let number = environments[index].deploymentID + (isDeployment ? 1 : 0)
        for id in ids {
            let zone = environments[index].place.region + ["a", "b", "c"][environments[index].instances.count % 3]
            environments[index].instances.append(
                Instance(
                    id: id,
                    zone: zone,
                    launched: now,
                    label: label,
                    deploymentID: number,
                    deployment: .inProgress,
                    deployed: now,
                    isRegistered: false,
                    isTemporary: isTemporary
                )
            )
        }
    }

    private mutating func startDeploying(_ label: String, on ids: [String], at index: Int) {
        let (number, now) = (environments[index].deploymentID + 1, now)
        change(ids, at: index) { instance in
            (instance.label, instance.deploymentID, instance.deployment) = (label, number, .inProgress)
            (instance.deployed, instance.breaks, instance.warns) = (now, nil, false)
        }
    }

    private mutating func complete(_ ids: [String], at index: Int) {
        let (now, operation) = (now, environments[index].operation)
        change(ids, at: index) { instance in
            (instance.deployment, instance.deployed) = (.deployed, now)
            instance.breaks = operation?.breaksAfter.map { now + $0 }
            instance.warns = operation?.failure == .warns
        }
        if let after = operation?.breaksAfter {
            schedule.add(.health(environment: environments[index].id), at: now + after)
        }
    }

    private mutating func settleOptions(_ isApplied: Bool, at index: Int) {
        if isApplied, let options = environments[index].pendingOptions { environments[index].options = options }
        environments[index].pendingOptions = nil
    }

    private mutating func end(at index: Int) {
        environments[index].operation = nil
        environments[index].status = .ready
        environments[index].splitPercent = nil
        environments[index].updated = now
        tellHealth(of: index)
    }

    private mutating func swapNames(_ index: Int, _ other: String) {
        guard let partner = self.index(ofID: other) else { return }
        for (side, opposite) in [(index, partner), (partner, index)] {
            guard let cname = environments[side].cname else { continue }
            let place = environments[side].place
            tails.removeAll { $0.cname == cname && $0.environment == environments[opposite].id }
            tails.append(
                DNSTail(place: place, cname: cname, environment: environments[side].id, end: now + timings.dnsTail)
            )
        }
        schedule.add(.noted, at: now + timings.dnsTail)
        (environments[index].cname, environments[partner].cname) = (
            environments[partner].cname, environments[index].cname
        )
    }

    private mutating func bury(_ index: Int) {
        environments[index].operation = nil
        environments[index].status = .terminated
        environments[index].instances = []
        environments[index].updated = now
        schedule.add(.forgotten(environment: environments[index].id), at: now + timings.deletedKept)
    }
}
