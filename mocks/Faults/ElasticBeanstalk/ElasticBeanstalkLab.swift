import HTTPTypes
import SlipwayAWS
public import SlipwayBase
public import SlipwayElasticBeanstalk
public import SlipwayHTTP
public import SlipwayModel
public import SlipwaySimulatedAWS

/// Elastic Beanstalk in the lab: an account with one application, and how its target is named.
public struct ElasticBeanstalkLab: LabPlatform {
    /// The account before the release.
    public var world: AWSWorld
    /// How the target is named.
    public var settings: ElasticBeanstalkSettings
    /// What is released.
    public var release: Release
    /// The environment that is brought up; nil where instances are replaced in place.
    public var candidate: String?
    /// The bucket of bundles and the lock.
    var storage: S3Bucket
    /// What becomes of the old environment after a switch.
    public var disposal = Disposal.keep

    static let region = "us-east-1"
    static let application = "shop"
    static let bucket = "elasticbeanstalk-\(region)-\(AWSWorld.Seed.account)"
    static let lockKey = S3Lock.key(of: "lab", in: application)

    /// Everything but what only other platforms say.
    public var faultKinds: [FaultKind] { FaultKind.allCases.filter { $0 != .gone && $0 != .gatewayTimeout } }

    /// The provider with its lock in S3, behind the retries of the AWS SDKs.
    ///
    /// Requests name a key, and nobody verifies their signatures here.
    public func connection(over transport: any Transport, time: any TimeSource, random: any RandomSource)
        -> LabConnection
    {
        let retry = AWSRetry(quota: AWSRetryQuota(), time: time, random: random)
        let transport = Pipeline([retry, KeyOnly()], to: transport)
        func query(_ api: String, _ version: String) -> QueryClient {
            QueryClient(Self.endpoint(api), version: version, transport: transport)
        }
        let clients = ElasticBeanstalkClients(
            elasticBeanstalk: query("elasticbeanstalk", ElasticBeanstalkClients.elasticBeanstalkVersion),
            elasticLoadBalancing: query("elasticloadbalancing", LoadBalancingCalls.version),
            autoScaling: query("autoscaling", AutoScalingCalls.version),
            route53: RestClient(Self.endpoint("route53"), namespace: nil, transport: transport)
        )
        let provider = ElasticBeanstalkProvider(target: "lab", settings: settings, clients: clients, time: time)
        let client = S3Client(storage, transport: transport)
        let lock = S3Lock(of: "lab", in: Self.application, client, time: time, seconds: settings.lockSeconds) {}
        return LabConnection(provider: provider, lock: lock)
    }

    init(
        _ world: AWSWorld,
        _ layout: ElasticBeanstalkLayout,
        _ release: Release,
        candidate: String? = nil
    ) throws(InputFailure) {
        (self.world, self.release, self.candidate) = (world, release, candidate)
        settings = ElasticBeanstalkSettings(application: Self.application, layout: layout)
        storage = try S3Bucket(Self.bucket, at: Self.endpoint("s3"))
    }

    static func endpoint(_ api: String) -> AWSEndpoint {
        AWSEndpoint(
            signingName: api,
            region: region,
            origin: Origin(scheme: "https", host: "\(api).\(region).amazonaws.com")
        )
    }

    /// What the lock's object says.
    public func lock(in world: AWSWorld) -> LabLock? {
        guard let bytes = world.storage.object(Self.lockKey, in: Self.bucket)?.bytes,
            let record = try? JSON(parsing: bytes)
        else { return nil }
        let renewed = record["renewed"]?.string.flatMap { Timestamp(rfc3339: $0) }
        let seconds = Int64(record["seconds"]?.int ?? 0)
        let holder = record["holder"]?.string ?? ""
        return LabLock(holder: holder.isEmpty ? nil : holder, until: renewed.map { $0 + .seconds(seconds) })
    }

    /// Writes the lock's object for a thief.
    public func steal(in world: inout AWSWorld, at time: Timestamp) {
        guard let bytes = world.storage.object(Self.lockKey, in: Self.bucket)?.bytes,
            var record = try? JSON(parsing: bytes)
        else { return }
        record["holder"] = "thief"
        record["fence"] = JSON((record["fence"]?.int ?? 0) + 1)
        record["seconds"] = 1
        record["acquired"] = .string(time.rfc3339)
        record["renewed"] = .string(time.rfc3339)
        world.storage.put(record.bytes, key: Self.lockKey, in: Self.bucket, at: time)
    }
}

/// Names the key that a request would be signed with.
struct KeyOnly: Middleware {
    func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        try await next(Self.mark(request))
    }

    static func mark(_ request: Request) -> Request {
        let host = request.origin.host
        let service = host.hasPrefix(ElasticBeanstalkLab.bucket) ? "s3" : String(host.prefix { $0 != "." })
        let scope = "AKIDEXAMPLE/20260101/\(ElasticBeanstalkLab.region)/\(service)/aws4_request"
        var request = request
        request.headers[.authorization] = "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, Signature=0"
        return request
    }
}
