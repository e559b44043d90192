import Foundation
import HTTPTypes
import Slipway
import SlipwayAWS
import SlipwayBase
import SlipwayCurl
import SlipwayHTTP

/// A 64 MiB bundle to moto's S3, by a process of ours and by the AWS CLI in turn.
enum UploadBench {
    private static let byteCount = 64 << 20
    private static let rounds = 3
    private static let childFlag = "--upload"
    private static let bucket = "releases"

    private struct Figures {
        var seconds: Double
        var cpuSeconds: Double
        /// The most memory the process ever had resident, in MiB; nil where /proc does not tell.
        var peakMiB: Double?
    }

    /// Wall time, processor time and peak memory of whole processes, from start to end.
    static func rows() async throws -> [Row] {
        let moto = try MotoProcess(script: "Tests/SlipwayMotoTests/start_moto.py")
        defer { moto.stop() }
        let file = Machine.scratch("bundle")
        defer { try? FileManager.default.removeItem(atPath: file) }
        try writeBundle(to: file)
        _ = try await transport(to: moto.origin).send(Request(.put, moto.origin, "/\(bucket)"))
        guard let program = Machine.sibling("SlipwayBench") else { throw BenchFailure("this program is not found") }
        var ours: [Figures] = []
        var theirs: [Figures] = []
        for round in 0..<rounds {
            ours.append(try run(program, [childFlag, moto.origin.description, "ours-\(round)", file]))
            guard let aws = Machine.program("aws") else { continue }
            let place = "s3://\(bucket)/theirs-\(round)"
            let arguments = ["s3", "cp", "--no-progress", "--endpoint-url", moto.origin.description, file, place]
            theirs.append(try run(aws, arguments))
        }
        return rows(ours, theirs)
    }

    private static func rows(_ ours: [Figures], _ theirs: [Figures]) -> [Row] {
        let peaks = ours.compactMap(\.peakMiB)
        var rows: [Row] = []
        if let peak = peaks.max() {
            rows.append(.alone("64 MiB to S3, peak memory", peak, unit: "MiB", aim: "< 40 MiB") { $0 < 40 })
        } else {
            rows.append(.skipped("64 MiB to S3, peak memory", "/proc does not tell it"))
        }
        let (seconds, cpu) = (ours.map(\.seconds).median, ours.map(\.cpuSeconds).median)
        guard !theirs.isEmpty else { return rows + [.skipped("  against aws s3 cp", "it is not installed")] }
        rows.append(
            .compared(
                "  wall time",
                seconds,
                with: "aws s3 cp",
                theirs.map(\.seconds).median,
                unit: "s",
                digits: 2,
                aim: "faster"
            ) { $0 < 1 }
        )
        let theirCPU = theirs.map(\.cpuSeconds).median
        rows.append(.compared("  processor time", cpu, with: "aws s3 cp", theirCPU, unit: "s", digits: 2))
        if let peak = peaks.max(), let theirPeak = theirs.compactMap(\.peakMiB).max() {
            rows.append(.compared("  peak memory", peak, with: "aws s3 cp", theirPeak, unit: "MiB"))
        }
        return rows
    }

    /// Bytes that do not repeat, so that no two parts are alike.
    private static func writeBundle(to path: String) throws {
        let random = SeededRandom(seed: 3)
        var words = [UInt64](repeating: 0, count: 1 << 17)
        try Data().write(to: URL(fileURLWithPath: path))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        for _ in 0..<(byteCount >> 20) {
            for index in words.indices { words[index] = random.next() }
            try words.withUnsafeBytes { try handle.write(contentsOf: Data($0)) }
        }
        try handle.close()
    }

    /// Runs a program to its end; its memory is looked at while it runs, because afterwards nobody knows.
    private static func run(_ program: String, _ arguments: [String]) throws -> Figures {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging([
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "NO_PROXY": "127.0.0.1",
        ]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        let (start, cpu) = (ContinuousClock.now, Usage.children.cpuSeconds)
        try process.run()
        var peak: Double?
        while process.isRunning {
            peak = [peak, Usage.peakMiB(of: process.processIdentifier)].compactMap { $0 }.max()
            usleep(5_000)
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchFailure("\(program) ended with status \(process.terminationStatus)")
        }
        let seconds = (ContinuousClock.now - start).seconds
        return Figures(seconds: seconds, cpuSeconds: Usage.children.cpuSeconds - cpu, peakMiB: peak)
    }
}

// What runs in the process of its own.
extension UploadBench {
    /// Uploads and gives true when this process was started for that.
    static func isChild(_ arguments: [String]) async throws -> Bool {
        guard arguments.count == 5, arguments[1] == childFlag, let origin = Origin(url: arguments[2]) else {
            return false
        }
        let endpoint = AWSEndpoint(signingName: "s3", region: "us-east-1", origin: origin)
        let client = S3Client(try S3Bucket(bucket, at: endpoint), transport: try transport(to: origin))
        let content = try HashedFile(try PlainFile(path: arguments[4]))
        let upload = BundleUpload(content, to: arguments[3], in: client)
        while try await upload.advance() != .done {}
        return true
    }

    /// The pipeline of the tool: repeats, and signs each attempt.
    private static func transport(to origin: Origin) throws -> any Transport {
        let time = SystemTime()
        let endpoint = AWSEndpoint(signingName: "s3", region: "us-east-1", origin: origin)
        let cache = CredentialCache<AWSCredentials>(FixedKey(), time: time)
        return Pipeline(
            [
                AWSRetry(quota: AWSRetryQuota(), time: time, random: SeededRandom(seed: 1)),
                AWSAuthenticate(cache, signer: AWSSigner(endpoint), clock: AWSClock(time)),
            ],
            to: try CurlClient().transport(proxy: .none)
        )
    }

    private struct FixedKey: CredentialSource {
        func lease() async throws(CredentialFailure) -> Lease<AWSCredentials> {
            Lease(AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("secret")))
        }
    }

    /// A file read in pieces, as the tool does it.
    private final class PlainFile: FileReader {
        let byteCount: Int
        private let descriptor: Int32

        init(path: String) throws {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw BenchFailure("\(path) cannot be read") }
            byteCount = Int(lseek(descriptor, 0, SEEK_END))
        }

        deinit { close(descriptor) }

        func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
            }
            guard bytes.count == count else { throw InputFailure("the bundle cannot be read.") }
            return bytes
        }
    }
}
