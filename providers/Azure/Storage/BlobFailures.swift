internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// What the blob service's refusals mean.
///
/// Source: the error codes of Azure Storage, which come in `x-ms-error-code` with every refusal.
enum BlobFailures {
    /// The service's code, such as `BlobNotFound`; empty when none is told.
    static func code(_ response: Response) -> String {
        let name = HTTPField.Name("x-ms-error-code")!
        return (response.headers[name] ?? element("Code", of: response) ?? "").printable(max: 100)
    }

    /// Whether the condition of a write did not hold.
    static func isBeaten(_ response: Response) -> Bool {
        let code = code(response)
        switch response.status {
        case 409: return code == "BlobAlreadyExists"
        case 412: return code.isEmpty || code == "ConditionNotMet"
        // A blob that was deleted meanwhile.
        case 404: return code == "BlobNotFound"
        default: return false
        }
    }

    /// What `response` means for `call` in `container`, with what to do about it.
    static func failure(_ response: Response, call: String, _ container: BlobContainer) -> AzureFailure {
        let code = code(response)
        let kind = throttling.contains(code) ? .throttled : AzureFailure.Kind(status: response.status)
        // What follows the first line are numbers for Microsoft's support.
        let message = element("Message", of: response)?.split(separator: "\n").first.map(String.init) ?? ""
        let said = [SecretShapes.masked(message), cure(code, response.status, container)].filter { !$0.isEmpty }
        let label = code.isEmpty ? "HTTP \(response.status)" : code
        let text = said.isEmpty ? "no reason was given" : said.joined(separator: " ")
        return AzureFailure(
            code == "LeaseIdMissing" ? .invalid : kind,
            call: call,
            code: code,
            summary: "\(call): \(label): \(text)".printable(),
            status: response.status,
            requestID: response.azureRequestID,
            mayHaveTakenEffect: response.status >= 500 || response.status == 408,
            retryAfter: response.askedRetryAfter
        )
    }

    private static let throttling: Set = ["ServerBusy", "AccountBusy"]

    private static func cure(_ code: String, _ status: Int, _ container: BlobContainer) -> String {
        switch (code, status) {
        case ("ContainerNotFound", _): "make the container \(container) once (az storage container create)"
        case ("AuthorizationPermissionMismatch", _), ("InsufficientAccountPermissions", _), ("", 403):
            "give the identity the role Storage Blob Data Contributor on \(container)"
        case ("AuthorizationFailure", _): "the storage account's network rules refuse this machine, or the identity"
        case ("InvalidAuthenticationInfo", _), ("AuthenticationFailed", _), ("NoAuthenticationInformation", _),
            ("PublicAccessNotPermitted", _), ("", 401):
            "the token was not taken; check the cloud, the tenant and this machine's clock"
        case ("LeaseIdMissing", _): "somebody holds a lease on the blob; break it (az storage blob lease break)"
        default: ""
        }
    }

    /// The text of the first element `name` of the XML that came.
    private static func element(_ name: String, of response: Response) -> String? {
        let text = String(decoding: response.body.prefix(Limits.errorBytesMax), as: UTF8.self)
        guard let start = text.firstRange(of: "<\(name)>")?.upperBound,
            let end = text[start...].firstRange(of: "</\(name)>")?.lowerBound
        else { return nil }
        return String(text[start..<end])
    }
}
