import Foundation

// Run from the package's folder: the servers come from the tests.
do {
    let server = try BenchServer(script: "Tests/SlipwayCurlTests/server.py")
    defer { server.stop() }
    try await TransportBench.requests(server)
    try await TransportBench.watches(server)
} catch {
    print("the transport was not measured: \(error)")
    exit(1)
}
