import HTTPTypes
import SlipwayBase
public import SlipwayModel

/// Two endpoints of one profile of Azure Traffic Manager, which answers names in DNS by weight.
///
/// Only the weight and the status of the two endpoints are written, by name: everything else of them, and every other
/// endpoint, stays as it is.
///
/// Source: Microsoft.Network `trafficManagerProfiles`, 2022-04-01.
public struct TrafficManagerFront: AzureFront {
    /// The kind of an endpoint, which is part of its path.
    public enum EndpointType: String, Hashable, Sendable, CaseIterable {
        /// A resource of Azure.
        case azureEndpoints
        /// A name anywhere.
        case externalEndpoints
        /// Another profile.
        case nestedEndpoints
    }

    private static let provider = "Microsoft.Network/trafficManagerProfiles"
    /// What the servers of Traffic Manager themselves may take, beside the time that resolvers keep an answer.
    private static let serving = Duration.seconds(30)

    /// The profile.
    public let place: FrontPlace
    /// The endpoint that serves.
    public let stable: String
    /// The endpoint that takes a share.
    public let candidate: String
    /// The kind of both.
    public let type: EndpointType
    private let propagation: Duration?
    private let client: ARMClient

    /// Makes a front of two endpoints; a nil `propagation` is the profile's own TTL and a little more.
    public init(
        _ client: ARMClient,
        at place: FrontPlace,
        stable: String,
        candidate: String,
        type: EndpointType = .azureEndpoints,
        propagation: Duration? = nil
    ) {
        (self.client, self.place, self.type, self.propagation) = (client, place, type, propagation)
        (self.stable, self.candidate) = (stable, candidate)
    }

    /// `Traffic Manager shop-tm`
    public var words: String { "Traffic Manager \(place.profile)" }

    /// `trafficManagerWeights`
    public var fidelity: Fidelity {
        .approximated(
            name: "trafficManagerWeights",
            why: "\(words) answers names, and does not see the requests",
            differs: "weights hold for answers of DNS, which resolvers keep and share: a few large resolvers may be "
                + "far from the weights, and clients that keep an address longer than its TTL stay where they are"
        )
    }

    private var profile: ARMCall {
        ARMCall(
            .get,
            place.path(Self.provider),
            .trafficManager,
            name: "GET trafficManagerProfiles/\(place.profile)"
        )
    }

    /// Reads the profile with its endpoints.
    public func read() async throws(AzureFailure) -> FrontReading {
        let properties = try await properties()
        let endpoints = (properties["endpoints"]?.array ?? []).map(Endpoint.init)
        let ours = endpoints.filter { $0.type == type.rawValue.lowercased() }
        let pair: FrontPair<Endpoint>
        do throws(AzureFailure) {
            pair = try FrontPair(ours, stable, candidate, kind: type.words, of: words, profile.name)
        } catch {
            throw otherType(endpoints) ?? error
        }
        let seconds = properties[path: "dnsConfig", "ttl"]?.int ?? 60
        return FrontReading(
            stable: pair.stable.side,
            candidate: pair.candidate.side,
            trouble: trouble(properties, pair.others(of: endpoints)),
            propagation: propagation ?? .seconds(seconds) + Self.serving
        )
    }

    private func properties() async throws(AzureFailure) -> JSON {
        do throws(AzureFailure) { return try await client.send(profile).body["properties"] ?? [:] } catch {
            guard error.kind == .absent else { throw error }
            throw AzureFailure.front(
                profile.name,
                "\(words) is not there in resource group \(place.resourceGroup); correct `profile` of `trafficManager`."
            )
        }
    }

    /// Our endpoints, should they be there as another kind.
    private func otherType(_ endpoints: [Endpoint]) -> AzureFailure? {
        let found = endpoints.first { [stable, candidate].contains($0.name) && $0.type != type.rawValue.lowercased() }
        guard let found, let real = EndpointType.allCases.first(where: { $0.rawValue.lowercased() == found.type })
        else { return nil }
        return .front(
            profile.name,
            "endpoint \(found.name) of \(words) is among its \(real.rawValue), not its \(type.rawValue); say "
                + "`endpointType: \(real.rawValue)`."
        )
    }

    /// Gives one endpoint its weight and its status.
    public func write(_ setting: FrontSetting, to part: FrontPart) async throws(AzureFailure) -> ARMOperation? {
        try await client.send(call(setting, part)).operation
    }

    private func call(_ setting: FrontSetting, _ part: FrontPart) -> ARMCall {
        let name = part == .stable ? stable : candidate
        return ARMCall(
            .patch,
            place.path(Self.provider, type.rawValue, name),
            .trafficManager,
            name: "PATCH trafficManagerProfiles/\(place.profile)/\(type.rawValue)/\(name)",
            body: [
                "properties": [
                    "weight": JSON(setting.weight), "endpointStatus": setting.isEnabled ? "Enabled" : "Disabled",
                ]
            ]
        )
    }

    /// Looks once how a write stands; Traffic Manager's are over at once.
    public func poll(_ operation: ARMOperation) async throws(AzureFailure) -> ARMOperation? {
        if case .running(let next) = try await client.poll(operation) { return next }
        return nil
    }

    /// `PATCH trafficManagerProfiles/shop-tm/azureEndpoints/eu: weight 80`
    public func outline(_ setting: FrontSetting, to part: FrontPart) -> String {
        call(setting, part).name + ": " + (setting.isEnabled ? "weight \(setting.weight)" : "endpointStatus Disabled")
    }
}

extension TrafficManagerFront.EndpointType {
    fileprivate var words: String {
        switch self {
        case .azureEndpoints: "Azure endpoint"
        case .externalEndpoints: "external endpoint"
        case .nestedEndpoints: "nested endpoint"
        }
    }
}

extension TrafficManagerFront {
    private struct Endpoint: FrontMember {
        var name: String
        /// The last part of its type, in lower case.
        var type: String
        var side: FrontSide

        init(_ json: JSON) {
            let properties = json["properties"]
            name = json["name"]?.string ?? ""
            type = (json["type"]?.string ?? "").split(separator: "/").last.map { $0.lowercased() } ?? ""
            let health = properties?["endpointMonitorStatus"]?.string ?? ""
            side = FrontSide(
                name,
                FrontSetting(
                    weight: properties?["weight"]?.int ?? 1,
                    isEnabled: properties?["endpointStatus"]?.string?.lowercased() != "disabled"
                ),
                isSilent: ["degraded", "stopped", "checkingendpoint"].contains(health.lowercased())
            )
        }
    }

    private func trouble(_ properties: JSON, _ others: [Endpoint]) -> Fidelity? {
        if properties["profileStatus"]?.string?.lowercased() == "disabled" {
            return .impossible(why: "\(words) is disabled", instead: "a profile with profileStatus Enabled")
        }
        let method = properties["trafficRoutingMethod"]?.string ?? "unknown"
        if method.lowercased() != "weighted" {
            return .impossible(
                why: "\(words) routes by \(method.printable(max: 40)), not by weight",
                instead: "a profile with trafficRoutingMethod Weighted"
            )
        }
        if let other = others.first(where: { $0.side.setting.isEnabled }) {
            return .impossible(
                why: "endpoint \(other.name) of \(words) serves too",
                instead: "a profile in which the two endpoints are the only ones that are enabled"
            )
        }
        return nil
    }
}
