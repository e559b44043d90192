import Foundation
import SlipwayAWS
import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import Testing

/// Real waits that all last `longest`: short for what is to hang, and for all else so long that a busy
/// machine does not matter.
private struct BoundedTime: TimeSource {
    var longest: Duration
    var now: Timestamp { Timestamp(milliseconds: 1_795_262_400_000) }

    func sleep(for duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: longest) } catch { throw CancellationError() }
    }
}

@Suite struct LiveProcessTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")

    /// This machine, with profile files of a folder of its own.
    private func environment(script: String, line: String, longest: Duration = .seconds(600)) throws
        -> AccessEnvironment
    {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func write(_ name: String, _ text: String, mode: Int) throws {
            let file = folder.appending(path: name)
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        }
        try write("my give", "#!/bin/sh\n" + script, mode: 0o700)
        try write("config", "[default]\ncredential_process = '\(folder.path)/my give' \(line)\n", mode: 0o644)
        var environment = AccessEnvironment.live(time: BoundedTime(longest: longest))
        let variables = [
            "AWS_CONFIG_FILE": folder.path + "/config", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_REGION": "eu-west-1",
        ]
        environment.variable = { variables[$0] }
        return environment
    }

    @Test("given a real credential_process, when leased, then it runs without a shell and its answer counts")
    func answers() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = """
            [ "$#" = 2 ] && [ "$1" = '$(id) a' ] && [ "$2" = ';' ] || exit 9
            echo noise >&2
            echo '{"Version":1,"AccessKeyId":"ASIALIVE","SecretAccessKey":"hush","SessionToken":"hush"}'
            """
        let environment = try environment(script: script, line: "'$(id) a' ;")
        let access = try AWSAccess.resolve(.init(), in: environment, transport: Wire())
        #expect(try await access.credentials.lease().credential.accessKeyID == "ASIALIVE")
    }

    @Test(
        "given a real credential_process that hangs or fails, when leased, then it is ended and its output is not shown"
    )
    func fails() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func complaint(_ script: String, longest: Duration = .seconds(600)) async throws -> String {
            let environment = try environment(script: script, line: "", longest: longest)
            let access = try AWSAccess.resolve(.init(), in: environment, transport: Wire())
            do throws(CredentialFailure) {
                return try await access.credentials.lease().credential.accessKeyID
            } catch { return error.description }
        }
        let start = "the credential_process \"\(folder.path)/my give\" of the profile \"default\" "
        let failed = try await complaint("echo hush; echo hush >&2; exit 3")
        #expect(failed == start + "failed with exit code 3; run it by hand to see why")
        let hung = try await complaint("echo hush; exec sleep 300", longest: .seconds(2))
        #expect(hung == start + "took longer than 60 s and was ended")
    }
}
