import Foundation
import SlipwayBase
import Testing

@testable import SlipwayCLI

/// What cannot be released to Elastic Beanstalk is told in one sentence before anything is done.
@Suite struct BeanstalkInputTests {
    let shell = Shell()

    /// The sentence of plan and of deploy, which is the same; nothing is kept.
    private func refusal(_ config: String, _ status: ExitReason) async -> String {
        let plan = await shell.run("plan", "--offline", "-f", config)
        let deploy = await shell.run("deploy", "--offline", "-f", config, "--journal", shell.path("journal.sqlite"))
        #expect(plan.status == status && deploy.status == status)
        #expect(plan.err == deploy.err && plan.out.isEmpty && deploy.out.isEmpty)
        #expect(plan.err.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: shell.path("journal.sqlite")))
        return plan.err
    }

    @Test(
        "given a bundle that cannot be released, when it is planned or deployed, then one sentence says why",
        arguments: [
            ("none.zip", " cannot be read: No such file or directory."),
            ("folder.zip", " is a folder, not a file to release."),
            ("empty.zip", " is empty; a bundle is a zip of the application."),
            (
                "large.zip",
                " has 536870913 bytes, more than the 536870912 (512 MB) that Elastic Beanstalk takes; leave out what "
                    + "is not needed to run it."
            ),
            ("text.zip", " is no zip, war or jar; pack the application with its files at the top of the archive."),
            (
                "absolute.zip",
                ": the entry /etc/shop has an absolute name; pack with names relative to the application's own folder."
            ),
            (
                "dots.zip",
                ": the entry a/../../shop leads out of the folder with ..; pack with names relative to the "
                    + "application's own folder."
            ),
        ]
    )
    func bundles(_ name: String, _ sentence: String) async throws {
        let path = shell.path(name)
        switch name {
        case "folder.zip": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        case "empty.zip": shell.file(name, "")
        case "large.zip":
            shell.file(name, "")
            try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 512 * 1024 * 1024 + 1)
        case "text.zip": shell.file(name, "a text that is called like an archive")
        case "absolute.zip": _ = shell.bundle(name, names: ["index.js", "/etc/shop"])
        case "dots.zip": _ = shell.bundle(name, names: ["index.js", "a/../../shop"])
        default: break
        }
        let config = shell.beanstalk(Beanstalk.layouts[0], release: "bundle: \(path)")
        #expect(await refusal(config, .badInput) == "error: \(path)\(sentence)\n")
    }

    @Test(
        "given a config whose words are wrong, when it is validated, planned or deployed, then one sentence says what to write",
        arguments: [
            (
                ", aplication: x",
                "elasticBeanstalk.aplication: unknown key \"aplication\"; did you mean \"application\"?"
            ),
            (", accountId: 123456789012", "accountId: must be the twelve digits of an account in quotes"),
            (", accountId: \"12345\"", "accountId: must be the twelve digits of an account in quotes"),
            (", endpoint: \"http://example.com\"", "endpoint: must be an https address without a path"),
            (", endpoints: { s3: \"ftp://example.com\" }", "endpoints.s3: must be an https address without a path"),
            (", cname: shop-live", "cname: `cname` belongs to `blue` and `green`"),
            (", healthThreshold: green", "healthThreshold: must be ok or warning"),
        ]
    )
    func words(_ more: String, _ sentence: String) async {
        let config = shell.beanstalk(Beanstalk.layouts[0], more: more)
        let text = await refusal(config, .badInput)
        #expect(text.hasPrefix("\(config):8:"))
        #expect(text.contains("error: targets[0].") && text.contains(sentence), "\(text)")
        let validate = await shell.run("validate", "-f", config)
        #expect(validate.status == .badInput && validate.err == text)
    }

    @Test("given a region that is none, when the config is validated, then the form is told")
    func region() async {
        let config = shell.beanstalk(Beanstalk.layouts[0])
        let result = await shell.run("validate", "-f", config, "--set", "targets.tokyo.elasticBeanstalk.region=Tokyo")
        #expect(result.status == .badInput)
        #expect(result.err.contains("region: must be the name of a region, such as eu-west-1, not the text \"Tokyo\""))
    }

    @Test("given only an image, when the config is validated, then it says which forms are taken")
    func image() async {
        let config = shell.beanstalk(Beanstalk.layouts[0], release: "image: \"shop:2.4.1\"")
        let text = await refusal(config, .badInput)
        let sentence = "elasticBeanstalk takes release.s3 or release.bundle, and only release.image is given"
        #expect(text == "\(config):7:5: error: targets[0]: \(sentence)\n")
    }

    @Test(
        "given a strategy that does not fit the layout, when the config is read, then it says what to name in its place",
        arguments: [
            ("blueGreen: {}", Beanstalk.environment, "names one `environment`, and `blueGreen` switches between two"),
            ("rolling: {}", Beanstalk.pair, "names `blue` and `green`, to which `rolling` cannot release"),
            (Beanstalk.fiveSteps, Beanstalk.pair, "name one `environment`, or `stable` and `canary`"),
            ("rolling: {}", Beanstalk.rule, "names `stable` and `canary`, to which `rolling` cannot release"),
            ("blueGreen: {}", Beanstalk.records, "name `blue`, `green` and `cname`"),
        ]
    )
    func misfit(_ strategy: String, _ names: String, _ sentence: String) async {
        let text = await refusal(shell.beanstalk(.init("misfit", strategy, names)), .badInput)
        #expect(text.contains(":8:") && text.contains(sentence), "\(text)")
    }

    @Test(
        "given what the platform cannot do, or only nearly, when it is planned, then the exit is 3 and a way out is told",
        arguments: [
            (
                Beanstalk.fiveSteps, Beanstalk.records,
                "accept it with `accept: [dnsWeights]`, or choose another strategy."
            ),
            ("blueGreen: {}", Beanstalk.pair, "accept it with `accept: [oneInstance]`, or choose another strategy."),
            (
                "rolling: { maxSurge: 1, maxUnavailable: 1 }", Beanstalk.environment,
                "accept it with `accept: [partialSurge]`, or choose another strategy."
            ),
            (
                Beanstalk.fiveSteps, Beanstalk.environment,
                "use `rolling`, a canary of one weight and one pause, or a target with two environments (`blue:` and "
                    + "`green:`, or `stable:` and `canary:`) instead."
            ),
            (
                "canary: { steps: [{ setWeight: 20 }, { pause: { duration: 1m } }] }", Beanstalk.environment,
                "it lasts 1m, and can last from 3m to 10h in steps of 1m."
            ),
        ]
    )
    func refused(_ strategy: String, _ names: String, _ ending: String) async {
        let text = await refusal(shell.beanstalk(.init("refused", strategy, names)), .refused)
        #expect(text.hasPrefix("error: tokyo: ") && text.hasSuffix(ending + "\n"), "\(text)")
    }
}
