/// How long things take in a simulated App Service; the defaults are near to what recordings and reports show.
public struct AppServiceTimings: Hashable, Sendable {
    /// From a restart until what runs answers, unless its release says otherwise.
    public var start: Duration = .seconds(20)
    /// From the acceptance of a swap until routing is switched, when everything answers at once.
    public var swapPreparation: Duration = .seconds(30)
    /// The warm-up requests of a swap, once what runs answers.
    public var swapWarmUp: Duration = .seconds(10)
    /// From the switch of routing until the operation is over.
    public var swapFinish: Duration = .seconds(10)
    /// How long a swap waits for an answer before it gives up.
    public var swapPatience: Duration = .seconds(1200)
    /// What `Retry-After` says while a swap runs, in seconds; nil leaves it out.
    public var swapRetryAfterSeconds: Int? = 15
    /// For how long the address of an operation can be asked after it was given out.
    public var addressLife: Duration = .seconds(120)
    /// For how long an operation that is over is remembered.
    public var operationKept: Duration = .seconds(3600)
    /// From the acceptance of a deployment until it has its real id.
    public var deploymentNaming: Duration = .seconds(4)
    /// Building and copying what was deployed.
    public var deploymentBuild: Duration = .seconds(20)
    /// For how long the routing cookie leads a client to its slot.
    public var cookieLife: Duration = .seconds(3600)
    /// Whether what ran before a restart answers until what comes after it does: containers, and everything on Linux.
    public var restartsOverlap = false
    /// Changes of Front Door, until they are accepted everywhere according to the API.
    public var frontDoorUpdate: Duration = .seconds(20)
    /// From then on, until they really are.
    public var frontDoorPropagation: Duration = .seconds(600)
    /// How long names of Traffic Manager are believed after they have changed.
    public var trafficManagerTail: Duration = .seconds(60)

    /// The defaults.
    public init() {}

    /// Everything in a few seconds, for labs that run many releases.
    public static var quick: AppServiceTimings {
        var timings = AppServiceTimings()
        (timings.start, timings.swapPreparation, timings.swapWarmUp) = (.seconds(4), .seconds(5), .seconds(2))
        (timings.swapFinish, timings.swapPatience) = (.seconds(3), .seconds(60))
        (timings.deploymentNaming, timings.deploymentBuild) = (.seconds(1), .seconds(5))
        return timings
    }
}
