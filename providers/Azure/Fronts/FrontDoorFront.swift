import HTTPTypes
import SlipwayBase
public import SlipwayModel

/// Two origins of one origin group of Azure Front Door (Standard or Premium).
///
/// Only the weight and the state of the two origins are written, by name: everything else of them, and every other
/// origin, stays as it is. Azure answers that a change has succeeded long before all of its edges follow it, which is
/// what `propagation` is for.
///
/// Source: Microsoft.Cdn `profiles/originGroups/origins`, 2024-02-01.
public struct FrontDoorFront: AzureFront {
    /// How long Front Door's edges may take to follow a change, by Microsoft's word.
    public static let propagation = Duration.seconds(1200)
    /// A window of latencies that is too small to be sure that both origins are inside it.
    private static let latencyMillisecondsMin = 50
    private static let provider = "Microsoft.Cdn/profiles"

    /// The profile.
    public let place: FrontPlace
    /// The origin group.
    public let originGroup: String
    /// The origin that serves.
    public let stable: String
    /// The origin that takes a share.
    public let candidate: String
    private let propagation: Duration
    private let client: ARMClient

    /// Makes a front of two origins of `originGroup`.
    public init(
        _ client: ARMClient,
        at place: FrontPlace,
        originGroup: String,
        stable: String,
        candidate: String,
        propagation: Duration = Self.propagation
    ) {
        (self.client, self.place, self.originGroup) = (client, place, originGroup)
        (self.stable, self.candidate, self.propagation) = (stable, candidate, propagation)
    }

    /// `Front Door edge/shop`
    public var words: String { "Front Door \(place.profile)/\(originGroup)" }

    /// `frontDoorWeights`
    public var fidelity: Fidelity {
        .approximated(
            name: "frontDoorWeights",
            why: "the weights are those of \(words), whose edges follow a change one after the other",
            differs: "every step waits \(propagation.text) until it is in force everywhere, the way back too, and "
                + "clients with an open connection stay where they are until it ends"
        )
    }

    private func origin(_ part: FrontPart) -> String { part == .stable ? stable : candidate }

    private var group: ARMCall {
        let path = place.path(Self.provider, "originGroups", originGroup)
        return ARMCall(.get, path, .cdn, name: "GET originGroups/\(originGroup)")
    }

    /// Reads the origin group and its origins.
    public func read() async throws(AzureFailure) -> FrontReading {
        let properties = try await groupProperties()
        var call = group
        (call.path, call.name) = (call.path + "/origins", call.name + "/origins")
        let origins = try await client.list(call).map(Origin.init)
        let pair = try FrontPair(origins, stable, candidate, kind: "origin", of: words, call.name)
        return FrontReading(
            stable: pair.stable.side,
            candidate: pair.candidate.side,
            trouble: trouble(properties, origins, pair),
            propagation: propagation,
            warnings: warnings(properties)
        )
    }

    private func groupProperties() async throws(AzureFailure) -> JSON {
        do throws(AzureFailure) { return try await client.send(group).body["properties"] ?? [:] } catch {
            guard error.kind == .absent else { throw error }
            throw AzureFailure.front(
                group.name,
                "\(words) is not there in resource group \(place.resourceGroup); correct `profile` and `originGroup` "
                    + "of `frontDoor` (a profile of the Standard or Premium tier)."
            )
        }
    }

    /// Gives one origin its weight and its state.
    public func write(_ setting: FrontSetting, to part: FrontPart) async throws(AzureFailure) -> ARMOperation? {
        try await client.send(call(setting, part)).operation
    }

    private func call(_ setting: FrontSetting, _ part: FrontPart) -> ARMCall {
        let name = origin(part)
        return ARMCall(
            .patch,
            place.path(Self.provider, "originGroups", originGroup, "origins", name),
            .cdn,
            name: "PATCH originGroups/\(originGroup)/origins/\(name)",
            body: [
                "properties": [
                    "weight": JSON(setting.weight), "enabledState": setting.isEnabled ? "Enabled" : "Disabled",
                ]
            ]
        )
    }

    /// Looks once how a write stands.
    public func poll(_ operation: ARMOperation) async throws(AzureFailure) -> ARMOperation? {
        if case .running(let next) = try await client.poll(operation) { return next }
        return nil
    }

    /// `PATCH originGroups/shop/origins/eu: weight 80`
    public func outline(_ setting: FrontSetting, to part: FrontPart) -> String {
        call(setting, part).name + ": " + (setting.isEnabled ? "weight \(setting.weight)" : "enabledState Disabled")
    }
}

extension FrontDoorFront {
    private struct Origin: FrontMember {
        var name: String
        var side: FrontSide
        var priority: Int

        init(_ json: JSON) {
            let properties = json["properties"]
            name = json["name"]?.string ?? ""
            priority = properties?["priority"]?.int ?? 1
            let state = properties?["provisioningState"]?.string?.lowercased() ?? "succeeded"
            side = FrontSide(
                name,
                FrontSetting(
                    weight: properties?["weight"]?.int ?? 50,
                    isEnabled: properties?["enabledState"]?.string?.lowercased() != "disabled"
                ),
                isChanging: ["creating", "updating", "deleting"].contains(state)
            )
        }
    }

    private func trouble(_ group: JSON, _ origins: [Origin], _ pair: FrontPair<Origin>) -> Fidelity? {
        if group["sessionAffinityState"]?.string?.lowercased() == "enabled" {
            return .impossible(
                why: "\(words) has session affinity, so that clients stay where they were whatever the weights",
                instead: "an origin group with sessionAffinityState Disabled"
            )
        }
        if latency(group) < Self.latencyMillisecondsMin {
            return .impossible(
                why: "\(words) leads everybody to the origin that is faster by more than \(latency(group)) ms, "
                    + "whatever the weights",
                instead: "an origin group whose additionalLatencyInMilliseconds is larger than the difference between "
                    + "the two origins, such as 1000"
            )
        }
        if let other = pair.others(of: origins).first(where: { $0.side.setting.isEnabled }) {
            return .impossible(
                why: "origin \(other.name) of \(words) serves too",
                instead: "an origin group in which the two origins are the only ones that are enabled"
            )
        }
        if pair.stable.priority != pair.candidate.priority {
            return .impossible(
                why: "the origins \(stable) and \(candidate) have different priorities, so that one waits for the "
                    + "other to fail",
                instead: "one priority for both"
            )
        }
        return nil
    }

    private func latency(_ group: JSON) -> Int {
        group[path: "loadBalancingSettings", "additionalLatencyInMilliseconds"]?.int ?? 0
    }

    private func warnings(_ group: JSON) -> [String] {
        guard (Self.latencyMillisecondsMin..<500).contains(latency(group)) else { return [] }
        return [
            "\(words): additionalLatencyInMilliseconds is \(latency(group)); an origin that is slower than the other "
                + "by more than that gets nothing, whatever its weight."
        ]
    }
}
