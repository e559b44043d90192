import SlipwayBase

// Looking at environments.
extension ElasticBeanstalk {
    func describeEnvironments(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let names = Set(call.parameters.list("EnvironmentNames"))
        let ids = Set(call.parameters.list("EnvironmentIds"))
        let application = try call.optional("ApplicationName", 1...100)
        let label = try call.optional("VersionLabel", 1...100)
        let includesDeleted = try call.flag("IncludeDeleted") ?? true
        let backTo = try call.time("IncludedDeletedBackTo")
        let found = environments.filter { environment in
            environment.place == call.place && (names.isEmpty || names.contains(environment.name))
                && (ids.isEmpty || ids.contains(environment.id))
                && (application == nil || application == environment.application)
                && (label == nil || label == environment.versionLabel)
                && (!environment.isGone || includesDeleted && backTo.map { environment.updated >= $0 } ?? true)
        }
        let (page, next) = try call.page(found, sizeMax: 1000)
        let now = now
        return { xml in
            xml.list("Environments", of: page) { $0.write($1, at: now) }
            xml.text("NextToken", next)
        }
    }
}

extension Environment {
    /// The name that load balancers carry in answers; nil without one.
    var loadBalancerARN: String? {
        guard tier == .web, !options.isSingleInstance else { return nil }
        let prefix = "arn:aws:elasticloadbalancing:\(place.region):\(place.account):loadbalancer"
        switch options[.loadBalancerType] {
        case "application":
            if options[.isShared] == "true" { return options[.sharedLoadBalancer] }
            return "\(prefix)/app/awseb-\(suffix)/50dc6c495c0c9188"
        case "network": return "\(prefix)/net/awseb-\(suffix)/50dc6c495c0c9188"
        default: return nil
        }
    }

    /// The target group of the default process; nil without a load balancer that has them.
    var targetGroupARN: String? {
        guard loadBalancerARN != nil else { return nil }
        let digits = String(decoding: id.utf8.map { UInt8(ascii: "0") + $0 % 10 }, as: UTF8.self)
        return "arn:aws:elasticloadbalancing:\(place.region):\(place.account):targetgroup/awseb-\(suffix)/\(digits)"
    }
}

extension XMLWriter {
    /// The members of an EnvironmentDescription; `label` and `colour` when an answer says others than the state.
    mutating func write(_ environment: Environment, at now: Timestamp, label: String? = nil, colour: String? = nil) {
        text("EnvironmentName", environment.name)
        text("EnvironmentId", environment.id)
        text("ApplicationName", environment.application)
        text("VersionLabel", label ?? environment.versionLabel)
        text("SolutionStackName", environment.platform.stack)
        text("PlatformArn", environment.platform.arn)
        text("Description", environment.description)
        if !environment.isGone, environment.status != .launching { text("EndpointURL", environment.endpoint) }
        text("CNAME", environment.cname)
        text("DateCreated", environment.created.rfc3339)
        text("DateUpdated", environment.updated.rfc3339)
        text("Status", environment.status.rawValue)
        flag("AbortableOperationInProgress", environment.operation?.isAbortable ?? false)
        text("Health", colour ?? environment.colour(at: now))
        if environment.options.isEnhanced, !environment.isGone {
            let status = environment.health(at: now).status
            text("HealthStatus", status == .noData ? "NoData" : status.rawValue)
        }
        write(environment.tier)
        list("EnvironmentLinks", [])
        text("EnvironmentArn", environment.arn)
    }

    /// The tier as environments and their settings name it.
    mutating func write(_ tier: Environment.Tier) {
        element("Tier") { xml in
            xml.text("Name", tier == .web ? "WebServer" : "Worker")
            xml.text("Type", tier == .web ? "Standard" : "SQS/HTTP")
            xml.text("Version", "1.0")
        }
    }
}
