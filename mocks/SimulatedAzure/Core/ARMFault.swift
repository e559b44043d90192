import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A refusal in one of the forms that Azure's services have.
struct ARMFault: Error, Hashable, Sendable {
    var status: Int
    var body: JSON?
    var headers: HTTPFields = [:]

    /// The form of Azure Resource Manager itself.
    init(_ status: Int, _ code: String, _ message: String, isGateway: Bool = true) {
        self.status = status
        body = ["error": ["code": .string(code), "message": .string(message)]]
        if isGateway, let name = HTTPField.Name("x-ms-failure-cause") { headers[name] = "gateway" }
    }

    /// The form of App Service: the same told several times, with the name of the template and a longer code.
    static func web(
        _ status: Int,
        _ code: String,
        extended: String,
        _ message: String,
        template: String? = nil,
        _ parameters: [String] = []
    ) -> ARMFault {
        var fault = ARMFault(status, code, message)
        let entity: JSON = [
            "ExtendedCode": .string(extended), "MessageTemplate": .string(template ?? message),
            "Parameters": .array(parameters.map(JSON.string)), "Code": .string(code), "Message": .string(message),
        ]
        fault.body = [
            "Code": .string(code), "Message": .string(message), "Target": .null,
            "Details": [["Message": .string(message)], ["Code": .string(code)], ["ErrorEntity": entity]],
            "Innererror": .null,
        ]
        fault.headers = [:]
        return fault
    }

    /// The form of AKS: flat and in lower case.
    static func flat(_ status: Int, _ code: String, _ message: String) -> ARMFault {
        var fault = ARMFault(status, code, message)
        fault.body = ["code": .string(code), "message": .string(message), "details": .null, "subcode": ""]
        fault.headers = [:]
        return fault
    }

    /// The answer itself.
    var response: Response {
        var headers = headers
        if body != nil { headers[.contentType] = "application/json; charset=utf-8" }
        return Response(status: status, headers: headers, body: body?.bytes ?? [])
    }

    static func noResource(_ address: ARMAddress) -> ARMFault {
        // The type stands whole before the names: `Microsoft.Web/sites/shop/slots/staging` is one of `sites/slots`.
        let name = ([ARMNamespace.spelled(address.namespace)] + address.names).joined(separator: "/")
        return ARMFault(
            404,
            "ResourceNotFound",
            "The Resource '\(name)' under resource group '\(address.group ?? "")' was not found. For more details "
                + "please go to https://aka.ms/ARMResourceNotFoundFix"
        )
    }

    static func noGroup(_ name: String) -> ARMFault {
        ARMFault(404, "ResourceGroupNotFound", "Resource group '\(name)' could not be found.")
    }

    static func noSubscription(_ id: String) -> ARMFault {
        ARMFault(404, "SubscriptionNotFound", "The subscription '\(id)' could not be found.")
    }

    static func noRoute(_ address: ARMAddress) -> ARMFault {
        ARMFault(
            404,
            "InvalidResourceType",
            "The resource type '\(address.typePath)' could not be found in the namespace "
                + "'\(ARMNamespace.spelled(address.namespace))' for the api version."
        )
    }

    static func noMethod(_ method: HTTPRequest.Method) -> ARMFault {
        ARMFault(405, "MethodNotAllowed", "The requested resource does not support http method '\(method.rawValue)'.")
    }

    static func invalidBody(_ reason: String) -> ARMFault {
        ARMFault(
            400,
            "InvalidRequestContent",
            "The request content was invalid and could not be deserialized: '\(reason)'."
        )
    }
}
