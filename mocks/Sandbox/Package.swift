// swift-tools-version: 6.2
import PackageDescription

// A package of its own: swift-nio and the BoringSSL inside swift-nio-ssl take minutes of a clean build, and neither
// the CLI nor the libraries ever depend on them.

let package = Package(
    name: "slipway-sandbox",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "slipway-sandbox", targets: ["slipway-sandbox"])],
    dependencies: [
        .package(name: "slipway", path: "../.."),
        // The server: HTTP/1.1 and HTTP/2, TLS, and event loops with back-pressure, down to the bytes of a fault.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", exact: "1.46.0"),
        // The versions of the package above.
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // Certificates from the OpenSSL that Slipway signs with.
        .target(name: "CCertificates", linkerSettings: [.linkedLibrary("crypto")]),
        // Sockets, TLS, HTTP: knows no platform.
        .target(
            name: "SandboxServer",
            dependencies: [
                "CCertificates", .slipway("SlipwayBase"), .slipway("SlipwayHTTP"), .http,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
            ]
        ),
        // Clouds, faults, the log, the data plane: knows no socket.
        .target(
            name: "Sandbox",
            dependencies: [
                "SandboxServer", .slipway("SlipwayBase"), .slipway("SlipwayHTTP"), .slipway("SlipwayConfig"),
                .slipway("SlipwayCassettes"), .slipway("SlipwaySimulation"), .slipway("SlipwaySimulatedAWS"),
                .slipway("SlipwaySimulatedAzure"), .http,
            ]
        ),
        .executableTarget(
            name: "slipway-sandbox",
            dependencies: [
                "Sandbox", "SandboxServer", .slipway("SlipwayBase"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/SandboxTool"
        ),
        // Starts the program and drives it with curl, kubectl, aws, eb, wrk and slipway.
        .testTarget(
            name: "SandboxTests",
            dependencies: ["slipway-sandbox", .slipway("SlipwayBase"), .slipway("SlipwayCassettes")],
            exclude: ["Golden", "Scripts"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

extension Target.Dependency {
    static var http: Self { .product(name: "HTTPTypes", package: "swift-http-types") }
    static func slipway(_ product: String) -> Self { .product(name: product, package: "slipway") }
}

for target in package.targets where target.name != "CCertificates" {
    var settings: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    if Context.environment["SLIPWAY_STRICT"] == "1" { settings.append(.treatAllWarnings(as: .error)) }
    target.swiftSettings = settings
}
