import Foundation
import SlipwayBase
import SlipwaySimulatedAzure

/// The Azure CLI, pointed at a cloud on the loopback, with a folder of its own that is removed in the end.
struct AzureCLI {
    private static let cloud = "Simulated"
    private static let client = AzureClient()

    private let program: String
    private let environment: [String: String]
    private let folder: URL

    /// Finds it; throws the reason when it is not there. Nothing is installed.
    init(authority: String) throws {
        program = try Self.find()
        folder = FileManager.default.temporaryDirectory.appending(path: "slipway-az-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var environment = ProcessInfo.processInfo.environment
        environment["AZURE_CONFIG_DIR"] = folder.path
        environment["REQUESTS_CA_BUNDLE"] = authority
        environment["NO_PROXY"] = "127.0.0.1,localhost"
        self.environment = environment
    }

    /// Looks in the cache of this program, then on the PATH, then in the folder that SLIPWAY_AZ names.
    private static func find() throws -> String {
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        let named = ProcessInfo.processInfo.environment["SLIPWAY_AZ"].map { ["\($0)/bin/az", "\($0)/az"] } ?? []
        let paths = ["\(home)/.cache/slipway/azure-cli/bin/az", Machine.program("az")].compactMap { $0 } + named
        guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw BenchFailure("az is not installed, and SLIPWAY_AZ names no folder with it")
        }
        return path
    }

    /// Signs in to the cloud at `port`.
    func signIn(at port: Int) async throws {
        let address = "https://127.0.0.1:\(port)"
        try await run("cloud", "register", "--name", Self.cloud, "--endpoint-resource-manager", address)
        try await run("cloud", "set", "--name", Self.cloud)
        // Without it the directory of the real cloud would be asked.
        try await run("config", "set", "core.instance_discovery=false", "core.collect_telemetry=false")
        let secret = Self.client.secret?.reveal() ?? ""
        let tenant = AzureWorld.Seed.tenant
        try await run("login", "--service-principal", "-u", Self.client.id, "-p", secret, "--tenant", tenant)
    }

    /// `az webapp deployment slot swap`.
    func swap() async throws {
        let names = ["--resource-group", "shop-rg", "--name", SwapGate.site, "--slot", SwapGate.slot]
        try await run(["webapp", "deployment", "slot", "swap", "--target-slot", "production"] + names)
    }

    /// Removes its folder.
    func remove() { try? FileManager.default.removeItem(at: folder) }

    private func run(_ words: String...) async throws { try await run(words) }

    private func run(_ words: [String]) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        (process.arguments, process.environment) = (words, environment)
        let errors = Pipe()
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
        process.standardInput = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch {
                process.terminationHandler = nil
                done.resume(throwing: error)
            }
        }
        guard status == 0 else {
            let said = String(decoding: errors.fileHandleForReading.availableData.suffix(300), as: UTF8.self)
            // A login has its secret among the words.
            throw BenchFailure("az \(words.prefix(2).joined(separator: " ")) ended with status \(status): \(said)")
        }
    }
}
