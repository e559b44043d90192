import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// What Azure Resource Manager knows of deployments, publishing and machines.
extension AppService {
    mutating func answerDeployment(_ call: ARMCall, _ rest: [String], at place: SlotPlace) throws(ARMFault) -> Response
    {
        let site = sites[place.site]
        let slot = site.slots[place.slot]
        switch (call.method, rest[0], rest.count > 1 ? rest[1] : nil) {
        case (.get, "deploymentstatus", .some): return try deploymentStatus(call, at: place)
        case (.put, "extensions", "onedeploy"): return try deployPackage(call, at: place)
        case (.get, "instances", nil): return ARMAnswer.list(machines(of: slot, in: site))
        case (.post, "publishxml", nil): return publishProfile(of: slot, in: site)
        case (.get, "basicpublishingcredentialspolicies", let name?) where ["scm", "ftp"].contains(name):
            return ARMAnswer.json(policy(name, slot, site))
        case (.put, "basicpublishingcredentialspolicies", let name?) where ["scm", "ftp"].contains(name):
            try admitWrite(at: place)
            if name == "scm", let allows = call.properties["allow"]?.bool {
                sites[place.site].slots[place.slot].allowsBasic = allows
            }
            return ARMAnswer.json(policy(name, sites[place.site].slots[place.slot], site))
        default: throw .noRoute(call.address)
        }
    }

    private func policy(_ name: String, _ slot: Slot, _ site: Site) -> JSON {
        [
            "id": .string("\(id(of: slot, in: site))/basicPublishingCredentialsPolicies/\(name)"),
            "name": .string(name), "type": "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
            "location": .string(home.location), "properties": ["allow": .bool(slot.allowsBasic)],
        ]
    }

    /// 202 until it is over; one whose application does not start is over as well, and arrives as 200.
    private func deploymentStatus(_ call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Response {
        let site = sites[place.site]
        let slot = site.slots[place.slot]
        let wanted = call.address.names.last ?? ""
        // A newer deployment takes the place of this one.
        guard let deployment = slot.volume.deployments.last, deployment.id.names(wanted) else {
            throw .noResource(call.address)
        }
        let status = status(of: deployment, in: slot)
        let counts = (
            status == "RuntimeStarting" ? 1 : 0, status == "RuntimeSuccessful" ? 1 : 0,
            status == "RuntimeFailed" ? 1 : 0
        )
        let isOver = ["RuntimeSuccessful", "RuntimeFailed", "BuildFailed"].contains(status)
        let error: JSON = [
            "extendedCode": "04915", "messageTemplate": .null, "parameters": .null, "innerErrors": .null,
            "details": .null, "target": .null, "code": "SiteStartupFailed",
            "message": .string(slot.worker.trouble ?? "The site failed to start."),
        ]
        let type = slot.isProduction ? "sites" : "sites/slots"
        let body: JSON = [
            "id": .string("\(id(of: slot, in: site))/deploymentStatus/\(deployment.id)"),
            "name": .string(deployment.id), "type": .string("Microsoft.Web/\(type)/deploymentStatus"),
            "location": .string(home.location),
            "properties": [
                "deploymentId": .string(deployment.id), "status": .string(status),
                "numberOfInstancesInProgress": JSON(counts.0), "numberOfInstancesSuccessful": JSON(counts.1),
                "numberOfInstancesFailed": JSON(counts.2), "failedInstancesLogs": .null,
                "errors": status == "RuntimeFailed" ? [error] : .null,
            ],
        ]
        var response = ARMAnswer.json(body, status: isOver ? 200 : 202, tag: slot.modified.webTag)
        if !isOver {
            response.headers[.location] =
                call.origin.description + call.address.path + "?api-version=\(call.version)"
        }
        return response
    }

    private func status(of deployment: Deployment, in slot: Slot) -> String {
        if now < deployment.named { return "BuildRequestReceived" }
        guard deployment.isComplete(at: now) else { return "BuildInProgress" }
        if deployment.fails { return "BuildFailed" }
        if slot.worker.answers(at: now) { return "RuntimeSuccessful" }
        guard slot.worker.ready == nil, now >= slot.worker.began + timings.start else { return "RuntimeStarting" }
        return "RuntimeFailed"
    }

    private mutating func deployPackage(_ call: ARMCall, at place: SlotPlace) throws(ARMFault) -> Response {
        try admitWrite(at: place, evenPrepared: true)
        guard let address = call.properties["packageUri"]?.string, let type = call.properties["type"]?.string else {
            throw .missingParameter("packageUri")
        }
        guard let deployment = beginDeployment(of: contentName(address), at: place, waits: false) else {
            throw .web(409, "Conflict", extended: "51030", "There is a deployment currently in progress.")
        }
        let site = sites[place.site]
        let slot = site.slots[place.slot]
        let body: JSON = [
            "id": .string("\(id(of: slot, in: site))/extensions/onedeploy"), "name": "onedeploy",
            "type": "Microsoft.Web/sites/extensions", "location": .string(home.location),
            "properties": [
                "id": .string(deployment.id), "status": 0, "type": .string(type), "packageUri": .null,
                "message": "OneDeploy", "deployer": "OneDeploy", "complete": false,
            ],
        ]
        var response = ARMAnswer.json(body, status: 202, tag: now.webTag)
        response.headers[.location] =
            "\(call.origin)\(id(of: slot, in: site))/deploymentStatus/\(deployment.id)?api-version=\(call.version)"
        return response
    }

    private func machines(of slot: Slot, in site: Site) -> [JSON] {
        let state = slot.isStopped ? "STOPPED" : slot.worker.answers(at: now) ? "READY" : "UNKNOWN"
        return (0..<(plan(of: site)?.instances ?? 1)).map { number in
            let name = "sim\(number)" + String(repeating: "0", count: 60)
            return [
                "id": .string("\(id(of: slot, in: site))/instances/\(name)"), "name": .string(name),
                "type": "Microsoft.Web/sites/instances", "location": .string(home.location),
                "properties": [
                    "name": .string(name), "siteInstanceName": .string(name), "state": .string(state),
                    "machineName": .string("machine\(number)"), "healthCheckUrl": .null, "physicalZone": .null,
                ],
            ]
        }
    }

    private func publishProfile(of slot: Slot, in site: Site) -> Response {
        let name = slot.isProduction ? site.name : "\(site.name)-\(slot.name)"
        let user = slot.config["publishingUsername"]?.string ?? ""
        let text =
            "<publishData><publishProfile profileName=\"\(name) - Web Deploy\" publishMethod=\"MSDeploy\" "
            + "publishUrl=\"\(slot.kuduHost):443\" msdeploySite=\"\(name)\" userName=\"\(user)\" "
            + "userPWD=\"\(slot.password)\" destinationAppUrl=\"http://\(slot.host)\"><databases /></publishProfile>"
            + "</publishData>"
        return Response(status: 200, headers: [.contentType: "application/xml"], body: Array(text.utf8))
    }
}
