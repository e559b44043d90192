import SlipwayAWS
import SlipwayBase
import SlipwayElasticBeanstalk
import SlipwayHTTP
public import SlipwayModel
public import SlipwaySimulatedAWS
import SlipwaySimulation

/// What must hold in an account.
extension ElasticBeanstalkLab {
    /// What was seen of the account at the calls before.
    public struct Memory: Sendable {
        var candidateShare = 0.0
        /// Swaps that the service has accepted.
        var swaps = 0
        /// Whether nobody has looked since the last swap and found both environments at rest.
        var isSwapUnseen = false
    }

    /// Nothing seen yet.
    public func memory() -> Memory { Memory() }

    /// Time alone changes an account, so that it is looked at after every call.
    public func version(of world: AWSWorld) -> Int? { nil }

    /// Shares by version label.
    public func traffic(in world: AWSWorld) -> LabTraffic {
        let shares = shares(in: world)
        return LabTraffic(shares: shares.versions, failed: shares.failed)
    }

    /// The label.
    public func mark(of release: Release) -> String { release.version }

    private func shares(in world: AWSWorld) -> BeanstalkShares {
        switch settings.layout {
        case .environment(let name): return world.shares(ofEnvironment: name)
        case .blueGreen(_, _, let cname): return world.traffic(for: cname)
        case .canary(_, _, .listenerRule(let arn)): return Self.shares(ofRule: arn, in: world)
        case .canary: return BeanstalkShares()
        }
    }

    private static func shares(ofRule arn: String, in world: AWSWorld) -> BeanstalkShares {
        var sum = BeanstalkShares()
        for group in world.balancing.weights(ofRule: arn) where group.share > 0 {
            let part = world.shares(ofTargetGroup: group.targetGroupARN)
            sum.failed += part.failed * group.share
            sum.versions.merge(part.versions.mapValues { $0 * group.share }, uniquingKeysWith: +)
            sum.environments.merge(part.environments.mapValues { $0 * group.share }, uniquingKeysWith: +)
        }
        return sum
    }

    /// What is promised of single requests, and that a fleet gains traffic only when all of it is ready.
    public func brokenPromises(after call: LabCall, in world: AWSWorld, _ memory: inout Memory) -> [String] {
        var broken: [String] = []
        let shares = shares(in: world)
        let action = if case .query(let action) = Ask(call.call.request), call.hadEffect { action } else { "" }
        if action == "UpdateEnvironment" { broken += checkUpdate(call.call.request) }
        if call.response.isSuccess {
            switch action {
            case "TerminateEnvironment": broken += checkEnd(call.response, shares)
            case "SwapEnvironmentCNAMEs": broken += checkSwap(&memory)
            case "DescribeEnvironments" where memory.isSwapUnseen: memory.isSwapUnseen = !isAtRest(call.response)
            default: break
            }
        }
        return broken + checkReadiness(shares, world, &memory)
    }

    private func checkUpdate(_ request: Request) -> [String] {
        let form = String(decoding: request.bytes, as: UTF8.self)
        guard form.contains("&VersionLabel="), form.contains("&OptionSettings.") else { return [] }
        return ["options and version were sent in one call"]
    }

    private func checkEnd(_ response: Response, _ shares: BeanstalkShares) -> [String] {
        guard let name = (try? XMLNode(parsing: response.body))?["TerminateEnvironmentResult"]?.text("EnvironmentName"),
            let share = shares.environments[name], share > 0
        else { return [] }
        return ["\(name) was terminated while \(Int(share * 100))% of production still came to it"]
    }

    private func checkSwap(_ memory: inout Memory) -> [String] {
        defer { (memory.swaps, memory.isSwapUnseen) = (memory.swaps + 1, true) }
        if memory.isSwapUnseen { return ["CNAMEs were swapped again without a look at what the first swap did"] }
        // There and, should the release be taken back, back again.
        return memory.swaps >= 2 ? ["CNAMEs were swapped \(memory.swaps + 1) times"] : []
    }

    private func isAtRest(_ response: Response) -> Bool {
        let result = (try? XMLNode(parsing: response.body))?["DescribeEnvironmentsResult"]
        return result?.members("Environments").allSatisfy { $0.text("Status") == "Ready" } ?? false
    }

    private func checkReadiness(_ shares: BeanstalkShares, _ world: AWSWorld, _ memory: inout Memory) -> [String] {
        guard let candidate else { return [] }
        let share = shares.environments[candidate] ?? 0
        let former = memory.candidateShare
        memory.candidateShare = share
        guard share > former + 0.01 else { return [] }
        let inside = world.shares(ofEnvironment: candidate)
        guard inside.share(of: release.version) < 0.999 else { return [] }
        return ["\(candidate) gained traffic when \(inside.versions) ran on it and \(inside.failed) of it failed"]
    }
}
