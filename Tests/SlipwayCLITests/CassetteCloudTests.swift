import Foundation
import Slipway
import SlipwayBase
import SlipwayCassettes
import SlipwaySimulation
import Testing

@testable import SlipwayCLI

/// Whole releases recorded at simulated platforms that check credentials, and replayed where there are none.
@Suite struct CassetteCloudTests {
    private func text(_ shell: Shell, _ name: String) -> String {
        (try? String(contentsOfFile: shell.path(name), encoding: .utf8)) ?? ""
    }

    @Test(
        "given a release to any platform, when it is recorded and replayed without credentials, then it ends the same",
        arguments: ReachedCloud.all
    )
    func recordAndReplay(_ cloud: ReachedCloud) async throws {
        let shell = Shell(network: try cloud.network(), variables: cloud.variables)
        let (cassette, config) = (shell.path("deploy.json"), cloud.config(shell))
        let recorded = await shell.run("cassette", "record", cassette, "--", "deploy", "-f", config)
        #expect(recorded.status == .done, Comment(rawValue: recorded.out + recorded.err))
        #expect(recorded.out.contains("deployed: 2.4.1 is live"))
        let kept = text(shell, "deploy.json").lowercased()
        for canary in cloud.canaries { #expect(!kept.contains(canary.lowercased()), Comment(rawValue: canary)) }
        // Names and tokens are in kubeconfigs too, which are base64.
        let encoded = kept.isEmpty ? [] : try CassetteFolder(path: shell.folder).load("deploy").encodedTexts
        for canary in cloud.canaries { #expect(!encoded.joined().contains(canary)) }
        let lint = await shell.run("cassette", "lint", cassette)
        #expect(lint.status == .done, Comment(rawValue: lint.out))
        // Nothing is sent, so a machine without credentials and without a network does.
        let elsewhere = Shell(network: .live)
        let command = ["--", "deploy", "-f", cloud.config(elsewhere)]
        let replayed = await elsewhere.run(["cassette", "replay", cassette] + cloud.standIns + command)
        #expect(replayed.status == .done, Comment(rawValue: replayed.out + replayed.err))
        #expect(replayed.out.contains("deployed: 2.4.1 is live"))
        #expect(recorded.out.steps.count > 2)
        #expect(replayed.out.steps == recorded.out.steps)
        #expect(!replayed.err.contains("never recorded"))
        guard !cloud.standIns.isEmpty else { return }
        // Without what only the user knows, it says what to say.
        let unnamed = await elsewhere.run(["cassette", "replay", cassette] + command)
        #expect(unnamed.status != .done)
        #expect(unnamed.err.contains("where the config names one, say --stand-in "))
    }

    @Test("given a release that failed, when its run is exported and replayed, then the rehearsal fails as it did")
    func failedRelease() async throws {
        let cluster = try ReachedCluster()
        let shell = cluster.shell("bad")
        let (journal, config) = (shell.path("j.sqlite"), shell.path("slipway.yaml"))
        let failed = await shell.run("deploy", "-f", config, "--journal", journal, "--keep-exchanges")
        #expect(failed.status == .failed, Comment(rawValue: failed.out + failed.err))
        let folder = try FileManager.default.attributesOfItem(atPath: journal + ".exchanges")
        #expect(folder[.posixPermissions] as? Int == 0o700, "as private as the journal")
        let file = shell.path("failed.json")
        let exported = await shell.run("history", "export", "seoul-1", "--cassette", file, "--journal", journal)
        #expect(exported.status == .done, Comment(rawValue: exported.err))
        #expect(exported.out.contains("exchanges of seoul-1 in "))
        let cassette = try CassetteFolder(path: shell.folder).load("failed")
        #expect(cassette.origin.kind == .recorded)
        #expect(cassette.origin.note?.hasPrefix("seoul-1 to bad: ") == true)
        #expect(!cassette.text.contains(ReachedCluster.token) && !cassette.text.contains("shop.corp"))
        #expect(await shell.run("cassette", "lint", file).status == .done)
        let replayed = await shell.run("cassette", "replay", file, "--allow-unplayed", "--", "deploy", "-f", config)
        #expect(replayed.status == .failed, Comment(rawValue: replayed.out + replayed.err))
        #expect(!replayed.err.contains("never recorded"))
        #expect(replayed.out.steps == failed.out.steps)
    }

    @Test("given a kubeconfig with a plugin, when a release is replayed, then the plugin is not run")
    func noPlugin() async throws {
        let cluster = try ReachedCluster()
        let shell = cluster.shell()
        let (cassette, config) = (shell.path("deploy.json"), shell.path("slipway.yaml"))
        #expect(await shell.run("cassette", "record", cassette, "--", "plan", "-f", config).status == .done)
        let plugin = #"exec: { apiVersion: client.authentication.k8s.io/v1, command: \#(shell.path("plugin")) }"#
        let user = #"token: "\#(ReachedCluster.token)""#
        shell.file("kubeconfig", text(shell, "kubeconfig").replacing(user, with: plugin))
        shell.file("plugin", "#!/bin/sh\ntouch \(shell.path("was-run"))\n")
        for (name, mode) in [("plugin", 0o755), ("kubeconfig", 0o600)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: shell.path(name))
        }
        let replayed = await shell.run("cassette", "replay", cassette, "--", "plan", "-f", config)
        #expect(replayed.status == .done, Comment(rawValue: replayed.out + replayed.err))
        #expect(!FileManager.default.fileExists(atPath: shell.path("was-run")))
    }
}

extension Cassette {
    /// What longer base64 in documents stands for.
    fileprivate var encodedTexts: [String] {
        func texts(_ document: JSON) -> [String] {
            switch document {
            case .string(let text):
                let data = text.utf8.count >= 64 ? Data(base64Encoded: text) : nil
                return data.map { [String(decoding: $0, as: UTF8.self)] } ?? []
            case .array(let elements): return elements.flatMap(texts)
            case .object(let object): return object.members.flatMap { texts($0.value) }
            default: return []
            }
        }
        return interactions.flatMap { interaction -> [String] in
            guard case .response(let response) = interaction.outcome,
                case .whole(.json(let document)?) = response.content
            else { return [] }
            return texts(document)
        }
    }
}
