public import SlipwayBase
import SlipwayConfig
import SlipwaySimulatedAzure

/// What the simulated clouds hold at the beginning, read from a YAML file.
public struct SandboxSeed: Sendable {
    /// The AWS account.
    var aws = AWSSeed()
    /// The Azure subscription.
    var azure = AzureSeed()
    /// Clusters, by different names.
    var clusters: [ClusterSeed] = []
    /// Faults that are there from the beginning.
    var faults: [FaultRule] = []

    /// An empty account and one empty cluster, `main`.
    public init() { clusters = [ClusterSeed(name: "main")] }

    /// The names of the clusters.
    public var clusterNames: [String] { clusters.map(\.name) }
    /// The Azure tenant, and the client and secret that have tokens there.
    public var azureLogin: (tenant: String, client: String, secret: Secret<String>) {
        let client = azure.content.clients.first
        return (azure.content.home.tenant, client?.id ?? "", client?.secret ?? Secret(""))
    }
    /// The AWS region and account.
    public var home: (region: String, account: String) { (aws.region, aws.account) }

    /// Reads the bytes of a seed; throws everything that is wrong with it at once.
    public static func load(bytes: [UInt8], file: String) throws(InputFailure) -> SandboxSeed {
        try ConfigReader.decode(try ConfigNode.parse(bytes: bytes, file: file)) { reader in
            var seed = SandboxSeed()
            if let aws = reader.mapping("aws") {
                seed.aws = AWSSeed(reading: aws)
                aws.finish()
            }
            if let azure = reader.mapping("azure") {
                seed.azure = AzureSeed(reading: azure)
                azure.finish()
            }
            if let clusters = reader.list("kubernetes", max: 100) {
                seed.clusters = clusters.compactMap { node in
                    let cluster = ConfigReader(node, into: reader.findings)
                    defer { cluster.finish() }
                    return ClusterSeed(reading: cluster)
                }
                let names = seed.clusters.map(\.name)
                if let node = reader.node("kubernetes"), Set(names).count < names.count {
                    reader.findings.error(node, "names two clusters alike")
                }
            }
            seed.faults = FaultRule.list("faults", in: reader)
            return seed
        }
    }

    /// A commented seed with an application on each platform, which `init` writes.
    public static let example = """
        # What the sandbox begins with, and what `POST /_sandbox/reset` goes back to.
        aws:
          region: us-east-1
          account: "123456789012"
          # How much faster than Elastic Beanstalk itself everything there happens; `serve --speed` adds to it.
          speed: 10
          environments:
            - { name: shop-blue, application: shop, version: v1, instances: 4, cname: shop }
            - { name: shop-green, application: shop, version: v1, instances: 4 }
          # An application load balancer for several environments, with rules that share requests by weight.
          balancers:
            - name: shared
              environments:
                - { name: shop-stable, application: shop, version: v1, instances: 4 }
                - { name: shop-canary, application: shop, version: v1, instances: 4 }
              rules:
                - { host: shop.example.test, weights: { shop-stable: 100, shop-canary: 0 } }
          buckets: [shop-releases]
          # Versions that go wrong: rejected, crash, hang or unhealthy.
          failures:
            - { version: bad, kind: unhealthy }
        azure:
          speed: 10
          sites:
            - { name: shop, image: "registry.example.com/shop:1", slots: [staging] }
        kubernetes:
          - name: main
            readyAfter: 2s
            deployments:
              - { name: shop, image: "registry.example.com/shop:1", replicas: 4 }
              - name: web-stable
                image: "registry.example.com/web:1"
                replicas: 4
                labels: { app: web, fleet: stable }
              - name: web-canary
                image: "registry.example.com/web:1"
                replicas: 0
                labels: { app: web, fleet: canary }
            services:
              - { name: shop, selector: { app: shop } }
              - { name: web-stable, selector: { app: web, fleet: stable } }
              - { name: web-canary, selector: { app: web, fleet: canary } }
            routes:
              - { name: web, kind: httpRoute, host: web.example.test, stable: web-stable, canary: web-canary }
            # Images that go wrong: failToPull, crash, hang or slow.
            failures:
              - { imageContains: ":bad", kind: hang }

        """
}

extension ConfigReader {
    /// The texts under `key`, by name.
    func texts(_ key: String) -> [String: String]? {
        guard let mapping = node(key) else { return nil }
        guard let entries = mapping.entries else {
            findings.error(mapping, "must be a mapping, not \(mapping.kindInWords)")
            return nil
        }
        var result: [String: String] = [:]
        for entry in entries {
            if let text = entry.value.scalar?.text {
                result[entry.key] = text
            } else {
                findings.error(entry.value, "must be a text, not \(entry.value.kindInWords)")
            }
        }
        return result
    }

    /// A reader for every element of the list under `key`.
    func each<Value>(_ key: String, _ read: (ConfigReader) -> Value?) -> [Value] {
        (list(key, max: 1000) ?? []).compactMap { node in
            let reader = ConfigReader(node, into: findings)
            // Who gave up early has not come to the other keys.
            guard let value = read(reader) else { return nil }
            reader.finish()
            return value
        }
    }
}
