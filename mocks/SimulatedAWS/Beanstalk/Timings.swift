/// How long things take in a simulated Elastic Beanstalk; the defaults are near to what public event logs show.
public struct BeanstalkTimings: Hashable, Sendable {
    /// From the acceptance of a change until work begins on instances.
    public var start: Duration = .seconds(6)
    /// From the order of an instance until it runs.
    public var instanceLaunch: Duration = .seconds(70)
    /// The commands of a deployment on an instance.
    public var instanceDeploy: Duration = .seconds(10)
    /// From leaving the load balancer until no request comes any more.
    public var deregistration: Duration = .seconds(13)
    /// From joining the load balancer until enough health checks have passed.
    public var healthChecks: Duration = .seconds(120)
    /// The end of a change, in which it cannot be aborted any more.
    public var cleanup: Duration = .seconds(24)
    /// The end of instances that a change has replaced.
    public var instanceTermination: Duration = .seconds(60)
    /// A change of options that touches no instance.
    public var optionUpdate: Duration = .seconds(15)
    /// Making the load balancer, groups and alarms of an environment.
    public var environmentLaunch: Duration = .seconds(100)
    /// Taking an environment down.
    public var termination: Duration = .seconds(120)
    /// Ending a change after an abort, besides what has to be undone.
    public var abort: Duration = .seconds(20)
    /// A swap of CNAMEs.
    public var swap: Duration = .seconds(5)
    /// For how long after a swap some clients still reach the old environment.
    public var dnsTail: Duration = .seconds(60)
    /// The share of requests that goes to the old environment during the tail.
    public var dnsTailShare = 0.3
    /// Looking through the bundle of an application version.
    public var processing: Duration = .seconds(5)
    /// For how long `IncludeDeleted` shows a terminated environment.
    public var deletedKept: Duration = .seconds(3600)
    /// What the commands of a deployment get on top of the option `Timeout` before the service gives up.
    public var commandGrace: Duration = .seconds(240)

    /// The defaults.
    public init() {}
}
