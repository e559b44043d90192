import Foundation
import HTTPTypes
import Slipway
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwaySimulation
import Testing

@testable import SlipwayCLI

/// A cluster that commands reach by a kubeconfig, as if it were a real one.
struct ReachedCluster {
    static let token = "Zz9" + String(repeating: "c4nary", count: 8)
    /// Just before a minute ends: locks number their holders by the minute in which they came.
    let time = ReplayTime(now: Timestamp(milliseconds: 1_767_225_659_900), real: SystemTime())
    let cluster: SimulatedTransport<KubernetesWorld>
    let network: Network

    init() throws {
        var seed = KubernetesWorld.Seed()
        seed.namespaces = ["shop"]
        seed.deployments = [SeedDeployment("shop", namespace: "shop", image: "shop:1.0.0")]
        seed.podBehaviours = [(pattern: .containing(":bad"), behaviour: .crash(exitCode: 1))]
        cluster = SimulatedTransport(
            try KubernetesWorld(seed, at: time.now),
            time: time,
            watches: .sleeps(atMost: .seconds(30))
        )
        network = .imitated(SlowTransport(cluster, time), time)
    }

    /// A shell with a config and a kubeconfig in it.
    func shell(_ version: String = "2.0.0", _ variables: [String: String] = [:]) -> Shell {
        let shell = Shell(network: network, variables: variables)
        let config = """
            apiVersion: slipway/v1
            application: shop
            release: { version: "\(version)", image: "shop:\(version)" }
            strategy: { rolling: { maxSurge: 1, maxUnavailable: 25% } }
            targets:
              - { name: seoul, kubernetes: { kubeconfig: "\(shell.path("kubeconfig"))", namespace: shop, deployment: shop } }
            """
        let kubeconfig = """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [ { name: c, context: { cluster: c, user: u } } ]
            clusters: [ { name: c, cluster: { server: "https://api.shop.corp:6443" } } ]
            users: [ { name: u, user: { token: "\(Self.token)" } } ]
            """
        shell.file("slipway.yaml", config)
        shell.file("kubeconfig", kubeconfig)
        try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: shell.path("kubeconfig"))
        return shell
    }
}

extension String {
    /// The steps of a run and its end, without when and by whom.
    var steps: [String] {
        let lines = split(separator: "\n").map { $0.drop { $0 != " " } }
        return lines.filter { line in
            [" step ", ": Wait", " is live", "taking everything"].contains { line.contains($0) }
        }
        .map { String($0.replacing(#/, until [-0-9:TZ]+/#, with: "")) }
    }
}

@Suite struct CassetteCommandTests {
    private func text(_ shell: Shell, _ name: String) -> String {
        (try? String(contentsOfFile: shell.path(name), encoding: .utf8)) ?? ""
    }

    @Test("given a deploy against a cluster, when it is recorded and replayed offline, then it ends the same way")
    func recordAndReplay() async throws {
        let shell = try ReachedCluster().shell()
        let (cassette, config) = (shell.path("deploy.json"), shell.path("slipway.yaml"))
        let recorded = await shell.run("cassette", "record", cassette, "--note", "a test", "--", "deploy", "-f", config)
        #expect(recorded.status == .done, Comment(rawValue: recorded.err))
        #expect(recorded.err.contains("recorded "))
        let kept = text(shell, "deploy.json")
        #expect(!kept.contains(ReachedCluster.token))
        #expect(!kept.contains("shop.corp"))
        #expect(kept.contains("host-1.example"))
        // To the millisecond, so that a lock that is taken in a replay gets the same number.
        #expect(kept.contains(#""recordedAt": "2026-01-01T00:00:59.900Z""#))
        let replayed = await shell.run("cassette", "replay", cassette, "--", "deploy", "-f", config)
        #expect(replayed.status == .done, Comment(rawValue: replayed.err))
        #expect(replayed.out.steps == recorded.out.steps)
        #expect(replayed.err.contains("played "))
    }

    @Test("given a recorded plan, when another is replayed from it, then the request that is missing is told")
    func mismatch() async throws {
        let cluster = try ReachedCluster()
        let shell = cluster.shell()
        let (cassette, config) = (shell.path("plan.json"), shell.path("slipway.yaml"))
        #expect(await shell.run("cassette", "record", cassette, "--", "plan", "-f", config).status == .done)
        let other = text(shell, "slipway.yaml").replacing("deployment: shop", with: "deployment: shoe")
        let path = shell.file("other.yaml", other)
        let replayed = await shell.run("cassette", "replay", cassette, "--", "plan", "-f", path)
        #expect(replayed.status != .done)
        #expect(replayed.err.contains("deployments/shoe"))
        #expect(replayed.err.contains("was never recorded"))
        #expect(replayed.err.contains("nearest: plan"))
    }

    @Test(
        "given a cassette that is there, when the command is recorded once more, then it is played and nothing is sent"
    )
    func once() async throws {
        let shell = try ReachedCluster().shell()
        let (cassette, config) = (shell.path("plan.json"), shell.path("slipway.yaml"))
        #expect(await shell.run("cassette", "record", cassette, "--", "plan", "-f", config).status == .done)
        let kept = text(shell, "plan.json")
        let elsewhere = Shell(network: .live, variables: ["CI": "true"])
        let again = await elsewhere.run("cassette", "record", cassette, "--", "plan", "-f", config)
        #expect(again.status == .done, Comment(rawValue: again.err))
        #expect(again.err.contains("played "))
        #expect(text(shell, "plan.json") == kept)
    }

    @Test("given CI, when something would be recorded, then it is refused before anything is sent")
    func inCI() async throws {
        let cluster = try ReachedCluster()
        let shell = cluster.shell("2.0.0", ["CI": "true"])
        let config = shell.path("slipway.yaml")
        let result = await shell.run("cassette", "record", shell.path("x.json"), "--", "plan", "-f", config)
        #expect(result.status == .badInput)
        #expect(result.err.contains("nothing is recorded in CI"))
        #expect(!FileManager.default.fileExists(atPath: shell.path("x.json")))
    }

    @Test("given a cluster that changed since, when compared with the cassette, then the changed field is told")
    func diff() async throws {
        let cluster = try ReachedCluster()
        let shell = cluster.shell()
        let (cassette, config) = (shell.path("plan.json"), shell.path("slipway.yaml"))
        _ = await shell.run("cassette", "record", cassette, "--", "plan", "-f", config)
        let same = await shell.run("cassette", "diff", cassette, "--", "plan", "-f", config)
        #expect(same.status == .done, Comment(rawValue: same.out + same.err))
        #expect(same.out == "no answer differs\n")
        _ = await shell.run("deploy", "-f", config)
        let changed = await shell.run("cassette", "diff", cassette, "--output", "json", "--", "plan", "-f", config)
        #expect(changed.status == .failed)
        let fields = changed.json.filter { $0["type"] == "change" }
        let images = fields.first { $0["recorded"]?.string == "\"shop:1.0.0\"" }
        #expect(images?["live"]?.string == "\"shop:2.0.0\"")
    }

    @Test("given a run and its exchanges beside the journal, when exported, then the cassette says which run")
    func export() async throws {
        let shell = Shell(platforms: [ToyPlatform()])
        let journal = shell.path("j.sqlite")
        let config = shell.file("slipway.yaml", Configs.toy())
        _ = await shell.run("deploy", "-f", config, "--journal", journal)
        let request = RecordedRequest(.get, "/a")
        let answer = RecordedOutcome.response(RecordedResponse(status: 204))
        let one = Interaction(id: "a", title: "a", request: request, outcome: answer)
        for (name, count) in [("000001+seoul-1", 1), ("000002+tokyo-7", 1), ("000003+seoul-1+tokyo-8", 2)] {
            var kept = Cassette(name: name, origin: CassetteOrigin(.recorded, from: "a test"))
            for _ in 0..<count { kept.append(one) }
            try CassetteFolder(path: journal + ".exchanges").save(kept)
        }
        let file = shell.path("failed.json")
        let result = await shell.run("history", "export", "seoul-1", "--cassette", file, "--journal", journal)
        #expect(result.status == .done, Comment(rawValue: result.err))
        #expect(result.out.hasPrefix("3 exchanges of seoul-1 in "))
        let exported = try CassetteFolder(path: shell.folder).load("failed")
        #expect(exported.origin.note == "seoul-1 to 2.0.0: deployed")
        #expect(exported.interactions.last?.repeats == true)
    }

    @Test("given a run whose exchanges were not kept, when it is exported, then one sentence says how to keep them")
    func notKept() async throws {
        let shell = Shell(platforms: [ToyPlatform()])
        let config = shell.file("slipway.yaml", Configs.toy())
        _ = await shell.run("deploy", "-f", config)
        let result = await shell.run("history", "export", "seoul-1", "--cassette", shell.path("x.json"))
        #expect(result.status == .badInput)
        #expect(result.err.contains("no exchanges of seoul-1 were kept"))
        #expect(result.err.contains("--keep-exchanges"))
        #expect(await shell.run("history", "export", "seoul-9", "--cassette", "x").status == .badInput)
        #expect(await shell.run("history", "seoul-1").status == .done)
    }

    @Test("given a folder with a secret in it, when linted, then the status is 1 and the secret is not shown")
    func lint() async {
        let shell = Shell()
        let head = #"{"format":1,"origin":{"kind":"synthetic","from":"a test"},"interactions":["#
        let request = #"{"id":"a","title":"t","request":{"method":"GET","target":"/a"},"response":{"status":200"#
        let secret = "ghp" + "_" + ReachedCluster.token
        shell.file("good.json", head + request + "}}]}")
        #expect(await shell.run("cassette", "lint", shell.path("good.json")).out == "1 cassettes, nothing found\n")
        shell.file("bad.json", head + request + #","body":{"lines":["\#(secret)"]}}}]}"#)
        let result = await shell.run("cassette", "lint", shell.folder)
        #expect(result.status == .failed)
        #expect(result.out.contains("bad: error: secret: a response: GitHub token"))
        #expect(!result.out.contains(secret))
        let lines = await shell.run("cassette", "lint", shell.folder, "--output", "json").json
        #expect(lines.map { $0["kind"]?.string } == ["secret"])
    }

    @Test(
        "given a file that is no good cassette, when any command reads it, then one sentence says why and the status is 2",
        arguments: [
            ("cut.json", #"{"format":1,"origin":{"kind""#, "it may be cut off"),
            ("version.json", #"{"format":2}"#, "it has format 2, and this program reads format 1"),
            (
                "tags.json", "interactions:\n- request: !!python/object/apply:os.system [x]\n",
                "tags in such a file may name code"
            ),
            (
                "path.json",
                #"{"format":1,"origin":{"kind":"synthetic","from":"x"},"interactions":[{"id":"a","title":"t","#
                    + #""request":{"method":"GET","target":"/"},"response":{"status":200,"body":{"file":"../x"}}}]}"#,
                "../x leads out of the cassette's folder"
            ), ("empty.json", "", "it is empty or cannot be read"),
            ("line.json", String(repeating: "x", count: 100 << 20), "it is larger than 16 MiB"),
        ]
    )
    func badInput(_ name: String, _ text: String, _ words: String) async {
        let shell = Shell()
        let file = shell.file(name, text)
        let config = shell.file("slipway.yaml", Configs.toy())
        for arguments in [
            ["show", file], ["export", file, "--to", "har"], ["replay", file, "--", "plan", "-f", config],
            ["diff", file, "--", "plan", "-f", config], ["record", file, "--mode", "new", "--", "plan", "-f", config],
        ] {
            let result = await shell.run(["cassette"] + arguments)
            #expect(result.status == .badInput, "\(arguments[0])")
            #expect(result.err.contains(words), "\(arguments[0]): \(result.err.prefix(500))")
            #expect(result.err.split(separator: "\n").count == 1 && result.out.isEmpty)
        }
        let lint = await shell.run("cassette", "lint", file)
        #expect(lint.status == .failed)
        #expect(lint.out.contains("error: schema: ") && lint.out.contains(words), Comment(rawValue: lint.out))
    }

    @Test("given recordings of others that are bad, when imported, then one sentence says why and nothing is written")
    func badImports() async {
        let shell = Shell()
        let tag = "http_interactions:\n- request: !ruby/object:Gem::Installer {}\n  response: {}\n"
        for (name, text, words) in [
            ("cut.har", #"{"log":{"entries":[{"request":{"met"#, "it is none of vcrpy"),
            ("tag.yaml", tag, "is unknown"),
            ("line.json", String(repeating: "x", count: 17 << 20), "16"),
        ] {
            let result = await shell.run("cassette", "import", shell.file(name, text), "-o", shell.path("made.json"))
            #expect(result.status == .badInput)
            #expect(result.err.contains(words), Comment(rawValue: result.err))
            #expect(!FileManager.default.fileExists(atPath: shell.path("made.json")))
        }
    }

    @Test("given an HTTP archive, when imported, shown and exported, then each step says what it made")
    func formats() async {
        let shell = Shell()
        let request = #"{"method":"GET","url":"https://a.test/x","headers":[]}"#
        let entry = #"{"request":\#(request),"response":{"status":204,"headers":[]}}"#
        let archive = shell.file("a.har", #"{"log":{"entries":[\#(entry)]}}"#)
        let cassette = shell.path("a.json")
        let made = await shell.run("cassette", "import", archive, "-o", cassette)
        #expect(made.status == .done, Comment(rawValue: made.err))
        #expect(made.out.hasPrefix("1 exchanges in "))
        let shown = await shell.run("cassette", "show", cassette)
        #expect(shown.lines.last == "1  1-x  GET     /x      204, 0 bytes", Comment(rawValue: shown.out))
        #expect(await shell.run("cassette", "show", cassette, "1-x").out.contains(#""id": "1-x""#))
        #expect(await shell.run("cassette", "show", cassette, "1").out.contains(#""id": "1-x""#))
        #expect(await shell.run("cassette", "show", cassette, "1-y").err.contains("did you mean 1-x?"))
        #expect(await shell.run("cassette", "export", cassette, "--to", "wiremock").out.contains("\"mappings\""))
        let exported = await shell.run("cassette", "export", cassette, "--to", "har", "-o", shell.path("b.har"))
        #expect(exported.status == .done)
        #expect(text(shell, "b.har").contains("https://a.test/x"))
        #expect(await shell.run("cassette", "import", shell.path("none"), "-o", cassette).status == .badInput)
        #expect(await shell.run("cassette", "import", shell.file("t.txt", "hello"), "-o", cassette).status == .badInput)
    }
}
