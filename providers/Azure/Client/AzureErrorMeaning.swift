/// What a known refusal of Azure means: its kind, and the cure where there is one.
///
/// Source: the errors that Azure Resource Manager documents, and App Service's messages as recorded and reported.
struct AzureErrorMeaning: Sendable {
    var kind: AzureFailure.Kind
    var cure = ""
    private var codes: Set<String> = []
    private var phrases: [String] = []

    /// The first meaning that fits; nil for what only its status explains.
    static func of(_ body: AzureErrorBody) -> AzureErrorMeaning? {
        let message = body.message.lowercased()
        return known.first { meaning in
            meaning.codes.contains(body.code) || meaning.codes.contains(body.extendedCode)
                || meaning.phrases.contains { message.contains($0) }
        }
    }

    private init(_ kind: AzureFailure.Kind, codes: Set<String> = [], phrases: [String] = [], cure: String = "") {
        (self.kind, self.codes, self.phrases, self.cure) = (kind, codes, phrases, cure)
    }

    private static let warmUp =
        "the application did not answer App Service's own requests in time; look at the slot's log, and at"
        + " WEBSITE_SWAP_WARMUP_PING_PATH if `/` is not what tells that it is ready"

    private static let known =
        sites + access + names + [
            Self(.throttled, codes: ["TooManyRequests", "SubscriptionRequestsThrottled", "OperationsThrottled"])
        ]

    private static let sites = [
        Self(
            .busy,
            codes: ["59205", "59206", "AnotherOperationInProgress", "OperationPreempted"],
            phrases: [
                "another operation is in progress", "another operation in progress", "cannot acquire exclusive lock",
                "in-progress operation", "there's an in progress",
            ]
        ),
        Self(
            .busy,
            phrases: ["allocation of vm instances"],
            cure: "the plan was being scaled; it is safe to try again"
        ),
        Self(
            .invalid,
            phrases: ["prepared for swap"],
            cure: "a swap with preview is pending; complete it or take it back (az webapp deployment slot swap"
                + " --action reset)"
        ),
        Self(.invalid, phrases: ["did not respond to http ping", "warmup requests to"], cure: warmUp),
        Self(.invalid, phrases: ["in stopped state", "is stopped"], cure: "start the slot first"),
        Self(
            .invalid,
            phrases: ["site authentication enabled"],
            cure: "swap without preview, or turn off the authentication of both"
        ),
    ]

    private static let access = [
        Self(
            .denied,
            codes: ["LinkedAuthorizationFailed"],
            cure: "the identity needs the right on the other resource that the request names, too"
        ),
        Self(.denied, codes: ["AuthorizationFailed"]),
        Self(
            .denied,
            codes: ["InvalidAuthenticationTokenTenant"],
            cure: "the credentials belong to another tenant than the subscription; set tenant"
        ),
        Self(
            .denied,
            codes: [
                "AuthenticationFailed", "ExpiredAuthenticationToken", "InvalidAuthenticationToken",
                "InvalidAuthenticationTokenAudience",
            ],
            cure: "sign in again, and check this machine's clock and the cloud"
        ),
        Self(.denied, codes: ["RequestDisallowedByPolicy"], cure: "a policy of the subscription forbids it"),
        Self(.invalid, codes: ["ScopeLocked"], cure: "remove the management lock, or let somebody do it"),
        Self(.invalid, codes: ["ReadOnlyDisabledSubscription"], cure: "enable the subscription"),
    ]

    private static let names = [
        Self(
            .absent,
            codes: ["SubscriptionNotFound", "InvalidSubscriptionId"],
            cure: "check the number of the subscription, and that the identity has a role in it"
        ),
        Self(.absent, codes: ["ResourceGroupNotFound"], cure: "check the name of the resource group"),
        Self(.absent, codes: ["ParentResourceNotFound", "ResourceNotFound"], cure: "check the names"),
        Self(
            .invalid,
            codes: ["MissingSubscriptionRegistration"],
            cure: "register the resource provider once (az provider register)"
        ),
        Self(
            .invalid,
            codes: ["SubscriptionNotRegisteredForFeature"],
            cure: "register the feature once (az feature register)"
        ),
        Self(
            .invalid,
            codes: ["InvalidApiVersionParameter", "InvalidResourceType", "NoRegisteredProviderFound"],
            cure: "this cloud or region does not offer the API in the version that is used"
        ),
        Self(.invalid, codes: ["ResourceGroupBeingDeleted"], cure: "name another resource group"),
    ]
}

extension AzureFailure.Kind {
    /// The kind of an answer that only its status explains.
    init(status: Int) {
        switch status {
        case 401, 403, 407: self = .denied
        case 404, 410: self = .absent
        case 429: self = .throttled
        case 408, 500...: self = .unavailable
        case 409, 412, 423: self = .busy
        case ..<300: self = .unreadable
        default: self = .invalid
        }
    }
}
