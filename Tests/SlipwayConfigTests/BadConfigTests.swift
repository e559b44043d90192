import SlipwayBase
import SlipwayConfig
import Testing

@Suite struct BadConfigTests {
    @Test(
        "given a strategy that is wrong in one way, when loaded, then one sentence says so",
        arguments: [
            (
                "{ canary: { steps: [{ setWeight: 20 }, { setWeight: 20 }] } }",
                "4:63: error: strategy.canary.steps[1].setWeight: must be greater than the weight 20 before it; weights only rise"
            ),
            (
                "{ canary: { steps: [{ setWeight: 101 }] } }",
                "4:44: error: strategy.canary.steps[0].setWeight: must be a percentage from 1 to 100, not the number 101"
            ),
            (
                "{ canary: { steps: [{ setWeight: 0 }] } }",
                "4:44: error: strategy.canary.steps[0].setWeight: must be a percentage from 1 to 100, not the number 0"
            ),
            (
                "{ canary: { steps: [{ setWeight: -5 }] } }",
                "4:44: error: strategy.canary.steps[0].setWeight: must be a percentage from 1 to 100, not the number -5"
            ),
            (
                "{ canary: { steps: [{ setWeight: 99999999999999999999 }] } }",
                "4:44: error: strategy.canary.steps[0].setWeight: must be a percentage from 1 to 100, not the number 99999999999999999999"
            ),
            (
                "{ canary: { steps: [{ setWeight: 2.5 }] } }",
                "4:44: error: strategy.canary.steps[0].setWeight: must be a percentage from 1 to 100, not the number 2.5"
            ),
            (
                "{ canary: { steps: [{ setWeight: 5 }, { pause: { duration: 0s } }] } }",
                "4:70: error: strategy.canary.steps[1].pause.duration: must be a duration from 1ms to 30d, such as 90s or 5m, not the text \"0s\""
            ),
            (
                "{ canary: { steps: [{ setWeight: 5 }, { pause: { duration: -5 } }] } }",
                "4:70: error: strategy.canary.steps[1].pause.duration: must be a duration from 1ms to 30d, such as 90s or 5m, not the number -5"
            ),
            (
                "{ canary: { steps: [{ setWeight: 5 }, { pause: { duration: 31d } }] } }",
                "4:70: error: strategy.canary.steps[1].pause.duration: must be a duration from 1ms to 30d, such as 90s or 5m, not the text \"31d\""
            ),
            (
                "{ canary: { steps: [{ setWeight: 5 }, { pause: 5m }] } }",
                "4:58: error: strategy.canary.steps[1].pause: must be a mapping, not the text \"5m\""
            ),
            ("{ canary: {} }", "4:21: error: strategy.canary.steps: is missing"),
            (
                "{ canary: { steps: [] } }",
                "4:30: error: strategy.canary.steps: has no step; give at least one setWeight"
            ),
            (
                "{ canary: { steps: [{ pause: {} }] } }",
                "4:30: error: strategy.canary.steps: has no setWeight, so the canary would get no traffic; give at least one"
            ),
            (
                "{ canary: { steps: [{ setWieght: 5 }] } }",
                "4:33: error: strategy.canary.steps[0].setWieght: unknown key \"setWieght\"; did you mean \"setWeight\"?"
            ),
            (
                "{ canary: { steps: [{}] } }",
                "4:31: error: strategy.canary.steps[0]: must have one of setWeight, pause, setCanaryScale or setHeaderRoute"
            ),
            (
                "{ canary: { steps: [{ setWeight: 5, pause: {} }] } }",
                "4:54: error: strategy.canary.steps[0].pause: only one of setWeight, pause, setCanaryScale or setHeaderRoute may be given, not setWeight and pause"
            ),
            (
                "{ canary: { steps: [{ setWeight: 5 }, { setCanaryScale: { replicas: 20000 } }] } }",
                "4:79: error: strategy.canary.steps[1].setCanaryScale.replicas: must be a whole number from 1 to 10000, not the number 20000"
            ),
            (
                "{ canary: { steps: [{ setWeight: 5 }, { setCanaryScale: { matchTrafficWeight: false } }] } }",
                "4:89: error: strategy.canary.steps[1].setCanaryScale.matchTrafficWeight: can only be true; leave it out and give replicas or weight"
            ),
            (
                "{ canary: { steps: [{ setWeight: 5 }, { setHeaderRoute: { match: [{ headerName: \"X Y\", headerValue: { exact: v } }] } }] } }",
                "4:91: error: strategy.canary.steps[1].setHeaderRoute.match[0].headerName: must be the name of a header, such as X-Canary, not the text \"X Y\""
            ),
            (
                "{ rolling: { maxSurge: 0, maxUnavailable: 0% } }",
                "4:22: error: strategy.rolling: maxSurge and maxUnavailable are both 0, so that nothing could be replaced; raise one of them"
            ),
            (
                "{ rolling: { maxSurge: 1e9 } }",
                "4:34: error: strategy.rolling.maxSurge: must be a number from 0 to 10000, or a percentage from 0% to 100%, not the number 1e9"
            ),
            (
                "{ rolling: { deadline: 0 } }",
                "4:34: error: strategy.rolling.deadline: must be a duration from 1ms to 30d, such as 90s or 5m, not the number 0"
            ),
            (
                "{ blueGreen: { old: delete } }",
                "4:31: error: strategy.blueGreen.old: must be keep, scaleDown or remove, not the text \"delete\""
            ),
            (
                "{ blueGreen: { autoPromote: yes } }",
                "4:39: error: strategy.blueGreen.autoPromote: must be true or false, not the text \"yes\""
            ),
            (
                "{ rolling: {}, canary: { steps: [{ setWeight: 5 }] } }",
                "4:34: error: strategy.canary: only one of rolling, blueGreen or canary may be given, not rolling and canary"
            ),
            (
                "{ bluegreen: {} }",
                "4:13: error: strategy.bluegreen: unknown key \"bluegreen\"; did you mean \"blueGreen\"?"
            ),
            ("{}", "4:11: error: strategy: must have one of rolling, blueGreen or canary"),
            ("rolling", "4:11: error: strategy: must be a mapping, not the text \"rolling\""),
        ]
    )
    func strategies(strategy: String, message: String) {
        #expect(refusal(config(strategy: strategy)) == "slipway.yaml:" + message)
    }

    @Test("given a canary of too many steps, when loaded, then one sentence names the limit")
    func manySteps() {
        let steps = [String](repeating: "{ pause: {} }", count: 101).joined(separator: ", ")
        #expect(
            refusal(config(strategy: "{ canary: { steps: [\(steps)] } }"))
                == "slipway.yaml:4:30: error: strategy.canary.steps: has 101 elements; at most 100 are allowed"
        )
    }

    @Test(
        "given targets that are wrong in one way, when loaded, then one sentence says so",
        arguments: [
            ("[]", "5:10: error: targets: has no target; name at least one"),
            ("", "5:9: error: targets: is missing"),
            (
                "[{ name: a, kubernetes: {} }, { name: a, kubernetes: {} }]",
                "5:48: error: targets[1].name: \"a\" is the name of targets[0] already; names must differ"
            ),
            (
                "[{ name: Seoul, kubernetes: {} }]",
                "5:19: error: targets[0].name: must be 1 to 63 of a-z, 0-9 and -, not the text \"Seoul\""
            ),
            ("[{ kubernetes: {} }]", "5:11: error: targets[0].name: is missing"),
            ("[{ name: a }]", "5:11: error: targets[0]: must have one of kubernetes, elasticBeanstalk or moon"),
            (
                "[{ name: a, kuberntes: {} }]",
                "5:22: error: targets[0].kuberntes: unknown key \"kuberntes\"; did you mean \"kubernetes\"?"
            ),
            (
                "[{ name: a, kubernetes: {}, moon: {} }]",
                "5:44: error: targets[0].moon: only one of kubernetes, elasticBeanstalk or moon may be given, not kubernetes and moon"
            ),
            (
                "[{ name: a, kubernetes: { namepsace: x } }]",
                "5:36: error: targets[0].kubernetes.namepsace: unknown key \"namepsace\"; did you mean \"namespace\"?"
            ),
            (
                "[{ name: a, kubernetes: here }]",
                "5:34: error: targets[0].kubernetes: must be a mapping, not the text \"here\""
            ),
            (
                "[{ name: a, kubernetes: {}, accept: [replicaratio] }]",
                "5:47: error: targets[0].accept[0]: no approximation is called \"replicaratio\"; did you mean \"replicaRatio\"?"
            ),
            ("[x]", "5:11: error: targets[0]: must be a mapping, not the text \"x\""),
        ]
    )
    func targets(targets: String, message: String) {
        #expect(refusal(config(targets: targets)) == "slipway.yaml:" + message)
    }

    @Test(
        "given a release that is wrong in one way, when loaded, then one sentence says so",
        arguments: [
            ("{ image: i }", "3:10: error: release.version: is missing"),
            ("{ version: 1 }", "3:10: error: release: must have one of image, bundle or s3"),
            (
                "{ version: 1, bundel: shop.zip }",
                "3:24: error: release.bundel: unknown key \"bundel\"; did you mean \"bundle\"?"
            ),
            ("{ version: 1, bundle: [a] }", "3:32: error: release.bundle: must be a text, not a list"),
            (
                "{ version: 1, s3: { bucket: Shop, key: a.zip } }",
                "3:38: error: release.s3.bucket: must be the name of a bucket: 3 to 63 of a-z, 0-9, - and ."
            ),
            ("{ version: 1, s3: { bucket: shop } }", "3:28: error: release.s3.key: is missing"),
            (
                "{ version: 1, bundle: shop.zip }",
                "5:11: error: targets[0]: kubernetes takes release.image, and only release.bundle is given"
            ),
            ("{ version: 1, image: }", "3:31: error: release.image: is missing"),
            (
                "{ version: 1, image: a b }",
                "3:31: error: release.image: must be an image reference without spaces, such as registry.example.com/shop:2.4.1"
            ),
            ("{ version: true, image: i }", "3:21: error: release.version: must be a text, not true"),
            (
                "{ version: \"a\\eb\", image: i }",
                "3:21: error: release.version: must be one line of at most 128 characters"
            ),
            ("", "3:9: error: release: is missing"),
        ]
    )
    func releases(release: String, message: String) {
        #expect(refusal(config(release: release)) == "slipway.yaml:" + message)
    }

    @Test("given thousands of mistakes, when loaded, then a hundred are shown and the others counted")
    func manyMistakes() {
        let keys = (0..<5_000).map { "k\($0): 1" }.joined(separator: ", ")
        let refusal = refusal(config(release: "{ version: 1, image: i, \(keys) }"))
        #expect(refusal.split(separator: "\n").count == 101)
        #expect(refusal.hasSuffix("\nerror: there are 4900 more mistakes"))
    }

    @Test("given a config of another version, without strategy, or of another shape, when loaded, then it is refused")
    func documents() {
        let rest = "\napplication: a\nrelease: { version: 1, image: i }\ntargets: [{ name: a, kubernetes: {} }]"
        #expect(
            refusal("apiVersion: slipway/v2" + rest)
                == """
                slipway.yaml:1:13: error: apiVersion: must be slipway/v1, not the text "slipway/v2"
                slipway.yaml:4:11: error: targets[0]: has no strategy; give it one, or one for all at the top of the file
                """
        )
        #expect(refusal("[1, 2]") == "slipway.yaml:1:1: error: must be a mapping, not a list")
        #expect(
            refusal("apiversion: slipway/v1\nstrategy: { rolling: {} }" + rest)
                == "slipway.yaml:1:1: error: apiversion: unknown key \"apiversion\"; did you mean \"apiVersion\"?"
        )
    }

    @Test(
        "given a value on the command line that fits nowhere, when loaded, then one sentence says so",
        arguments: [
            ("version", "error: --set \"version\": write it as PATH=VALUE"),
            ("=x", "error: --set \"=x\": write it as PATH=VALUE"),
            ("a..b=x", "error: --set a..b: this is no path; write it like targets[0].name or targets.NAME.strategy"),
            (
                "targets[x].name=y",
                "error: --set targets[x].name: this is no path; write it like targets[0].name or targets.NAME.strategy"
            ),
            (
                "targets.0.name=y",
                "error: --set targets.0.name: targets is a list, whose elements are written like targets[0]"
            ),
            ("targets[9].name=y", "error: --set targets[9].name: targets has no element 9; it has 1, counted from 0"),
            (
                "targets.soul.name=y",
                "error: --set targets.soul.name: targets has no element named \"soul\"; did you mean \"seoul\"?"
            ),
            (
                "release.version.x=y",
                "error: --set release.version.x: release.version is the number 1, which has nothing inside"
            ),
            ("release[0]=y", "error: --set release[0]: release is a mapping, whose values have keys, not numbers"),
            ("targets=y", "error: --set targets: targets is a list; name a value inside it"),
            (
                "release.verison=2",
                "--set release.verison: error: release.verison: unknown key \"verison\"; did you mean \"version\"?"
            ),
            (
                "targets.seoul.strategy.rolling.maxSurge=x",
                "--set targets.seoul.strategy.rolling.maxSurge: error: targets[0].strategy.rolling.maxSurge: must be a number from 0 to 10000, or a percentage from 0% to 100%, not the text \"x\""
            ),
        ]
    )
    func overrides(assignment: String, message: String) {
        #expect(refusal(config(targets: "[{ name: seoul, kubernetes: {} }]"), set: [assignment]) == message)
    }
}
