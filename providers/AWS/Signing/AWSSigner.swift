internal import HTTPTypes
public import SlipwayBase
public import SlipwayHTTP
public import SlipwaySigning

/// Signs requests to one AWS service in one region.
///
/// Put it inside `Retry`, like every signer: a signature is good for about 15 minutes, and for these bytes only.
///
/// Bodies in memory are hashed, slices of files bring their hash. For a whole file the request brings its own
/// `x-amz-content-sha256`: the file's SHA-256 as 64 digits in lower case, or `UNSIGNED-PAYLOAD`, which only S3 takes. A
/// file without it, or with `UNSIGNED-PAYLOAD` over plain HTTP, is not signed, so that the service refuses it.
public struct AWSSigner: Signer {
    private let signer: SigV4

    /// Signs for the service and region of `endpoint`; `keys` may be shared by all signers of a program.
    ///
    /// `sendsPayloadHash` sends `x-amz-content-sha256` also to services that do not demand it, as S3 does.
    public init(_ endpoint: AWSEndpoint, sendsPayloadHash: Bool = false, keys: SigningKeys = SigningKeys()) {
        var signer = SigV4(service: endpoint.signingName, region: endpoint.region, keys: keys)
        if sendsPayloadHash { signer.sendsPayloadHash = true }
        self.signer = signer
    }

    /// `request` with the fields that sign it, instead of those it had.
    public func sign(_ request: Request, with credential: AWSCredentials, at time: Timestamp) -> Request {
        var request = request
        for name in Names.replaced { request.headers[name] = nil }
        guard let payload = payload(of: request) else { return request }
        var signer = signer
        // A hash the caller gave is sent on, and so it is signed.
        if request.headers[Names.contentSHA256] != nil { signer.sendsPayloadHash = true }
        let input = SigV4.Input(
            method: request.method.rawValue,
            target: request.target,
            headers: request.headers.map { ($0.name.canonicalName, $0.value) } + [("host", request.origin.authority)],
            payload: payload
        )
        for field in signer.signature(of: input, by: SigV4.AccessKey(credential), at: time) {
            guard let name = HTTPField.Name(field.name) else { continue }
            request.headers[name] = field.value
        }
        return request
    }

    private func payload(of request: Request) -> SigV4.Payload? {
        let given = request.headers[Names.contentSHA256]
        let isUnsigned = given == "UNSIGNED-PAYLOAD"
        let isSecure = request.origin.scheme == "https"
        switch request.body {
        case .none: return .empty
        case .bytes(let bytes): return isUnsigned && isSecure ? .unsigned : .bytes(bytes)
        case .file: return isUnsigned && !isSecure ? nil : given.map { .named($0) }
        case .slice(let slice): return isUnsigned && isSecure ? .unsigned : .named(slice.sha256)
        }
    }
}

extension SigV4.AccessKey {
    /// The part of credentials that signs.
    public init(_ credentials: AWSCredentials) {
        self.init(
            id: credentials.accessKeyID,
            secret: credentials.secretAccessKey,
            sessionToken: credentials.sessionToken
        )
    }
}

private enum Names {
    static let contentSHA256 = HTTPField.Name("x-amz-content-sha256")!
    static let replaced = [
        .authorization, HTTPField.Name("X-Amz-Date")!, HTTPField.Name("X-Amz-Security-Token")!,
    ]
}
