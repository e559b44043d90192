import Slipway

func release(_ file: String) async throws -> [Verdict] {
    let toolkit = try Toolkit.offline()  // Toolkit.live() for real clusters
    let config = try toolkit.load(file)
    var verdicts: [Verdict] = []
    for target in config.targets {
        let proposal = try await toolkit.plan(target, of: config)
        for step in proposal.plan.steps { print(step.title) }
        verdicts.append(try await toolkit.deploy(proposal) { print($0) })
    }
    return verdicts
}
