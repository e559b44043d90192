import Foundation
import SlipwayBase
import Testing

@testable import SlipwayCLI

/// Configs of Elastic Beanstalk targets, and bundles for them.
enum Beanstalk {
    static let environment = "environment: shop-prod"
    static let pair = "blue: shop-blue, green: shop-green, cname: shop-live"
    static let rule =
        "stable: shop-stable, canary: shop-canary, listenerRule: \"arn:aws:elasticloadbalancing:eu-west-1:123456789012"
        + ":listener-rule/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee\""
    static let records =
        "stable: shop-stable, canary: shop-canary, route53: { hostedZone: Z1EXAMPLE, name: shop.example.com }"
    static let fiveSteps =
        "canary: { steps: ["
        + [10, 20, 40, 60, 80].map { "{ setWeight: \($0) }, { pause: { duration: 5m } }" }.joined(separator: ", ")
        + "] }"
    static let trial = "canary: { steps: [{ setWeight: 20 }, { pause: { duration: 10m } }] }"

    /// Every layout by a short name: what it is called, its strategy, what the target names, what it accepts.
    static let layouts = [
        Layout("rolling", "rolling: { maxUnavailable: 1 }", environment),
        Layout("additional", "rolling: { maxSurge: 1, maxUnavailable: 0 }", environment),
        Layout("immutable", "rolling: { maxSurge: \"100%\", maxUnavailable: 0 }", environment),
        Layout("splitting", trial, environment),
        Layout("pair-kept", "blueGreen: { old: keep }", pair),
        Layout("pair-removed", "blueGreen: { old: remove, scaleDownDelay: 5m }", pair),
        Layout("pair-one", "blueGreen: { old: scaleDown }", pair, accept: "oneInstance"),
        Layout("rule", fiveSteps, rule),
        Layout("records", fiveSteps, records, accept: "dnsWeights"),
    ]

    struct Layout: Sendable, CustomTestStringConvertible {
        var name: String
        var strategy: String
        var names: String
        var accept: String

        init(_ name: String, _ strategy: String, _ names: String, accept: String = "") {
            (self.name, self.strategy, self.names, self.accept) = (name, strategy, names, accept)
        }

        var testDescription: String { name }
    }
}

extension Shell {
    /// A config of one target of Elastic Beanstalk.
    func beanstalk(_ layout: Beanstalk.Layout, release: String? = nil, more: String = "") -> String {
        let release = release ?? "bundle: \(bundle())"
        return file(
            "slipway.yaml",
            """
            apiVersion: slipway/v1
            application: shop
            release: { version: "2.4.1", \(release) }
            accept: [\(layout.accept)]
            strategy: { \(layout.strategy) }
            targets:
              - name: tokyo
                elasticBeanstalk: { region: eu-west-1, application: shop, \(layout.names)\(more) }
            """
        )
    }

    /// A zip of empty files with those names; gives its path.
    func bundle(_ file: String = "shop.zip", names: [String] = ["index.js"]) -> String {
        var (all, directory): ([UInt8], [UInt8]) = ([], [])
        func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> ($0 * 8) & 0xFF) } }
        for name in names.map({ Array($0.utf8) }) {
            let offset = all.count
            let common = number(20, 2) + [UInt8](repeating: 0, count: 20)
            all += number(0x0403_4B50, 4) + common + number(name.count, 2) + number(0, 2) + name
            directory += number(0x0201_4B50, 4) + number(20, 2) + common + number(name.count, 2)
            directory += [UInt8](repeating: 0, count: 12) + number(offset, 4) + name
        }
        let end = number(names.count, 2) + number(names.count, 2) + number(directory.count, 4) + number(all.count, 4)
        let bytes = all + directory + number(0x0605_4B50, 4) + number(0, 4) + end + number(0, 2)
        let path = path(file)
        try? Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}
