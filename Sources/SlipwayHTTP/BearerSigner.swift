import HTTPTypes
public import SlipwayBase

/// Presents a token: `Authorization: Bearer …`.
public struct BearerSigner: Signer {
    /// Makes a signer.
    public init() {}

    /// `request` with the token, instead of whatever authorization it had.
    public func sign(_ request: Request, with credential: Secret<String>, at time: Timestamp) -> Request {
        var request = request
        request.headers[.authorization] = "Bearer " + credential.reveal()
        return request
    }
}
