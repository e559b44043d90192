import SlipwayBase
import SlipwayHTTP

/// One request as a service sees it: the caller is known, the form is decoded.
struct ServiceRequest: Sendable {
    /// The request as it came.
    var request: Request
    /// The form fields, or the fields of the query when there is no form, decoded and in order.
    var parameters: QueryParameters
    /// The region that was signed for.
    var region: String
    /// The account of the caller.
    var account: String
    /// The present time.
    var now: Timestamp
    /// The number of this request, as the answer tells it.
    var requestID: String

    /// The body in memory; a file body has no bytes here.
    var body: [UInt8] { if case .bytes(let bytes) = request.body { bytes } else { [] } }
}
