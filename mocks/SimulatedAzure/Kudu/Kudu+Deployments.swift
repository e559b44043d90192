import HTTPTypes
import SlipwayBase
import SlipwayHTTP

extension AppService {
    /// The history of deployments: all, the latest, or one by its id.
    func deployments(_ id: String?, at place: SlotPlace) -> Response {
        let slot = sites[place.site].slots[place.slot]
        let all = slot.volume.deployments
        guard let id else {
            return Self.answer(.array(all.reversed().map { json(of: $0, in: slot) }), status: 200)
        }
        let found =
            id == "latest"
            ? all.last : all.first { $0.id.names(id) && now >= $0.named || $0.temporaryID.names(id) && now < $0.named }
        guard let found else { return Self.told("No deployment '\(id.printable(max: 80))' found.", status: 404) }
        let isComplete = found.isComplete(at: now)
        var response = Self.answer(json(of: found, in: slot), status: isComplete ? 200 : 202)
        if !isComplete { response.headers[.location] = "https://\(slot.kuduHost):443/api/deployments/latest" }
        return response
    }

    private static func answer(_ body: JSON, status: Int) -> Response {
        Response(status: status, headers: [.contentType: "application/json; charset=utf-8"], body: body.bytes)
    }

    private func json(of deployment: Deployment, in slot: Slot) -> JSON {
        let isTemporary = now < deployment.named
        let isComplete = deployment.isComplete(at: now)
        let isBuilding = (now - deployment.named) < timings.deploymentBuild / 2
        let id = isTemporary ? deployment.temporaryID : deployment.id
        let status = isTemporary ? 0 : !isComplete ? (isBuilding ? 1 : 2) : deployment.fails ? 3 : 4
        let url = "https://\(slot.kuduHost)/api/deployments/\(id)"
        let isLast = deployment.id == slot.volume.deployments.last { $0.isDone && !$0.fails }?.id
        let end = isComplete ? JSON.string(deployment.ends.rfc3339) : .null
        return [
            "id": .string(id), "status": JSON(status), "status_text": "", "author_email": "N/A", "author": "N/A",
            "deployer": "OneDeploy", "message": "OneDeploy",
            "progress": .string(isComplete ? "" : isTemporary ? "Fetching changes." : "Running deployment command."),
            "received_time": .string(deployment.began.rfc3339), "start_time": .string(deployment.began.rfc3339),
            "end_time": end, "last_success_end_time": deployment.fails ? .null : end, "complete": .bool(isComplete),
            "active": .bool(isLast), "is_temp": .bool(isTemporary), "is_readonly": true, "url": .string(url),
            "log_url": .string(url + "/log"),
            "site_name": .string(slot.kuduHost.split(separator: ".").first.map(String.init) ?? ""),
            "build_summary": ["errors": [], "warnings": []],
        ]
    }
}
