import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// A request that is not done, with the Status that says why.
struct Refusal: Error {
    var status: Int
    var body: [UInt8]
    var headers: HTTPFields = .json

    var response: Response { Response(status: status, headers: headers, body: body) }

    /// A `Status` object; `reason` and `details` are left out when nil, as the server does.
    init(_ status: Int, _ reason: String?, _ message: String, details: JSON? = nil, metadata: JSON = [:]) {
        self.status = status
        var object: JSON = ["kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure"]
        object["message"] = .string(message)
        if let reason { object["reason"] = .string(reason) }
        if let details { object["details"] = details }
        object["code"] = JSON(status)
        body = object.bytes
    }

    /// Plain text instead of a Status.
    init(_ status: Int, text: String) {
        self.status = status
        body = Array(text.utf8)
        headers = .plainText
    }
}

extension HTTPFields {
    static let json: HTTPFields = [.contentType: "application/json", .cacheControl: "no-cache, private"]
    static let plainText: HTTPFields = [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-cache, private"]
}

/// One thing that is wrong with an object.
struct FieldProblem {
    enum Reason: String {
        case invalid = "FieldValueInvalid"
        case required = "FieldValueRequired"
        case wrongType = "FieldValueTypeInvalid"
    }

    var field: String
    var message: String
    var reason = Reason.invalid
}

extension Refusal {
    static var unknownPath: Refusal { Refusal(404, text: "404 page not found\n") }
    static var methodNotAllowed: Refusal {
        Refusal(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
            details: [:]
        )
    }
    static var patchRejected: Refusal {
        Refusal(422, "Invalid", "the server rejected our request due to an error in our request", details: [:])
    }

    static func badRequest(_ message: String) -> Refusal { Refusal(400, "BadRequest", message) }

    static func notFound(_ kind: ResourceKind, _ name: String) -> Refusal {
        let facts = kind.facts
        return Refusal(
            404,
            "NotFound",
            "\(facts.qualifiedPlural) \"\(name)\" not found",
            details: details(facts, facts.plural, name)
        )
    }

    static func alreadyExists(_ kind: ResourceKind, _ name: String) -> Refusal {
        let facts = kind.facts
        return Refusal(
            409,
            "AlreadyExists",
            "\(facts.qualifiedPlural) \"\(name)\" already exists",
            details: details(facts, facts.plural, name)
        )
    }

    static func conflict(_ kind: ResourceKind, _ name: String) -> Refusal {
        let facts = kind.facts
        return Refusal(
            409,
            "Conflict",
            """
            Operation cannot be fulfilled on \(facts.qualifiedPlural) \"\(name)\": the object has been modified; \
            please apply your changes to the latest version and try again
            """,
            details: details(facts, facts.plural, name)
        )
    }

    static func precondition(_ kind: ResourceKind, _ name: String, _ message: String) -> Refusal {
        let facts = kind.facts
        return Refusal(
            409,
            "Conflict",
            "Operation cannot be fulfilled on \(facts.qualifiedKind) \"\(name)\": \(message)",
            details: details(facts, facts.kind, name)
        )
    }

    static func invalid(_ kind: ResourceKind, _ name: String, _ problems: [FieldProblem]) -> Refusal {
        let facts = kind.facts
        let texts = problems.map { "\($0.field): \($0.message)" }
        let summary = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
        var details = details(facts, facts.kind, name)
        details["causes"] = causes(problems)
        return Refusal(422, "Invalid", "\(facts.qualifiedKind) \"\(name)\" is invalid: \(summary)", details: details)
    }

    /// A patch whose result does not decode.
    static func undecodable(_ problem: FieldProblem) -> Refusal {
        Refusal(
            422,
            "Invalid",
            " \"\" is invalid: \(problem.field): \(problem.message)",
            details: ["causes": causes([problem])]
        )
    }

    static func expired(_ message: String, continuing token: String? = nil) -> Refusal {
        Refusal(410, "Expired", message, metadata: token.map { ["continue": .string($0)] } ?? [:])
    }

    static func causes(_ problems: [FieldProblem]) -> JSON {
        .array(
            problems.map {
                ["reason": .string($0.reason.rawValue), "message": .string($0.message), "field": .string($0.field)]
            }
        )
    }

    private static func details(_ facts: ResourceFacts, _ kind: String, _ name: String) -> JSON {
        var details: JSON = ["name": .string(name)]
        if !facts.group.isEmpty { details["group"] = .string(facts.group) }
        details["kind"] = .string(kind)
        return details
    }
}
