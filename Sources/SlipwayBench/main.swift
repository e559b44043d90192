import Foundation

// Run from the package's folder: the servers come from the tests. A missed aim is said and fails nothing. Words after
// the program's name choose the parts that are measured, such as `cassettes`.
signal(SIGPIPE, SIG_IGN)
if try await UploadBench.isChild(CommandLine.arguments) { exit(0) }
print(Machine.facts)

func measure(_ what: String, _ body: () async throws -> [Row]) async -> [Row] {
    let wanted = CommandLine.arguments.dropFirst()
    guard wanted.isEmpty || wanted.contains(where: { what.contains($0) }) else { return [] }
    print("measuring \(what) …")
    fflush(nil)
    do { return try await body() } catch { return [.skipped(what, "\(error)")] }
}

var server: BenchServer?
var reason = ""
do { server = try BenchServer(script: "Tests/SlipwayCurlTests/server.py") } catch { reason = "\(error)" }

var rows = await measure("start-up") { try StartupBench.rows() }
// Before all else in this process: memory that others have freed would hide what a thousand watches need.
rows += await measure("1,000 watches") {
    guard let server else { throw BenchFailure(reason) }
    return try await WatchBench.rows(server)
}
rows += await measure("TLS requests") {
    guard let server else { throw BenchFailure(reason) }
    return try await TransportBench.rows(server)
}
rows += await measure("ready to next write") { try await ReadinessBench.rows(server) }
rows += await measure("engine and journal") { try await EngineBench.rows() }
rows += await measure("polling of Elastic Beanstalk") { try await PollingBench.rows() }
rows += await measure("a slot swap, which takes a minute") {
    guard let server else { throw BenchFailure(reason) }
    return try await SlotSwapBench.rows(server)
}
rows += await measure("64 MiB to S3") { try await UploadBench.rows() }
rows += await measure("JSON") { try JSONBench.rows() }
rows += await measure("signatures") { try SigningBench.rows() }
rows += await measure("cassettes") { try await CassetteBench.rows() }
server?.stop()

let table = Table(rows)
print("\n\(table.text)\n")
print(table.missed == 0 ? "Every aim held that could be told." : "\(table.missed) aims were missed: see NO above.")
