import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

extension AzureWorld {
    /// Lets a request to a Kudu in, with a token or with publishing credentials where the policy allows these.
    mutating func answerKudu(
        _ request: Request,
        _ path: String,
        _ fields: FormFields,
        at place: SlotPlace
    ) -> Response {
        let slot = web.sites[place.site].slots[place.slot]
        let field = request.headers[.authorization] ?? ""
        var isAllowed = false
        if field.lowercased().hasPrefix("basic ") {
            let pair = Digits.bytes(base64: String(field.dropFirst(6))).map { String(decoding: $0, as: UTF8.self) }
            isAllowed =
                slot.allowsBasic && pair == "\(slot.config["publishingUsername"]?.string ?? ""):\(slot.password)"
        } else {
            isAllowed = [Entra.Audience.resourceManager, .appService].contains {
                (try? entra.grant(of: request, for: $0, at: now)) != nil
            }
        }
        guard isAllowed else {
            return Response(status: 401, headers: [.wwwAuthenticate: "Basic realm=\"site\""])
        }
        return web.answerKudu(request, path, fields, at: place)
    }
}

extension AppService {
    mutating func answerKudu(
        _ request: Request,
        _ path: String,
        _ fields: FormFields,
        at place: SlotPlace
    ) -> Response {
        let parts = path.split(separator: "/").map { $0.lowercased() }
        guard parts.first == "api", parts.count > 1 else { return Self.empty(404) }
        switch (request.method, parts[1]) {
        case (.post, "publish"), (.post, "zipdeploy"):
            return publish(request, fields, isOld: parts[1] == "zipdeploy", at: place)
        case (.get, "deployments"): return deployments(parts.count > 2 ? parts[2] : nil, at: place)
        case (_, "vfs"):
            let root = "/api/vfs/"
            return answerFile(request, path: String(path.dropFirst(root.count)), at: place)
        default: return Self.empty(404)
        }
    }

    static func empty(_ status: Int) -> Response { Response(status: status, headers: [.contentLength: "0"]) }

    static func told(_ message: String, status: Int) -> Response {
        let body: JSON = ["Message": .string(message)]
        return Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: body.bytes
        )
    }

    private mutating func publish(_ request: Request, _ fields: FormFields, isOld: Bool, at place: SlotPlace)
        -> Response
    {
        guard case .bytes(let bytes) = request.body, !bytes.isEmpty else {
            return Self.told("Empty file", status: 400)
        }
        guard isOld || fields["type"] != nil else { return Self.told("type not specified", status: 400) }
        let digest = SHA256.hexDigest(of: bytes)
        if let name = HTTPField.Name("x-ms-artifact-checksum"), let sum = request.headers[name], !sum.names(digest) {
            return Self.told("Artifact checksum mismatch", status: 400)
        }
        let waits = (fields["async"] ?? fields["isAsync"])?.lowercased() != "true"
        guard let deployment = beginDeployment(of: contentName(digest), at: place, waits: waits) else {
            return Self.told(
                "There is a deployment currently in progress. Please try again when it completes.",
                status: 409
            )
        }
        if waits {
            return deployment.fails ? Self.told("Deployment failed", status: 400) : Self.empty(200)
        }
        var response = Self.empty(202)
        let host = sites[place.site].slots[place.slot].kuduHost
        let time = now.rfc3339Seconds.replacing(":", with: "-").replacing("T", with: "_")
        response.headers[.location] = "https://\(host):443/api/deployments/latest?deployer=OneDeploy&time=\(time)"
        if let name = HTTPField.Name("scm-deployment-id") { response.headers[name] = deployment.id }
        if let name = HTTPField.Name("retryafter") { response.headers[name] = "30" }
        return response
    }
}
