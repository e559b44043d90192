import Foundation
import Slipway
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwaySimulatedAWS
import SlipwaySimulatedAzure
import SlipwaySimulation

@testable import SlipwayCLI

/// A platform that commands reach as if it were the real one, with credentials that it checks, and a config for it.
struct ReachedCloud: CustomStringConvertible, Sendable {
    /// What it is called in a test.
    let description: String
    /// A new platform, at a time of its own.
    let network: @Sendable () throws -> Network
    /// What the environment must hold to be let in.
    let variables: [String: String]
    /// Writes the config into the shell's folder, and gives its path.
    let config: @Sendable (Shell) -> String
    /// Real names that a replay must be told, since no request names them.
    var standIns: [String] = []
    /// Texts that no cassette may hold: credentials, and names of whoever was recorded.
    var canaries: [String]

    static let account = "735291846028"
    static let subscription = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    static let tenant = "b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d"

    static let all: [ReachedCloud] = [
        beanstalk(Beanstalk.Layout("rolling", "rolling: { maxUnavailable: 1 }", Beanstalk.environment)),
        beanstalk(Beanstalk.Layout("pair", "blueGreen: { old: keep }", Beanstalk.pair)),
        appService("swap", "blueGreen: { old: keep }"), appService("canary", Azure.twoSteps), aks(usesEntra: true),
        aks(usesEntra: false),
    ]

    private static func clock() -> ReplayTime {
        ReplayTime(now: Timestamp(milliseconds: 1_767_225_659_900), real: SystemTime())
    }

    private static func beanstalk(_ layout: Beanstalk.Layout) -> ReachedCloud {
        let key = AWSWorld.AccessKey(account: account)
        let host = "shop-live.eu-west-1.elasticbeanstalk.com"
        return ReachedCloud(
            description: "Elastic Beanstalk, \(layout.name)",
            network: {
                let time = Self.clock()
                var seed = AWSWorld.Seed()
                (seed.account, seed.keys, seed.region) = (account, [key], "eu-west-1")
                var blue = AWSWorld.Seed.Environment("shop-blue", version: "2.4.0", instances: 2, policy: .rolling)
                blue.cnamePrefix = "shop-live"
                let plain = AWSWorld.Seed.Environment("shop-prod", version: "2.4.0", instances: 3, policy: .rolling)
                seed.environments = [plain, blue]
                let world = AWSWorld(at: time.now, seed: seed)
                return .imitated(SlowTransport(SimulatedTransport(world, time: time), time), time)
            },
            variables: ["AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret.reveal()],
            config: { $0.beanstalk(layout) },
            standIns: layout.name == "pair" ? ["--stand-in", "host-1.elasticbeanstalk.com=\(host)"] : [],
            canaries: [account, key.secret.reveal(), key.id, "shop-live.e"]
        )
    }

    private static func appService(_ name: String, _ strategy: String) -> ReachedCloud {
        var seed = AzureWorld.Seed(sites: [.init("shop", image: "registry.example.com/shop:2.4.0", slots: ["staging"])])
        seed.containers = [("locks", "shopstate")]
        let section = "\(Azure.slot), lock: { container: \"https://shopstate.blob.core.windows.net/locks\" }"
        return azure("App Service, \(name)", seed, strategy, "appService", section, ["shop.azurewebsites.net"])
    }

    private static func aks(usesEntra: Bool) -> ReachedCloud {
        var inside = KubernetesWorld.Seed()
        inside.namespaces = ["shop"]
        inside.deployments = [SeedDeployment("shop", namespace: "shop", image: "registry.example.com/shop:2.4.0")]
        var cluster = AzureWorld.Seed.Cluster("shop-aks")
        cluster.usesEntra = usesEntra
        cluster.kubernetes = try? KubernetesWorld(inside, at: clock().now)
        var seed = AzureWorld.Seed()
        seed.clusters = [cluster]
        let name = "AKS, by a token of \(usesEntra ? "Entra" : "its own")"
        return azure(name, seed, "rolling: {}", "aks", "\(Azure.cluster), deployment: shop", ["shop-aks-"])
    }

    private static func azure(
        _ name: String,
        _ seed: AzureWorld.Seed,
        _ strategy: String,
        _ kind: String,
        _ section: String,
        _ canaries: [String]
    ) -> ReachedCloud {
        let client = AzureClient("0d4f7b62-90c5-4a1e-b7a9-4a5c21f3e8d6")
        return ReachedCloud(
            description: name,
            network: {
                let time = Self.clock()
                var seed = seed
                (seed.home.subscription, seed.home.tenant, seed.clients) = (subscription, tenant, [client])
                let world = AzureWorld(at: time.now, seed: seed)
                let azure = SimulatedTransport(world, time: time, watches: .sleeps(atMost: .seconds(30)))
                return .imitated(SlowTransport(azure, time), time)
            },
            variables: [
                "AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": client.id,
                "AZURE_CLIENT_SECRET": client.secret?.reveal() ?? "",
            ],
            config: { shell in
                shell.file(
                    "slipway.yaml",
                    """
                    apiVersion: slipway/v1
                    application: shop
                    release: { version: "2.4.1", image: "registry.example.com/shop:2.4.1" }
                    strategy: { \(strategy) }
                    targets:
                      - name: dublin
                        \(kind): { subscription: \(subscription), resourceGroup: shop-rg, \(section) }
                    """
                )
            },
            canaries: [subscription, tenant, client.id, client.secret?.reveal() ?? ""] + canaries
        )
    }
}

/// Answers take their time.
struct SlowTransport: Transport {
    private let inside: any Transport
    private let time: any TimeSource

    init(_ inside: any Transport, _ time: any TimeSource) { (self.inside, self.time) = (inside, time) }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        do throws(CancellationError) { try await time.sleep(for: .milliseconds(83)) } catch {
            throw HTTPFailure(.cancelled, "it was cancelled")
        }
        return try await inside.send(request)
    }
}

extension Network {
    /// One transport for everything.
    static func imitated(_ transport: any Transport, _ time: any TimeSource) -> Network {
        .imitated(transport, logins: transport, time: time)
    }
}
