import SlipwayAWS
import SlipwayElasticBeanstalk
import SlipwayModel
public import SlipwaySimulatedAWS

/// What must hold in an account when all is over.
extension ElasticBeanstalkLab {
    /// The options that a release changes for itself, and what a release that is taken back must put back.
    private static let ours = [
        "aws:elasticbeanstalk:command DeploymentPolicy", "aws:elasticbeanstalk:command BatchSizeType",
        "aws:elasticbeanstalk:command BatchSize", "aws:elasticbeanstalk:trafficsplitting NewVersionPercent",
        "aws:elasticbeanstalk:trafficsplitting EvaluationTime", "aws:autoscaling:asg MinSize",
        "aws:autoscaling:asg MaxSize",
    ]

    /// Nothing is left behind, everything is at rest, and what is not ours is as it was.
    public func brokenPromises(atEnd end: LabEnd, in world: AWSWorld) -> [String] {
        var (before, after) = (AccountView(self.world), AccountView(world))
        let (old, new) = (before.environments(), after.environments())
        var broken = checkPresence(old, new, end)
        for (name, environment) in new where environment.text("Status") != "Ready" && !end.isReported {
            broken.append("\(name) is \(environment.text("Status") ?? "nowhere") at the end")
        }
        for name in old.keys where new[name] != nil {
            let (former, present) = (before.options(of: name), after.options(of: name))
            if present[Self.foreign] != former[Self.foreign] { broken.append("a foreign option of \(name) is lost") }
            guard !end.isDeployed, !end.isReported else { continue }
            for option in Self.ours where present[option] != former[option] {
                broken.append("\(option) of \(name) is \(present[option] ?? "nothing") and was \(former[option] ?? "")")
            }
        }
        if !end.isReported, let left = after.templates().first(where: { $0.hasPrefix("slipway-") }) {
            broken.append("the template \(left) was left behind")
        }
        if !end.isReported, !world.storage.unfinishedUploads(in: Self.bucket).isEmpty {
            broken.append("an unfinished upload was left behind")
        }
        if case .canary(_, _, .listenerRule(let arn)) = settings.layout, !end.isReported,
            before.rule(arn) != after.rule(arn)
        {
            broken.append("the listener rule is not as it was")
        }
        return broken
    }

    private func checkPresence(_ old: [String: XMLNode], _ new: [String: XMLNode], _ end: LabEnd) -> [String] {
        guard !end.isReported else { return [] }
        var expected = Set(old.keys)
        if case .blueGreen = settings.layout, end.isDeployed, let candidate {
            expected.insert(candidate)
            if disposal == .remove { expected = [candidate] }
        }
        let left = Set(new.keys).subtracting(expected).sorted().map { "\($0) was left behind" }
        return left + expected.subtracting(new.keys).sorted().map { "\($0) is gone" }
    }
}
