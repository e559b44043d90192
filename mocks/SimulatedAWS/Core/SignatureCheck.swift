import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// Why a request is not let in, before any service has its own words for it.
enum SignatureRefusal: Error, Hashable, Sendable {
    /// There is no signature.
    case missing
    /// There is one that cannot be read.
    case malformed(String)
    /// Nobody has that key.
    case unknownKey(String)
    /// The session token is absent or another one.
    case wrongToken
    /// The credentials have ended.
    case expiredToken
    /// The request is dated too far from now.
    case skewed(String, stamp: String)
    /// The key is scoped to another region than this one.
    case wrongRegion(String, expected: String)
    /// The signature is another one, for this reason.
    case mismatch(String)
    /// The body is not the one that was signed.
    case wrongPayload

    /// In the words of services that speak the Query protocol.
    var fault: ServiceFault {
        switch self {
        case .missing:
            ServiceFault("MissingAuthenticationToken", "Request is missing Authentication Token", status: 403)
        case .malformed(let reason): ServiceFault("IncompleteSignature", reason)
        case .unknownKey, .wrongToken:
            ServiceFault(
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
                status: 403
            )
        case .expiredToken:
            ServiceFault("ExpiredToken", "The security token included in the request is expired", status: 403)
        case .skewed(let reason, _): ServiceFault("SignatureDoesNotMatch", reason, status: 403)
        case .wrongRegion(let region, _):
            ServiceFault(
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region, not '\(region)'. ",
                status: 403
            )
        case .mismatch(let reason): ServiceFault("SignatureDoesNotMatch", reason, status: 403)
        case .wrongPayload: ServiceFault("SignatureDoesNotMatch", Self.differs, status: 403)
        }
    }

    static let differs =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        + "Key and signing method. Consult the service documentation for details."
}

/// Verifies signatures as the services do: over the headers that the request says are signed.
struct SignatureCheck: Sendable {
    /// How far a request's date may be from now.
    static let skewMax: Duration = .seconds(15 * 60)

    private let derived = SigningKeys(capacity: 64)

    /// The key that `request` is signed with, after everything about its signature has held.
    func verify(
        _ request: Request,
        _ claim: SigV4.Claim,
        for endpoint: Endpoint,
        keys: [String: AWSWorld.AccessKey],
        at now: Timestamp
    ) throws(SignatureRefusal) -> AWSWorld.AccessKey {
        let stamp = try stamp(of: request, claim)
        try checkScope(claim, stamp: stamp, for: endpoint)
        guard let key = keys[claim.accessKeyID] else { throw .unknownKey(claim.accessKeyID) }
        try checkToken(request, key, at: now)
        try checkAge(stamp, isPresigned: request.headers[.authorization] == nil, request, at: now)
        try checkHeaders(request, claim)
        let input = SigV4.Input(
            method: request.method.rawValue,
            target: request.target,
            headers: fields(of: request),
            payload: try payload(of: request, claim)
        )
        let signer = SigV4(service: claim.service, region: claim.region, keys: derived)
        let access = SigV4.AccessKey(id: key.id, secret: key.secret, sessionToken: key.sessionToken)
        guard signer.verifies(claim, of: input, stamp: stamp, by: access) else {
            throw .mismatch(SignatureRefusal.differs)
        }
        return key
    }

    /// What a request says of its signature; nil when it has none.
    func claim(of request: Request) throws(SignatureRefusal) -> SigV4.Claim? {
        if let authorization = request.headers[.authorization] {
            if let claim = SigV4.Claim(authorization: authorization) { return claim }
            let missing = ["Credential", "Signature", "SignedHeaders"].filter { !authorization.contains("\($0)=") }
            let reasons = missing.map { "Authorization header requires '\($0)' parameter." }
            let text = reasons.isEmpty ? "Authorization header is not well formed." : reasons.joined(separator: " ")
            throw .malformed("\(text) (Hashed with SHA-256 and encoded with Base64)")
        }
        if let claim = SigV4.Claim(target: request.target) { return claim }
        if request.target.contains("X-Amz-Algorithm=") { throw .malformed("The query is not signed well.") }
        return nil
    }

    private func stamp(of request: Request, _ claim: SigV4.Claim) throws(SignatureRefusal) -> String {
        let stamp = request.headers[.amzDate] ?? SigV4.parameter("X-Amz-Date", of: request.target)
        guard let stamp else {
            throw .malformed(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
            )
        }
        guard Timestamp(compact: stamp) != nil else {
            throw .malformed(
                "Date must be in ISO-8601 'basic format'. Got '\(stamp)'. See http://en.wikipedia.org/wiki/ISO_8601"
            )
        }
        return stamp
    }

    private func checkScope(_ claim: SigV4.Claim, stamp: String, for endpoint: Endpoint) throws(SignatureRefusal) {
        if claim.service != endpoint.service {
            throw .mismatch("Credential should be scoped to correct service: '\(endpoint.service)'. ")
        }
        if let region = endpoint.region, claim.region != region {
            throw .wrongRegion(claim.region, expected: region)
        }
        if !stamp.hasPrefix(claim.day) {
            throw .mismatch(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(claim.day)' != '\(stamp.prefix(8))', from '\(stamp)'."
            )
        }
    }

    private func checkToken(
        _ request: Request,
        _ key: AWSWorld.AccessKey,
        at now: Timestamp
    ) throws(SignatureRefusal) {
        let token = request.headers[.amzToken] ?? SigV4.parameter("X-Amz-Security-Token", of: request.target)
        guard token == key.sessionToken?.reveal() else { throw .wrongToken }
        if let expires = key.expires, expires <= now { throw .expiredToken }
    }

    private func checkAge(
        _ stamp: String,
        isPresigned: Bool,
        _ request: Request,
        at now: Timestamp
    ) throws(SignatureRefusal) {
        guard let date = Timestamp(compact: stamp) else { return }
        var life = Self.skewMax
        if isPresigned, let seconds = SigV4.parameter("X-Amz-Expires", of: request.target).flatMap({ Int64($0) }) {
            life = .seconds(seconds)
        }
        let (oldest, newest) = (now + .milliseconds(-life.milliseconds), now + Self.skewMax)
        if date < oldest {
            throw .skewed(
                "Signature expired: \(stamp) is now earlier than \(oldest.compact) (\(now.compact) - 15 min.)",
                stamp: stamp
            )
        }
        if date > newest {
            throw .skewed(
                "Signature not yet current: \(stamp) is still later than \(newest.compact) (\(now.compact) + 15 min.)",
                stamp: stamp
            )
        }
    }

    /// Host and every `x-amz-` field must be covered.
    private func checkHeaders(_ request: Request, _ claim: SigV4.Claim) throws(SignatureRefusal) {
        guard claim.signedHeaders.contains("host") else {
            throw .mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
        }
        let names = request.headers.map { $0.name.canonicalName }.filter { $0.hasPrefix("x-amz-") }
        if let open = names.first(where: { !claim.signedHeaders.contains($0) }) {
            throw .mismatch("'\(open)' must be a 'SignedHeader' in the AWS Authorization.")
        }
    }

    private func fields(of request: Request) -> [SigV4.Field] {
        let origin = request.origin
        var host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        if origin.port != (origin.scheme == "https" ? 443 : 80) { host += ":\(origin.port)" }
        return [("host", host)] + request.headers.map { ($0.name.canonicalName, $0.value) }
    }

    /// What was signed for the body; S3 believes the field where it says that the body itself is not signed.
    private func payload(of request: Request, _ claim: SigV4.Claim) throws(SignatureRefusal) -> SigV4.Payload {
        let told = request.headers[.amzContentHash]
        let body: [UInt8]
        switch request.body {
        case .none: body = []
        case .bytes(let bytes): body = bytes
        // Files are read by whoever sends them; here only their hash is known.
        case .file, .slice: return .named(told ?? SigV4.Payload.unsigned.hash)
        }
        guard claim.service == "s3" else { return .bytes(body) }
        if request.headers[.authorization] == nil { return .named(told ?? SigV4.Payload.unsigned.hash) }
        guard let told else { throw .malformed("Missing required header for this request: x-amz-content-sha256") }
        let isHash = told.count == 64
        if isHash, told != SHA256.hexDigest(of: body) { throw .wrongPayload }
        return .named(told)
    }
}

extension HTTPField.Name {
    static var amzDate: Self { known("X-Amz-Date") }
    static var amzToken: Self { known("X-Amz-Security-Token") }
    static var amzContentHash: Self { known("x-amz-content-sha256") }
    static var amznRequestID: Self { known("x-amzn-RequestId") }

    private static func known(_ name: String) -> Self { Self(name) ?? .authorization }
}
