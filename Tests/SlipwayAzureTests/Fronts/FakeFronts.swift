import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP

/// Azure as far as two fronts need it: an origin group of Front Door, whose writes take time, and a profile of Traffic
/// Manager, whose writes do not.
final class FakeFronts: Transport {
    struct Member {
        var weight: Int
        var isEnabled = true
        var more: JSON = [:]
        /// A write that is not over yet.
        var change: (properties: JSON, at: Timestamp)?
    }

    struct State {
        var group: JSON = [
            "loadBalancingSettings": ["sampleSize": 4, "additionalLatencyInMilliseconds": 1000],
            "sessionAffinityState": "Disabled",
        ]
        var profile: JSON = [
            "profileStatus": "Enabled", "trafficRoutingMethod": "Weighted", "dnsConfig": ["ttl": 60],
        ]
        var members: [String: Member] = [
            "eu": Member(weight: 50), "eu2": Member(weight: 50, isEnabled: false),
            "former": Member(weight: 50, isEnabled: false),
        ]
        var writes: [String] = []
        /// What becomes of the write with this number, counted from 1.
        var losses: [Int: Loss] = [:]
        /// How an operation ends that does not succeed.
        var failure: JSON?
        var health: [String: String] = [:]
    }

    enum Loss {
        /// The answer gets lost, the write was made.
        case answer
        /// The write never arrives.
        case request
        /// A refusal.
        case refusal(Int, JSON)
    }

    static let cloud = AzureCloud.global
    static let place = FrontPlace(
        subscription: "11111111-1111-1111-1111-111111111111",
        resourceGroup: "edge-rg",
        profile: "edge"
    )

    let time = VirtualTime()
    let state = Locked(State())
    let writing = Duration.seconds(40)

    var client: ARMClient { ARMClient(Self.cloud, transport: self, time: time) }

    func door(_ propagation: Duration = FrontDoorFront.propagation) -> FrontDoorFront {
        FrontDoorFront(
            client,
            at: Self.place,
            originGroup: "shop",
            stable: "eu",
            candidate: "eu2",
            propagation: propagation
        )
    }

    func names(_ type: TrafficManagerFront.EndpointType = .azureEndpoints) -> TrafficManagerFront {
        TrafficManagerFront(client, at: Self.place, stable: "eu", candidate: "eu2", type: type)
    }

    var writes: [String] { state.withLock { $0.writes } }

    func member(_ name: String) -> (weight: Int, isEnabled: Bool)? {
        state.withLock { state in
            settle(&state)
            return state.members[name].map { ($0.weight, $0.isEnabled) }
        }
    }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        try state.withLock { (state) throws(HTTPFailure) in
            settle(&state)
            let path = String(request.target.prefix { $0 != "?" })
            guard request.method == .patch else { return read(path, state) }
            return try write(request, path, &state)
        }
    }

    private func settle(_ state: inout State) {
        for (name, member) in state.members {
            guard let change = member.change, change.at <= time.now else { continue }
            state.members[name]?.change = nil
            guard state.failure == nil else { continue }
            state.members[name]?.take(change.properties)
        }
    }

    private func read(_ path: String, _ state: State) -> Response {
        if path.contains("/operations/") {
            guard let name = path.split(separator: "/").last, let member = state.members[String(name)] else {
                return Response(status: 404)
            }
            // The quirk of Front Door: an error that is none.
            var body: JSON = ["status": "Succeeded", "error": ["code": "None", "message": .null]]
            if member.change != nil { body["status"] = "InProgress" }
            if member.change == nil, let failure = state.failure { body = ["status": "Failed", "error": failure] }
            return answer(200, body)
        }
        if path.hasSuffix("/origins") {
            let origins = state.members.sorted { $0.key < $1.key }.map { $0.value.origin($0.key) }
            return answer(200, ["value": .array(origins)])
        }
        if path.hasSuffix("/originGroups/shop") { return answer(200, ["name": "shop", "properties": state.group]) }
        guard path.hasSuffix("/trafficManagerProfiles/edge") else {
            return answer(404, ["error": ["code": "ResourceNotFound", "message": "The Resource was not found."]])
        }
        var profile = state.profile
        profile["endpoints"] = .array(
            state.members.sorted { $0.key < $1.key }.map { $0.value.endpoint($0.key, state.health[$0.key]) }
        )
        return answer(200, ["name": "edge", "properties": profile])
    }

    private func write(_ request: Request, _ path: String, _ state: inout State) throws(HTTPFailure) -> Response {
        guard case .bytes(let bytes) = request.body, let body = try? JSON(parsing: bytes),
            let properties = body["properties"], let name = path.split(separator: "/").last.map(String.init)
        else { return Response(status: 400) }
        let isDoor = path.contains("Microsoft.Cdn")
        let text = properties.object?.members.map { "\($0.key) \($0.value.text)" }.joined(separator: ", ") ?? ""
        state.writes.append("\(name): \(text)")
        let loss = state.losses[state.writes.count]
        switch loss {
        case .request?: throw HTTPFailure(.unanswered, "the connection was closed")
        case .refusal(let status, let error)?: return answer(status, ["error": error])
        default: break
        }
        if isDoor {
            state.members[name]?.change = (properties, time.now + writing)
        } else {
            state.members[name]?.take(properties)
        }
        if case .answer? = loss { throw HTTPFailure(.unanswered, "the connection was closed") }
        guard isDoor else { return answer(200, state.members[name]?.endpoint(name, nil) ?? [:]) }
        var response = answer(202, state.members[name]?.origin(name) ?? [:])
        let address = "\(Self.cloud.resourceManager)/subscriptions/s/operations/\(name)?api-version=2024-02-01"
        response.headers[HTTPField.Name("Azure-AsyncOperation")!] = address
        response.headers[.retryAfter] = "10"
        return response
    }

    private func answer(_ status: Int, _ body: JSON) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: body.bytes)
    }
}

extension FakeFronts.Member {
    fileprivate mutating func take(_ properties: JSON) {
        if let weight = properties["weight"]?.int { self.weight = weight }
        let word = properties["enabledState"]?.string ?? properties["endpointStatus"]?.string
        if let word { isEnabled = word == "Enabled" }
    }

    fileprivate func origin(_ name: String) -> JSON {
        var properties: JSON = [
            "hostName": .string("\(name).example.com"), "weight": JSON(weight), "priority": 1,
            "enabledState": isEnabled ? "Enabled" : "Disabled",
            "provisioningState": change == nil ? "Succeeded" : "Updating",
        ]
        for (key, value) in more.object?.members ?? [] { properties[key] = value }
        return ["name": .string(name), "properties": properties]
    }

    fileprivate func endpoint(_ name: String, _ health: String?) -> JSON {
        [
            "name": .string(name), "type": "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
            "properties": [
                "endpointStatus": isEnabled ? "Enabled" : "Disabled", "weight": JSON(weight), "priority": 1,
                "endpointMonitorStatus": .string(isEnabled ? health ?? "Online" : "Disabled"),
            ],
        ]
    }
}
