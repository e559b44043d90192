import Foundation
import SlipwayAccess
import SlipwayBase
import SlipwayKubernetes
import Testing

/// Real waits that are never longer than they need be here.
private struct ShortTime: TimeSource {
    var longest: Duration
    var now: Timestamp { Timestamp(milliseconds: 1_767_225_600_000) }

    func sleep(for duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: min(duration, longest)) } catch { throw CancellationError() }
    }
}

private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let file = url.appending(path: name)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        return file.path
    }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

@Suite struct LiveAccessTests {
    private func live(_ longest: Duration = .seconds(30)) -> AccessEnvironment {
        .live(time: ShortTime(longest: longest))
    }

    @Test("given real files, when read, then contents, modes and limits are seen")
    func files() throws {
        let folder = try Folder()
        let environment = live()
        let closed = try folder.write("closed", "secret")
        let open = try folder.write("open", String(repeating: "x", count: 100_000), mode: 0o644)
        #expect(try environment.readFile(closed, 6) == .init(Array("secret".utf8)))
        #expect(try environment.readFile(open, 100_000).isReadableByOthers)
        #expect(try environment.readFile(open, 100_000).bytes.count == 100_000)
        #expect(throws: AccessEnvironment.FileFailure.tooLarge) { try environment.readFile(open, 99_999) }
        #expect(throws: AccessEnvironment.FileFailure.missing) { try environment.readFile(folder.path("none"), 1) }
        #expect(throws: AccessEnvironment.FileFailure.unreadable("it is not a regular file")) {
            try environment.readFile(folder.url.path, 1)
        }
    }

    @Test("given a real plugin, when run, then arguments pass no shell and both outputs come back")
    func runs() async throws {
        let folder = try Folder()
        let script = try folder.write(
            "plugin",
            "#!/bin/sh\nprintf '%s|' \"$@\" \"$EXTRA\"\necho problem >&2\nexit 3\n",
            mode: 0o700
        )
        let result = try await live().run(
            .init(command: script, arguments: ["a b", "$(id)", ";ls", ""], environment: ["EXTRA": "more"])
        )
        #expect(result.exitCode == 3)
        #expect(String(decoding: result.output, as: UTF8.self) == "a b|$(id)|;ls||more|")
        #expect(String(decoding: result.errorOutput, as: UTF8.self) == "problem\n")
        #expect(try await live().run(.init(command: "true")).exitCode == 0)
    }

    @Test("given plugins that are missing, not executable or too loud, when run, then they fail by kind")
    func failures() async throws {
        let folder = try Folder()
        let plain = try folder.write("plain", "#!/bin/sh\n")
        for command in [folder.path("none"), plain, "no-such-command-\(UUID().uuidString)"] {
            await #expect(throws: AccessEnvironment.PluginFailure.missing) {
                try await live().run(.init(command: command))
            }
        }
        let loud = try folder.write("loud", "#!/bin/sh\nexec head -c 3000000 /dev/zero\n", mode: 0o700)
        await #expect(throws: AccessEnvironment.PluginFailure.tooMuchOutput) {
            try await live().run(.init(command: loud))
        }
    }

    @Test(
        "given a plugin that hangs with a child and ignores being asked to end, when its time is over, then both are gone"
    )
    func hangs() async throws {
        let folder = try Folder()
        let pids = folder.path("pids")
        let script = try folder.write(
            "hang",
            "#!/bin/sh\ntrap '' TERM\nsleep 300 &\necho $$ $! > \(pids).new\nmv \(pids).new \(pids)\nwait\n",
            mode: 0o700
        )
        await #expect(throws: AccessEnvironment.PluginFailure.timedOut) {
            try await live(.seconds(1)).run(.init(command: script))
        }
        let text = try String(contentsOfFile: pids, encoding: .utf8)
        let started = text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
        #expect(started.count == 2)
        for pid in started {
            var attempts = 0
            while isRunning(pid), attempts < 200 {
                try await Task.sleep(for: .milliseconds(25))
                attempts += 1
            }
            #expect(!isRunning(pid), "\(pid) still runs")
        }
    }

    @Test("given a plugin that leaves a child with its output behind, when it exits, then its answer is not waited for")
    func leavesChild() async throws {
        let folder = try Folder()
        let script = try folder.write("leave", "#!/bin/sh\nsleep 20 &\necho answer\n", mode: 0o700)
        let result = try await live().run(.init(command: script))
        #expect(String(decoding: result.output, as: UTF8.self) == "answer\n")
    }

    // A process that nobody has waited for yet counts as gone.
    private func isRunning(_ pid: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
            return kill(pid, 0) == 0
        }
        return !stat.contains(") Z ")
    }
}
