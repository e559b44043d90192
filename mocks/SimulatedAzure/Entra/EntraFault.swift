import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A refusal of Entra.
struct EntraFault: Error, Hashable, Sendable {
    var status: Int
    /// The word of OAuth, such as `invalid_client`.
    var error: String
    /// The number that stands behind `AADSTS`.
    var code: Int
    var message: String

    static func missing(_ name: String) -> EntraFault {
        EntraFault(
            status: 400,
            error: "invalid_request",
            code: 900_144,
            message: "The request body must contain the following parameter: '\(name)'."
        )
    }

    static func grantType(_ type: String) -> EntraFault {
        EntraFault(
            status: 400,
            error: "unsupported_grant_type",
            code: 70_003,
            message: "The app requested an unsupported grant type '\(type.printable(max: 80))'."
        )
    }

    static func noTenant(_ name: String) -> EntraFault {
        EntraFault(
            status: 400,
            error: "invalid_request",
            code: 90_002,
            message: "Tenant '\(name.printable(max: 80))' not found. Check to make sure you have the correct tenant ID "
                + "and are signing into the correct cloud."
        )
    }

    static func noClient(_ id: String, tenant: String) -> EntraFault {
        EntraFault(
            status: 400,
            error: "unauthorized_client",
            code: 700_016,
            message:
                "Application with identifier '\(id.printable(max: 80))' was not found in the directory '\(tenant)'."
        )
    }

    static func wrongSecret(_ id: String) -> EntraFault {
        EntraFault(
            status: 401,
            error: "invalid_client",
            code: 7_000_215,
            message: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                + "value, not the client secret ID, for a secret added to app '\(id)'."
        )
    }

    static func noResource(_ audience: String) -> EntraFault {
        EntraFault(
            status: 400,
            error: "invalid_resource",
            code: 500_011,
            message: "The resource principal named \(audience.printable(max: 200)) was not found in the tenant."
        )
    }

    static func scope(_ scope: String) -> EntraFault {
        EntraFault(
            status: 400,
            error: "invalid_scope",
            code: 1_002_012,
            message: "The provided value for scope \(scope.printable(max: 200)) is not valid. Client credential flows "
                + "must have a scope value with /.default suffixed to the resource identifier."
        )
    }

    static func assertion(_ code: Int, _ message: String) -> EntraFault {
        EntraFault(status: 401, error: "invalid_client", code: code, message: message)
    }

    /// The answer itself.
    func response(at now: Timestamp, _ traceID: String) -> Response {
        let text =
            "AADSTS\(code): \(message) Trace ID: \(traceID) Correlation ID: \(traceID) Timestamp: "
            + now.rfc3339Seconds
        let body: JSON = [
            "error": .string(error), "error_description": .string(text), "error_codes": [JSON(code)],
            "timestamp": .string(now.rfc3339Seconds), "trace_id": .string(traceID), "correlation_id": .string(traceID),
            "error_uri": .string("https://login.microsoftonline.com/error?code=\(code)"),
        ]
        return Response(status: status, headers: [.contentType: "application/json; charset=utf-8"], body: body.bytes)
    }
}
