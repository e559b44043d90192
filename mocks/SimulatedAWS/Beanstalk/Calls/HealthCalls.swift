import SlipwayBase

// How environments and their instances are.
extension ElasticBeanstalk {
    /// How many instances a page of `DescribeInstancesHealth` holds.
    static let instancesPage = 50

    func describeResources(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let environment = environments[try environment(call)]
        return { xml in
            xml.element("EnvironmentResources") { xml in
                xml.text("EnvironmentName", environment.name)
                xml.list("AutoScalingGroups", of: [environment.autoScalingGroup]) { $0.text("Name", $1) }
                xml.list("Instances", of: environment.instances) { $0.text("Id", $1.id) }
                xml.list("LaunchConfigurations", [])
                xml.list("LaunchTemplates", of: ["lt-0\(environment.suffix)"]) { $0.text("Id", $1) }
                xml.list("LoadBalancers", of: environment.loadBalancerNames) { $0.text("Name", $1) }
                xml.list("Triggers", [])
                let isWorker = environment.tier == .worker
                let queue = "https://sqs.\(call.region).amazonaws.com/\(call.account)/awseb-\(environment.suffix)"
                xml.list("Queues", of: isWorker ? [queue] : []) { xml, queue in
                    xml.text("Name", "WorkerQueue")
                    xml.text("URL", queue)
                }
            }
        }
    }

    /// The environment that a request names, which must have enhanced health.
    private func enhanced(_ call: ServiceRequest) throws(ServiceFault) -> Environment {
        let environment = environments[try environment(call)]
        guard environment.options.isEnhanced else {
            let action = call.parameters["Action"] ?? "DescribeEnvironmentHealth"
            throw ServiceFault("InvalidRequestException", "\(action) is not supported.")
        }
        return environment
    }

    func describeHealth(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let environment = try enhanced(call)
        let wanted = Attributes(call)
        let (health, now) = (environment.health(at: now), now)
        let states = environment.healths(at: now).map(\.status)
        return { xml in
            xml.text("EnvironmentName", environment.name)
            if wanted["HealthStatus"] { xml.text("HealthStatus", health.status.rawValue) }
            if wanted["Status"] { xml.text("Status", environment.status.rawValue) }
            if wanted["Color"] { xml.text("Color", health.status.colour) }
            if wanted["Causes"] { xml.list("Causes", health.causes) }
            if wanted["ApplicationMetrics"] { xml.metrics(isFailing: health.status == .severe) }
            if wanted["InstancesHealth"] {
                xml.element("InstancesHealth") { xml in
                    func count(_ status: Health.Status) -> Int { states.count { $0 == status } }
                    xml.number("NoData", count(.noData))
                    xml.number("Unknown", 0)
                    xml.number("Pending", count(.pending))
                    xml.number("Ok", count(.ok))
                    xml.number("Info", count(.info))
                    xml.number("Warning", count(.warning))
                    xml.number("Degraded", count(.degraded))
                    xml.number("Severe", count(.severe))
                }
            }
            if wanted["RefreshedAt"] { xml.text("RefreshedAt", now.refreshed.rfc3339Seconds) }
        }
    }

    func describeInstances(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let environment = try enhanced(call)
        let wanted = Attributes(call)
        let now = now
        let all = Array(zip(environment.instances, environment.healths(at: now)))
        let (page, next) = try call.page(all, sizeMax: Self.instancesPage)
        return { xml in
            xml.list("InstanceHealthList", of: page) { xml, entry in
                xml.write(entry.0, entry.1, wanted)
                if wanted["InstanceType"] {
                    xml.text("InstanceType", environment.options[.instanceType])
                }
            }
            if wanted["RefreshedAt"] { xml.text("RefreshedAt", now.refreshed.rfc3339Seconds) }
            xml.text("NextToken", next)
        }
    }
}

/// Which attributes a request asks for.
private struct Attributes {
    private let names: Set<String>

    init(_ call: ServiceRequest) { names = Set(call.parameters.list("AttributeNames")) }

    subscript(_ name: String) -> Bool { names.contains("All") || names.contains(name) }
}

extension BeanstalkOption {
    static let instanceType = BeanstalkOption("aws:autoscaling:launchconfiguration", "InstanceType")
}

extension Environment {
    /// The health of each of its instances.
    fileprivate func healths(at now: Timestamp) -> [Health] {
        instances.map { $0.health(at: now, expecting: versionLabel, isBusy: status != .ready) }
    }

    /// Names as `DescribeEnvironmentResources` gives them: an ARN, but for the load balancers of old.
    fileprivate var loadBalancerNames: [String] {
        guard tier == .web, !options.isSingleInstance else { return [] }
        return [loadBalancerARN ?? "awseb-e-\(suffix.prefix(1))-AWSEBLoa-\(suffix.uppercased())"]
    }
}

extension Timestamp {
    /// When health was looked at last: every ten seconds.
    fileprivate var refreshed: Timestamp { Timestamp(milliseconds: milliseconds - milliseconds % 10_000) }
}

extension XMLWriter {
    fileprivate mutating func write(_ instance: Instance, _ health: Health, _ wanted: Attributes) {
        text("InstanceId", instance.id)
        if wanted["HealthStatus"] { text("HealthStatus", health.status.rawValue) }
        if wanted["Color"] { text("Color", health.status.colour) }
        if wanted["Causes"] { list("Causes", health.causes) }
        if wanted["LaunchedAt"] { text("LaunchedAt", instance.launched.rfc3339Seconds) }
        if wanted["ApplicationMetrics"] { metrics(isFailing: health.status == .severe) }
        if wanted["System"] {
            element("System") { xml in
                xml.element("CPUUtilization") { xml in
                    xml.text("User", "1.5")
                    xml.text("System", "0.5")
                    xml.text("Idle", "98.0")
                }
                xml.list("LoadAverage", ["0.01", "0.03"])
            }
        }
        if wanted["Deployment"] {
            element("Deployment") { xml in
                xml.text("VersionLabel", instance.label)
                xml.text("DeploymentId", String(instance.deploymentID))
                xml.text("Status", instance.deployment.rawValue)
                xml.text("DeploymentTime", instance.deployed.rfc3339Seconds)
            }
        }
        if wanted["AvailabilityZone"] { text("AvailabilityZone", instance.zone) }
    }

    fileprivate mutating func metrics(isFailing: Bool) {
        element("ApplicationMetrics") { xml in
            xml.number("Duration", 10)
            xml.number("RequestCount", 100)
            xml.element("StatusCodes") { xml in
                xml.number("Status2xx", isFailing ? 0 : 100)
                xml.number("Status3xx", 0)
                xml.number("Status4xx", 0)
                xml.number("Status5xx", isFailing ? 100 : 0)
            }
            xml.element("Latency") { xml in
                xml.text("P99", "0.012")
                xml.text("P50", "0.004")
            }
        }
    }
}
