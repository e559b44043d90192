import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// Tokens for machines, which need no secret to have them.
extension AzureWorld {
    /// Answers the metadata endpoint of a virtual machine.
    mutating func answerMachine(_ request: Request, _ path: String, _ fields: FormFields) -> Response {
        guard path == "/metadata/identity/oauth2/token", request.method == .get else {
            return Response(status: 404, headers: [.contentType: "application/json"], body: Array("{}".utf8))
        }
        guard let name = HTTPField.Name("Metadata"), request.headers[name]?.lowercased() == "true" else {
            return Self.machineFault("Required metadata header not specified")
        }
        guard fields["api-version"] != nil else {
            return Self.machineFault("Required query variable 'api-version' is missing")
        }
        return machineToken(fields, life: .seconds(86_400), isWhole: true)
    }

    /// Answers the endpoint that App Service and Container Apps give to what runs in them.
    mutating func answerApplication(_ request: Request, _ fields: FormFields) -> Response {
        guard let name = HTTPField.Name("X-IDENTITY-HEADER"), request.headers[name] == identityHeader.reveal() else {
            return Response(status: 401, headers: [.contentType: "application/json"], body: Array("{}".utf8))
        }
        return machineToken(fields, life: .seconds(86_400), isWhole: false)
    }

    private mutating func machineToken(_ fields: FormFields, life: Duration, isWhole: Bool) -> Response {
        guard let resource = fields["resource"] else {
            return Self.machineFault("Required query variable 'resource' is missing")
        }
        let wanted = fields["client_id"]
        guard let client = entra.clients.first(where: { client in wanted.map { client.id.names($0) } ?? true }) else {
            return Self.machineFault("Identity not found")
        }
        do throws(EntraFault) { try Entra.checkAudience(resource) } catch {
            return error.response(at: now, naming.uuid())
        }
        let token = entra.issue(client, for: resource, at: now, life: life)
        let seconds = String(life.components.seconds)
        var body: JSON = [
            "access_token": .string(token), "client_id": .string(client.id),
            "expires_on": .string(String((now + life).seconds)), "resource": .string(resource), "token_type": "Bearer",
        ]
        if isWhole {
            body["expires_in"] = .string(seconds)
            body["ext_expires_in"] = .string(seconds)
            body["not_before"] = .string(String(now.seconds))
        }
        return ARMAnswer.json(body)
    }

    private static func machineFault(_ reason: String) -> Response {
        ARMAnswer.json(["error": "invalid_request", "error_description": .string(reason)], status: 400)
    }
}
