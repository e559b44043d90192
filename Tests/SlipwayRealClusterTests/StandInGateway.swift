import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension RealCluster {
    /// Accepts every generation of a route, as a gateway controller would; a bare control plane has none.
    func acceptRoute(_ name: String) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                try? await acceptOnce(name)
                try? await WallClock().sleep(for: .milliseconds(200))
            }
        }
    }

    private func acceptOnce(_ name: String) async throws {
        guard let route = try await get("\(routes)/\(name)"), let generation = route[path: "metadata", "generation"]
        else { return }
        let condition = route[path: "status", "parents"]?[0]?["conditions"]?[0]
        guard condition?["observedGeneration"] != generation else { return }
        let conditions = ["Accepted", "ResolvedRefs"].map { type -> JSON in
            [
                "type": .string(type), "status": "True", "reason": .string(type), "message": "stand-in",
                "observedGeneration": generation, "lastTransitionTime": .string(WallClock().now.rfc3339Seconds),
            ]
        }
        let parent: JSON = [
            "parentRef": ["name": "edge"], "controllerName": "test.example.com/stand-in",
            "conditions": .array(conditions),
        ]
        var request = Request(
            .patch,
            origin,
            "\(routes)/\(name)/status",
            headers: [.contentType: "application/merge-patch+json"],
            body: .bytes((["status": ["parents": [parent]]] as JSON).bytes)
        )
        request.headers[.accept] = "application/json"
        _ = try await transport.send(request)
    }
}
