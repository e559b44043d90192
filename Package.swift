// swift-tools-version: 6.2
import PackageDescription

// A target may import only targets of a lower floor; `make build` checks it with
// --explicit-target-dependency-import-check error. The floor map in README.md is compared with this file by a test.

#if os(Linux)
// On Linux libcurl is loaded at run time (Sources/CCurl/shim.h); pkg-config would link it.
let curlPackage: String? = nil
#else
let curlPackage: String? = "libcurl"
#endif

let package = Package(
    name: "slipway",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Slipway", targets: ["Slipway"]),
        .library(name: "SlipwayConformance", targets: ["SlipwayConformance"]),
        // What the sandbox's own package is built on.
        .library(name: "SlipwayBase", targets: ["SlipwayBase"]),
        .library(name: "SlipwayHTTP", targets: ["SlipwayHTTP"]),
        .library(name: "SlipwayConfig", targets: ["SlipwayConfig"]),
        .library(name: "SlipwayCurl", targets: ["SlipwayCurl"]),
        .library(name: "SlipwayCassettes", targets: ["SlipwayCassettes"]),
        .library(name: "SlipwaySimulation", targets: ["SlipwaySimulation"]),
        .library(name: "SlipwaySimulatedAWS", targets: ["SlipwaySimulatedAWS"]),
        .library(name: "SlipwaySimulatedAzure", targets: ["SlipwaySimulatedAzure"]),
        .executable(name: "slipway", targets: ["SlipwayCLI"]),
    ],
    dependencies: [
        // Argument parsing, help texts and shell completions of the CLI.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // The logging API that embedding programs already use.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // The ecosystem's currency types for methods, statuses and header fields.
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        // YAML: only `compose` is used, which gives nodes with positions and never expands aliases.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // SQLite for the journal: transactions, migrations, WAL.
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // Credential plugins are started without a shell, with their own process group and time limit.
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        // Floor 0: C libraries behind thin typed doors.
        .systemLibrary(
            name: "CCurl",
            path: "Sources/CCurl",
            pkgConfig: curlPackage,
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]
        ),
        .systemLibrary(
            name: "COpenSSL",
            path: "Sources/COpenSSL",
            pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),

        // Floor 1
        .target(name: "SlipwayBase"),

        // Floor 2: HTTP and deployment do not know each other.
        .target(name: "SlipwayHTTP", dependencies: ["SlipwayBase", .http, .log]),
        .target(name: "SlipwayModel", dependencies: ["SlipwayBase"]),

        // Floor 3
        .target(
            name: "SlipwayCurl",
            dependencies: ["CCurl", "SlipwayBase", "SlipwayHTTP", .http],
            linkerSettings: [.linkedLibrary("curl", .when(platforms: [.macOS]))]
        ),
        .target(name: "SlipwaySigning", dependencies: ["COpenSSL", "SlipwayBase"]),
        .target(
            name: "SlipwayAccess",
            dependencies: ["SlipwayBase", .product(name: "Subprocess", package: "swift-subprocess")]
        ),
        .target(name: "SlipwayStrategies", dependencies: ["SlipwayBase", "SlipwayModel"]),
        .target(
            name: "SlipwayEngine",
            dependencies: ["SlipwayBase", "SlipwayModel", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        .target(
            name: "SlipwayConfig",
            dependencies: [
                "SlipwayBase", "SlipwayModel", "SlipwayStrategies", .product(name: "Yams", package: "Yams"),
            ],
            exclude: ["reference.yaml"]
        ),

        // Floor 4: providers, then what imitates and checks them.
        .target(
            name: "SlipwayKubernetes",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwaySigning", "SlipwayAccess", "SlipwayConfig", .http,
            ],
            path: "providers/Kubernetes"
        ),
        .target(
            name: "SlipwayAWS",
            dependencies: ["SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwaySigning", "SlipwayAccess", .http],
            path: "providers/AWS"
        ),
        .target(
            name: "SlipwayElasticBeanstalk",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwaySigning", "SlipwayConfig", "SlipwayAWS", .http,
            ],
            path: "providers/ElasticBeanstalk"
        ),
        .target(
            name: "SlipwayAzure",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwaySigning", "SlipwayAccess", "SlipwayConfig", .http,
            ],
            path: "providers/Azure"
        ),
        .target(
            name: "SlipwayAppService",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwaySigning", "SlipwayConfig", "SlipwayAzure", .http,
            ],
            path: "providers/AppService"
        ),
        .target(
            name: "SlipwayAKS",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwaySigning", "SlipwayAccess", "SlipwayConfig",
                "SlipwayKubernetes", "SlipwayAzure", .http,
            ],
            path: "providers/AKS"
        ),
        .target(name: "SlipwayConformance", dependencies: ["SlipwayBase", "SlipwayModel"]),
        .target(
            name: "SlipwayCassettes",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwaySigning", .http, .product(name: "Yams", package: "Yams"),
            ],
            path: "mocks/Replay"
        ),
        .target(
            name: "SlipwaySimulation",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwayEngine", "SlipwayConfig", "SlipwayKubernetes",
                .http,
            ],
            path: "mocks/Simulation"
        ),
        .target(
            name: "SlipwaySimulatedAWS",
            dependencies: ["SlipwayBase", "SlipwayHTTP", "SlipwaySigning", "SlipwaySimulation", .http],
            path: "mocks/SimulatedAWS"
        ),
        .target(
            name: "SlipwaySimulatedAzure",
            dependencies: ["SlipwayBase", "SlipwayHTTP", "SlipwaySigning", "SlipwaySimulation", .http],
            path: "mocks/SimulatedAzure"
        ),
        .target(
            name: "SlipwayFaults",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwayStrategies", "SlipwayEngine", "SlipwayKubernetes",
                "SlipwayAWS", "SlipwayElasticBeanstalk", "SlipwayAzure", "SlipwayAppService", "SlipwaySimulation",
                "SlipwaySimulatedAWS", "SlipwaySimulatedAzure", .http,
            ],
            path: "mocks/Faults"
        ),

        // Floor 5: the composition root and its front ends.
        .target(
            name: "Slipway",
            dependencies: [
                "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwayCurl", "SlipwaySigning", "SlipwayStrategies",
                "SlipwayEngine", "SlipwayConfig", "SlipwayAccess", "SlipwayKubernetes", "SlipwayAWS",
                "SlipwayElasticBeanstalk", "SlipwayAzure", "SlipwayAppService", "SlipwayAKS", "SlipwaySimulation",
                "SlipwaySimulatedAWS", "SlipwaySimulatedAzure", .http, .log,
            ]
        ),
        .executableTarget(
            name: "SlipwayCLI",
            dependencies: [
                "Slipway", "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwayEngine", "SlipwayConfig",
                "SlipwayCassettes", .http, .log, .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(
            name: "SlipwayFaultsTool",
            dependencies: ["SlipwayFaults", "SlipwayBase"],
            path: "mocks/FaultsTool"
        ),
        .executableTarget(
            name: "SlipwayBench",
            dependencies: [
                "COpenSSL", "Slipway", "SlipwayBase", "SlipwayHTTP", "SlipwayModel", "SlipwayCurl", "SlipwayConfig",
                "SlipwayStrategies", "SlipwayEngine", "SlipwaySigning", "SlipwayAccess", "SlipwayKubernetes",
                "SlipwayAWS", "SlipwayElasticBeanstalk", "SlipwayAzure", "SlipwayAppService", "SlipwayCassettes",
                "SlipwaySimulation", "SlipwaySimulatedAWS", "SlipwaySimulatedAzure", .http,
            ]
        ),

        // Reads the source tree itself: sizes, banned words, documentation, the floor map.
        .testTarget(name: "TidyTests"),
        .tests("SlipwayCassettesTests", of: "Base HTTP Cassettes"),
        .tests("SlipwayFaultsTests", of: "Base HTTP Model Engine Faults"),
        .tests("SlipwayRealClusterTests", of: "Base HTTP Model Curl Strategies Engine Access Kubernetes"),
        .tests("SlipwayBaseTests", of: "Base", speaksHTTP: false),
        .tests("SlipwayHTTPTests", of: "Base HTTP", and: [.log]),
        .tests("SlipwayCurlTests", of: "CCurl Base HTTP Curl", without: ["server.py"]),
        .tests("SlipwayConfigTests", of: "Base Model Strategies Config", speaksHTTP: false),
        .tests(
            "SlipwayEngineTests",
            of: "Base Model Strategies Engine",
            speaksHTTP: false,
            and: [.product(name: "GRDB", package: "GRDB.swift")]
        ),
        .tests("SlipwayStrategiesTests", of: "Base Model Strategies", speaksHTTP: false),
        .tests("SlipwaySigningTests", of: "Base Signing", speaksHTTP: false, without: ["vectors.py"]),
        .tests(
            "SlipwayKubernetesTests",
            of: "Base HTTP Model Config Signing Strategies Access Kubernetes Cassettes Simulation"
        ),
        .tests("SlipwayAWSTests", of: "Base HTTP Signing Access AWS"),
        .tests("SlipwayMotoTests", of: "Base HTTP Model Curl Access AWS", without: ["start_moto.py"]),
        .tests(
            "SlipwayElasticBeanstalkTests",
            of: "Base HTTP Model Config Signing Strategies Conformance AWS ElasticBeanstalk Simulation SimulatedAWS"
        ),
        .tests("SlipwayAzureTests", of: "Base HTTP Model Signing Access Config Azure Cassettes"),
        .tests(
            "SlipwayAppServiceTests",
            of:
                "Base HTTP Model Config Signing Strategies Engine Conformance Azure AppService Cassettes Simulation "
                + "SimulatedAzure"
        ),
        .tests(
            "SlipwayAKSTests",
            of: "Base HTTP Model Config Signing Strategies Access Conformance Kubernetes Azure AKS Simulation "
                + "SimulatedAzure"
        ),
        .tests("SlipwaySimulatedAzureTests", of: "Base HTTP Signing Cassettes Simulation SimulatedAzure"),
        .tests("SlipwaySimulatedAWSTests", of: "Base HTTP Signing SimulatedAWS"),
        .tests("SlipwayConformanceTests", of: "Base HTTP Model Strategies Conformance Kubernetes Simulation"),
        .tests("SlipwaySimulationTests", of: "Base HTTP Simulation"),
        .tests("SlipwayTests", of: "Slipway Access HTTP Simulation SimulatedAWS SimulatedAzure", speaksHTTP: false),
        .tests(
            "SlipwayCLITests",
            of: "Slipway Base HTTP Cassettes Simulation SimulatedAWS SimulatedAzure CLI",
            without: ["Golden"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

extension Target {
    /// Tests that import `modules`, given without the `Slipway` they begin with.
    static func tests(
        _ name: String,
        of modules: String,
        speaksHTTP: Bool = true,
        and others: [Dependency] = [],
        without files: [String] = []
    ) -> Target {
        let whole: Set = ["Slipway", "CCurl"]
        let names = modules.split(separator: " ").map(String.init).map { whole.contains($0) ? $0 : "Slipway" + $0 }
        let dependencies = names.map { Dependency(stringLiteral: $0) } + (speaksHTTP ? [.http] : []) + others
        return .testTarget(name: name, dependencies: dependencies, exclude: files)
    }
}

extension Target.Dependency {
    static var http: Self { .product(name: "HTTPTypes", package: "swift-http-types") }
    static var log: Self { .product(name: "Logging", package: "swift-log") }
}

for target in package.targets where target.type != .system {
    var settings: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    if Context.environment["SLIPWAY_STRICT"] == "1" { settings.append(.treatAllWarnings(as: .error)) }
    target.swiftSettings = settings
}
