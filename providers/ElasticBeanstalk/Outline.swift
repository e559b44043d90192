import SlipwayAWS
import SlipwayBase
import SlipwayModel

/// What an action will do, call by call, for people to read before it is done.
struct Outline {
    let settings: ElasticBeanstalkSettings
    let context: PlanContext
    private let snapshot: Snapshot

    init(settings: ElasticBeanstalkSettings, context: PlanContext) {
        (self.settings, self.context) = (settings, context)
        snapshot = Snapshot(context.snapshot)
    }

    func lines(_ action: Action) -> [String] {
        switch action {
        case .replacedInPlace(let release, let batch):
            return replaced(release, Policy.options(batch, in: snapshot.stable))
        case .replacedAfterTrial(let release, let trial): return replaced(release, Policy.options(trial))
        case .staged(let release, let scale): return staged(release, scale)
        case .routed(let percent, _): return routed(percent)
        case .ramped: return ["impossible: Elastic Beanstalk raises no shares by itself"]
        case .matched: return ["impossible: Elastic Beanstalk routes no requests by header"]
        case .live(let release): return live(release)
        case .retired(_, let disposal): return retired(disposal)
        case .unstaged: return unstaged()
        }
    }

    private var stable: String { snapshot.stable.name }
    private var candidate: String { snapshot.candidate.name }

    private func replaced(_ release: Release, _ options: [Option: String]) -> [String] {
        // In a canary's stable environment the release comes last, when it is there already.
        let isFirst = if case .environment = settings.layout { true } else { false }
        var lines = isFirst ? versioned(release) : []
        let wanted = Option.allCases.compactMap { option in options[option].map { Setting(option: option, value: $0) } }
        if !wanted.isEmpty {
            let differs = !snapshot.stable.options.differing(from: options).isEmpty
            lines.append("UpdateEnvironment \(stable): \(wanted.words)" + (differs ? "" : " (so already)"))
        }
        lines.append("UpdateEnvironment \(stable): VersionLabel=\(release.version)")
        lines.append("DescribeEnvironments \(stable) until it is Ready with \(release.version) and well")
        return lines
    }

    /// The calls that bring a release under its label; none for one that is there already.
    private func versioned(_ release: Release) -> [String] {
        let source: String
        switch release.artifact {
        case .label, .image: return []
        case .object(let bucket, let key): source = "s3://\(bucket)/\(key)"
        case .bundle(let path, let sha256):
            let digest = String((sha256 ?? "").prefix(12)) + "…"
            let key = Work.key(application: settings.application, sha256: digest) + SourceBundle.ending(of: path)
            return [
                "CreateStorageLocation, S3 PutObject \(key.printable(max: 300)) from \(path.printable(max: 200)) "
                    + "(only what is not there)",
                "CreateApplicationVersion \(release.version): Process=true (only if it is not there)",
            ]
        }
        let made = "CreateApplicationVersion \(release.version) from \(source.printable(max: 300))"
        return ["\(made): Process=true (only if it is not there)"]
    }

    private func staged(_ release: Release, _ scale: Scale) -> [String] {
        let isNew = release == context.new
        let state = isNew ? snapshot.candidate : snapshot.stable
        let model = isNew ? stable : candidate
        var lines = isNew ? versioned(release) : []
        let wanted = Work.sizes(scale, snapshot.stable, isBack: !isNew)
        let sizes = Option.allCases.compactMap { option in wanted[option].map { Setting(option: option, value: $0) } }
        let more = sizes.isEmpty ? "" : ", \(sizes.words)"
        if !state.exists || !isNew {
            lines.append("CreateConfigurationTemplate from \(model) (only while \(state.name) is not there)")
            lines.append("CreateEnvironment \(state.name): VersionLabel=\(release.version)\(more) (likewise)")
            lines.append("DeleteConfigurationTemplate (likewise)")
        } else {
            lines.append("UpdateEnvironment \(state.name): VersionLabel=\(release.version)")
        }
        if !sizes.isEmpty { lines.append("UpdateEnvironment \(state.name): \(sizes.words) (only if it differs)") }
        return lines + ["DescribeEnvironments \(state.name) until it is Ready, well and runs \(release.version)"]
    }

    private func live(_ release: Release) -> [String] {
        let (to, from) = release == context.new ? (candidate, stable) : (stable, candidate)
        return [
            "SwapEnvironmentCNAMEs \(from), \(to) (only while \(from) has the live CNAME)",
            "DescribeEnvironments until \(to) has the live CNAME",
        ]
    }

    private func retired(_ disposal: Disposal) -> [String] {
        let wait = "wait \(settings.dnsTail.text) for clients that keep the old address"
        switch disposal {
        case .keep: return ["nothing: \(stable) is kept"]
        case .scaleDown: return [wait, "UpdateEnvironment \(stable): MinSize=1, MaxSize=1"]
        case .remove: return [wait, "TerminateEnvironment \(stable)", "DescribeEnvironments until it is gone"]
        }
    }

    private func unstaged() -> [String] {
        var first = ["wait \(settings.dnsTail.text) for clients that keep the old address"]
        if case .canary(_, _, .listenerRule(let arn)) = settings.layout { first = ["ModifyRule \(arn): as before"] }
        let state = snapshot.candidate
        guard state.exists else {
            return first + ["TerminateEnvironment \(candidate)", "DescribeEnvironments until it is gone"]
        }
        let sizes = "MinSize=\(state.options.minSize), MaxSize=\(state.options.maxSize)"
        return first + [
            "UpdateEnvironment \(candidate): VersionLabel=\(state.label ?? "…"), as before",
            "UpdateEnvironment \(candidate): \(sizes), as before",
        ]
    }

    private func routed(_ percent: Int) -> [String] {
        let weights = "\(stable) \(100 - percent), \(candidate) \(percent)"
        switch settings.layout {
        case .canary(_, _, .listenerRule(let arn)):
            let gainer = percent == 0 ? "\(stable) until one is healthy" : "\(candidate) until all are healthy"
            return ["DescribeTargetHealth of \(gainer)", "ModifyRule \(arn): \(weights)"]
        case .canary(_, _, .route53(_, let name)):
            return ["ChangeResourceRecordSets \(name): \(weights)", "GetChange until it is INSYNC"]
        case .environment, .blueGreen: return ["impossible: nothing shares production between two environments"]
        }
    }
}
