import SlipwayBase

// What App Service refuses, in its own words.
extension ARMFault {
    static func anotherOperation(_ operation: SwapOperation) -> ARMFault {
        let details = ", OperationName: SwapSiteSlots, CreatedTime: \(operation.began.rfc3339Seconds)"
        return .web(
            409,
            "Conflict",
            extended: "59205",
            "Cannot modify this site because another operation is in progress. Details: Id: \(operation.id)\(details), "
                + "SlotName: \(operation.source)",
            template: "Cannot modify this site because another operation is in progress. Details: {0}",
            ["Id: \(operation.id)\(details)"]
        )
    }

    static let siteLock = ARMFault.web(
        429,
        "429",
        extended: "59206",
        "Cannot acquire exclusive lock to create, update or delete this site. Retry the request later."
    )

    static let prepared = ARMFault.web(
        409,
        "Conflict",
        extended: "01032",
        "The slot cannot be changed because its configuration settings have been prepared for swap."
    )

    static func stopped(_ slot: String) -> ARMFault {
        .web(
            409,
            "Conflict",
            extended: "04072",
            "Cannot swap slots for site because the '\(slot)' slot is in stopped state.",
            template: "Cannot swap slots for site because the '{0}' slot is in stopped state.",
            [slot]
        )
    }

    static let previewWithAuthentication = ARMFault.web(
        409,
        "Conflict",
        extended: "01033",
        "Swap with Preview cannot be used when one of the slots has site authentication enabled."
    )

    static func noPing(site: String, slot: String) -> ARMFault {
        .web(
            417,
            "ExpectationFailed",
            extended: "01027",
            "Cannot swap site slots for site '\(site)' because the '\(slot)' slot did not respond to http ping.",
            template: "Cannot swap site slots for site '{0}' because the '{1}' slot did not respond to http ping.",
            [site, slot]
        )
    }

    static func lostInstances(slot: String) -> ARMFault {
        .web(
            400,
            "BadRequest",
            extended: "01028",
            "Cannot swap site slots because the allocation of VM instances for '\(slot)' slot has changed during the "
                + "swap process. Please retry",
            [slot]
        )
    }

    static func tooManySlots(_ tier: String) -> ARMFault {
        .web(
            409,
            "Conflict",
            extended: "04013",
            "Cannot complete the operation because the site will exceed the number of slots allowed for the '\(tier)' "
                + "SKU.",
            template: "Cannot complete the operation because the site will exceed the number of slots allowed for the "
                + "'{0}' SKU.",
            [tier]
        )
    }

    static func missingParameter(_ name: String) -> ARMFault {
        .web(
            400,
            "BadRequest",
            extended: "51011",
            "The parameter \(name) cannot be null or empty.",
            template: "The parameter {0} cannot be null or empty.",
            [name]
        )
    }

    static func invalid(_ message: String) -> ARMFault { .web(400, "BadRequest", extended: "51021", message) }

    static func cannotFind(_ kind: String, _ name: String) -> ARMFault {
        .web(
            404,
            "NotFound",
            extended: "51004",
            "Cannot find \(kind) with name \(name).",
            template: "Cannot find {0} with name {1}.",
            [kind, name]
        )
    }
}
