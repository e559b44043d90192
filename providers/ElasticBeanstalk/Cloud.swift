public import SlipwayAWS
import SlipwayBase
import SlipwayModel

/// The services that releases of Elastic Beanstalk need, in one region.
public struct ElasticBeanstalkClients: Sendable {
    /// Elastic Beanstalk itself.
    public var elasticBeanstalk: QueryClient
    /// Elastic Load Balancing, for rules that share traffic.
    public var elasticLoadBalancing: QueryClient
    /// Auto Scaling, which knows the target groups of an environment.
    public var autoScaling: QueryClient
    /// Route 53, for weighted records.
    public var route53: RestClient

    /// The version of Elastic Beanstalk's API that `elasticBeanstalk` must speak.
    public static let elasticBeanstalkVersion = ElasticBeanstalkCalls.version

    /// Names the services.
    public init(
        elasticBeanstalk: QueryClient,
        elasticLoadBalancing: QueryClient,
        autoScaling: QueryClient,
        route53: RestClient
    ) {
        (self.elasticBeanstalk, self.elasticLoadBalancing) = (elasticBeanstalk, elasticLoadBalancing)
        (self.autoScaling, self.route53) = (autoScaling, route53)
    }
}

/// Asks the services and reads the answers.
struct Cloud: Sendable {
    /// The most pages of one list that are read.
    static let pagesMax = 100

    let calls: ElasticBeanstalkCalls
    let clients: ElasticBeanstalkClients

    var application: String { calls.application }

    @discardableResult
    func send(_ call: QueryCall) async throws(ProviderFailure) -> AWSReply {
        do throws(AWSFailure) { return try await clients.elasticBeanstalk.send(call) } catch {
            throw Self.failure(error)
        }
    }

    /// The failure as the engine sees it, with a cure where the service's own words have none.
    static func failure(_ failure: AWSFailure) -> ProviderFailure {
        var result = ProviderFailure(failure)
        // The service's sentence for a stack that nobody but its owner can repair.
        if failure.summary.contains(" associated with environment "), failure.summary.contains(" state") {
            result.kind = .refused
            result.summary += " Repair its CloudFormation stack or rebuild the environment, then try again."
        }
        return result
    }

    /// Makes something whose name can be taken once; false when it is there already, which another look will find.
    func make(_ call: QueryCall) async throws(ProviderFailure) -> Bool {
        do throws(AWSFailure) { _ = try await clients.elasticBeanstalk.send(call) } catch {
            guard error.kind == .invalid, error.summary.contains("already exists") else { throw Self.failure(error) }
            return false
        }
        return true
    }

    /// Deletes something; that it is gone already is as good, as after an answer that was lost.
    func drop(_ call: QueryCall) async throws(ProviderFailure) {
        do throws(AWSFailure) { _ = try await clients.elasticBeanstalk.send(call) } catch {
            guard [.invalid, .absent].contains(error.kind), error.summary.contains("found") else {
                throw Self.failure(error)
            }
        }
    }

    /// The environments of those names, in that order; nil for one that is not there.
    func environments(_ names: [String]) async throws(ProviderFailure) -> [Environment?] {
        let reply = try await send(calls.environments(named: names))
        let found = ElasticBeanstalkReplies.environments(reply.result).filter { !$0.isGone }
        return names.map { name in found.first { $0.name == name } }
    }

    func environment(_ name: String) async throws(ProviderFailure) -> Environment? {
        try await environments([name])[0]
    }

    /// The environment; throws one sentence when it is not there.
    func need(_ name: String) async throws(ProviderFailure) -> Environment {
        guard let environment = try await environment(name) else {
            throw ProviderFailure(.refused, "Environment \(name) is not there any more.")
        }
        return environment
    }

    func options(of environment: Environment) async throws(ProviderFailure) -> Options {
        let reply = try await send(calls.settings(of: environment))
        guard let options = ElasticBeanstalkReplies.options(reply.result) else {
            throw ProviderFailure(.transient, "DescribeConfigurationSettings: \(environment.name) has none deployed.")
        }
        return options
    }

    /// Every instance with the version it runs; only where health is enhanced.
    func instances(of environment: Environment) async throws(ProviderFailure) -> [InstanceHealth] {
        var instances: [InstanceHealth] = []
        var token: String?
        for _ in 0..<Self.pagesMax {
            let reply = try await send(calls.instancesHealth(of: environment, after: token))
            instances += ElasticBeanstalkReplies.instances(reply.result)
            token = reply.nextToken
            if token == nil { break }
        }
        return instances
    }

    func resources(of environment: Environment) async throws(ProviderFailure)
        -> (groups: [String], instances: [String], loadBalancers: [String])
    {
        ElasticBeanstalkReplies.resources(try await send(calls.resources(of: environment)).result)
    }

    /// Newest first.
    func events(
        of environment: Environment,
        from start: Timestamp?,
        request: String? = nil,
        severity: String? = nil,
        max: Int = ElasticBeanstalkCalls.eventsMax
    ) async throws(ProviderFailure) -> [EnvironmentEvent] {
        let call = calls.events(of: environment, from: start, request: request, severity: severity, max: max)
        return ElasticBeanstalkReplies.events(try await send(call).result)
    }

    func version(_ label: String) async throws(ProviderFailure) -> ApplicationVersion? {
        let reply = try await send(calls.versions(labelled: label))
        return ElasticBeanstalkReplies.versions(reply.result).first { $0.label == label }
    }

    /// The names of the application's configuration templates.
    func templates() async throws(ProviderFailure) -> [String] {
        let reply = try await send(calls.applications())
        return ElasticBeanstalkReplies.applications(reply.result).first { $0.name == application }?.templates ?? []
    }
}
