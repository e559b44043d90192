import Foundation

/// How long commands take that do next to nothing, and how much memory.
enum StartupBench {
    private static let rounds = 25

    private struct Command: Encodable {
        var name: String
        var arguments: [String]
    }

    private struct Figures: Decodable {
        var wall: Double
        var cpu: Double
        var memory: Double
    }

    /// `slipway version` and `slipway plan --offline` next to `kubectl version --client`.
    static func rows() throws -> [Row] {
        let names = ["slipway version", "slipway plan --offline"]
        guard let slipway = Machine.sibling("slipway") else {
            return names.map { .skipped($0, "there is no slipway beside this program; `make bench` builds it") }
        }
        guard let python = Machine.program("python3") else {
            return names.map { .skipped($0, "python3, which counts, is not installed") }
        }
        let config = ["mocks/demo/slipway.yaml", "Sources/SlipwayConfig/reference.yaml"]
            .first { FileManager.default.fileExists(atPath: $0) }
        var commands = [Command(name: names[0], arguments: [slipway, "version"])]
        if let config {
            commands.append(Command(name: names[1], arguments: [slipway, "plan", "--offline", "-f", config]))
        }
        if let kubectl = Machine.program("kubectl") {
            commands.append(Command(name: "kubectl", arguments: [kubectl, "version", "--client"]))
        }
        let input = String(decoding: try JSONEncoder().encode(commands), as: UTF8.self)
        let output = try Machine.output(of: python, ["-c", counter, "\(rounds)"], input: input)
        let figures = try JSONDecoder().decode([String: Figures].self, from: output)
        return names.flatMap { rows($0, figures[$0], figures["kubectl"]) }
    }

    private static func rows(_ name: String, _ ours: Figures?, _ theirs: Figures?) -> [Row] {
        guard let ours else { return [.skipped(name, "there is no config to plan with")] }
        guard let theirs else {
            let reason = "kubectl is not installed"
            return [
                Row(name: name, ours: Row.text(ours.wall, 1) + " ms", peer: .init(name: "kubectl", figure: reason)),
                Row(
                    name: "  peak memory",
                    ours: Row.text(ours.memory, 1) + " MiB",
                    peer: .init(name: "kubectl", figure: reason)
                ),
            ]
        }
        return [
            .compared(name, ours.wall, with: "kubectl", theirs.wall, unit: "ms", digits: 1, aim: "ratio < 0.20") {
                $0 < 0.2
            },
            .compared("  processor time", ours.cpu, with: "kubectl", theirs.cpu, unit: "ms", digits: 1),
            .compared("  peak memory", ours.memory, with: "kubectl", theirs.memory, unit: "MiB", aim: "ratio < 0.50") {
                $0 < 0.5
            },
        ]
    }

    /// Runs every command once a round, so that load on the machine falls on all of them alike, and gives medians.
    ///
    /// A child's peak begins with its parent's memory: Python's ten MiB are the least that can be told.
    private static let counter = """
        import json, os, statistics, sys, time
        commands = json.load(sys.stdin)
        nothing = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in (0, 1, 2)]
        unit = 1 if sys.platform == "darwin" else 1024
        seen = {command["name"]: [] for command in commands}
        for number in range(int(sys.argv[1]) + 2):
            for command in commands:
                start = time.perf_counter()
                words = command["arguments"]
                child = os.posix_spawn(words[0], words, os.environ, file_actions=nothing)
                _, status, usage = os.wait4(child, 0)
                wall = time.perf_counter() - start
                if status != 0:
                    sys.exit("%s ended with status %d" % (command["name"], status))
                if number >= 2:
                    cpu = usage.ru_utime + usage.ru_stime
                    seen[command["name"]].append((wall * 1e3, cpu * 1e3, usage.ru_maxrss * unit / 2**20))
        print(json.dumps({
            name: dict(zip(("wall", "cpu", "memory"), (statistics.median(column) for column in zip(*figures))))
            for name, figures in seen.items()}))
        """
}
