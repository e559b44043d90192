public import SandboxServer
public import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS

/// What the sandbox believes its callers by.
public struct SandboxSecrets: Sendable {
    /// For the admin API.
    public var admin: Secret<String>
    /// The bearer token of the clusters' user `sandbox-token`, who may do everything.
    public var kubernetes: Secret<String>
    /// The id of the AWS access key.
    public var awsKeyID: String
    /// Its secret.
    public var awsSecret: Secret<String>
    /// Who signs the sandbox's certificates, PEM; nothing secret, but of the same making.
    public var authority: String

    /// Makes a set of secrets.
    public init(
        admin: Secret<String>,
        kubernetes: Secret<String>,
        awsKeyID: String,
        awsSecret: Secret<String>,
        authority: String
    ) {
        (self.admin, self.kubernetes, self.awsKeyID, self.awsSecret) = (admin, kubernetes, awsKeyID, awsSecret)
        self.authority = authority
    }
}

/// The simulated clouds behind one door, with faults in between and a log of everything.
public final class Sandbox: Sendable {
    let clock: SandboxClock
    let faults: Faults
    let log: ExchangeLog
    let dataPlane: DataPlane
    private let clouds: [any Cloud]
    private let seed: SandboxSeed
    private let secrets: SandboxSecrets

    /// The clouds that `seed` says, on `clock`; chance comes from `random`. Throws what a seed asks for in vain.
    public init(
        _ seed: SandboxSeed,
        secrets: SandboxSecrets,
        clock: SandboxClock,
        random: any RandomSource,
        keepsLog: Bool = false
    ) throws(InputFailure) {
        (self.seed, self.secrets, self.clock) = (seed, secrets, clock)
        let clouds = try Self.make(seed, secrets, clock)
        self.clouds = clouds
        faults = Faults(seed.faults, random: random)
        log = ExchangeLog(keepsLines: keepsLog)
        dataPlane = DataPlane(clouds, clock: clock, random: random)
    }

    /// The clouds in the order in which they are asked whether a request is for them.
    private static func make(
        _ seed: SandboxSeed,
        _ secrets: SandboxSecrets,
        _ clock: SandboxClock
    ) throws(InputFailure) -> [any Cloud] {
        let user = KubernetesUser(name: "sandbox-token", token: secrets.kubernetes, allowed: nil)
        var azure = seed.azure
        azure.authority = secrets.authority
        var clouds: [any Cloud] = [try AzureCloud(azure, clock: clock)]
        for cluster in seed.clusters { clouds.append(try KubernetesCloud(cluster, users: [user], clock: clock)) }
        var aws = seed.aws
        aws.keys.insert(
            AWSWorld.AccessKey(secrets.awsKeyID, secret: secrets.awsSecret, account: aws.account, user: "sandbox"),
            at: 0
        )
        clouds.append(try AWSCloud(aws, clock: clock))
        return clouds
    }

    /// What answers at the port of the APIs.
    public var api: some Responder { APIDoor(sandbox: self, admin: Admin(token: secrets.admin, sandbox: self)) }
    /// The listener at which Azure answers with `api`.
    public static let azureListener = AzureCloud.listener
    /// The listener at which all of it answers by the hosts of the platforms, with `tunnelled`.
    public static let tunnel = "tunnel"
    /// What answers at the ends of tunnels.
    public var tunnelled: some Responder { TunnelDoor(sandbox: self) }
    /// Whether a host is one of a platform's APIs or of an application's.
    public func contains(_ host: String) -> Bool { clouds.contains { $0.owns(host) } || hosts.contains(host) }
    /// What answers at the port of the applications.
    public var applications: some Responder { dataPlane }

    /// The hosts that applications answer to.
    public var hosts: [String] { clouds.flatMap(\.hosts) }

    /// Tells those who watch what has happened; to be called when the clock's `pause` is over.
    public func tick() {
        clock.forgetExpected()
        for cloud in clouds { cloud.tick() }
    }

    /// The log's lines since the last call.
    public func takeLogLines() -> [String] { log.takeLines() }
    /// Calls `tell` when there are lines to take again after there were none.
    public func whenLogged(_ tell: @escaping @Sendable () -> Void) { log.whenLogged(tell) }

    /// Begins again with the seed.
    func reset() {
        for cloud in clouds { cloud.reset() }
        faults.replace(with: seed.faults)
        dataPlane.forget()
    }

    /// What every cloud holds.
    var state: JSON { .object(JSONObject(clouds.map { ($0.name, $0.inspect()) })) }

    /// Who answers production requests now, by host.
    var shares: JSON {
        let members = hosts.sorted().compactMap { host -> (String, JSON)? in
            guard let shares = clouds.lazy.compactMap({ $0.shares(ofHost: host) }).first else { return nil }
            var versions = shares.versions.map { ($0.name, JSON.double($0.share)) }
            if shares.failed > 0 { versions.append(("none", .double(shares.failed))) }
            return (host, .object(JSONObject(versions)))
        }
        return .object(JSONObject(members))
    }

    fileprivate func reply(to incoming: IncomingRequest) -> Reply {
        for cloud in clouds {
            guard let request = cloud.claim(incoming.request, at: incoming.listener) else { continue }
            let began = ContinuousClock.now
            let faults = incoming.isTooLarge ? [] : faults.hits(request, of: cloud.name)
            let reply =
                incoming.isTooLarge
                ? Reply(cloud.words(for: .tooLarge))
                : cloud.reply(to: request, from: incoming.caller, faults: faults)
            log.add(
                ExchangeLog.Entry(
                    time: clock.now,
                    cloud: cloud.name,
                    request: request,
                    response: reply.response,
                    faults: faults,
                    isStream: reply.source != nil,
                    took: ContinuousClock.now - began
                )
            )
            return reply
        }
        return Reply(Response(status: 404))
    }
}

/// The hosts that tunnels lead to: those of applications, and else the clouds.
private struct TunnelDoor: Responder {
    let sandbox: Sandbox

    func reply(to incoming: IncomingRequest) -> Reply {
        let isVisit = sandbox.hosts.contains(incoming.request.origin.host)
        return isVisit ? sandbox.dataPlane.reply(to: incoming) : sandbox.reply(to: incoming)
    }
}

/// The port of the APIs: the admin API, and the clouds.
private struct APIDoor: Responder {
    let sandbox: Sandbox
    let admin: Admin

    func reply(to incoming: IncomingRequest) -> Reply {
        let target = incoming.request.target
        if target.hasPrefix(Admin.prefix + "/") { return admin.reply(to: incoming.request) }
        return sandbox.reply(to: incoming)
    }
}
