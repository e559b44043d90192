import HTTPTypes
import SlipwayBase
import SlipwayHTTP

/// Blob storage as a value: accounts with containers, whose blobs are written under conditions.
struct Blobs: Sendable {
    /// A blob.
    struct Blob: Sendable {
        var bytes: [UInt8]
        var tag: String
        var modified: Timestamp
        var type: String
    }

    /// By account and container, then by name.
    var containers: [String: [String: Blob]] = [:]
    private var writes: UInt64 = 0

    static let suffix = ".blob.core.windows.net"

    /// Answers a request that was let in.
    mutating func respond(to request: Request, _ path: String, at now: Timestamp) -> Response {
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        let account = String(request.origin.host.dropLast(Self.suffix.count))
        guard parts.count == 2 else {
            return Self.refusal(400, "InvalidUri", "The requested URI does not represent any resource on the server.")
        }
        let place = "\(account)/\(parts[0])"
        guard let container = containers[place] else {
            return Self.refusal(404, "ContainerNotFound", "The specified container does not exist.")
        }
        let blob = container[parts[1]]
        switch request.method {
        case .get, .head: return Self.answer(blob, request)
        case .put: return put(request, parts[1], in: place, blob, at: now)
        case .delete:
            guard let blob else { return Self.noBlob }
            if let refusal = Self.unmet(request, blob) { return refusal }
            containers[place]?[parts[1]] = nil
            return Response(status: 202)
        default: return Self.refusal(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.")
        }
    }

    private static func answer(_ blob: Blob?, _ request: Request) -> Response {
        guard let blob else { return noBlob }
        if let refusal = unmet(request, blob) { return refusal }
        var headers: HTTPFields = [.eTag: blob.tag, .lastModified: blob.modified.httpDate, .contentType: blob.type]
        headers[.contentLength] = String(blob.bytes.count)
        return Response(status: 200, headers: headers, body: request.method == .get ? blob.bytes : [])
    }

    private mutating func put(
        _ request: Request,
        _ name: String,
        in place: String,
        _ old: Blob?,
        at now: Timestamp
    ) -> Response {
        guard let type = HTTPField.Name("x-ms-blob-type"), request.headers[type] == "BlockBlob" else {
            return Self.refusal(
                400,
                "MissingRequiredHeader",
                "An HTTP header that's mandatory for this request is not specified."
            )
        }
        if let old, request.headers[.ifNoneMatch] == "*" {
            return Self.refusal(409, "BlobAlreadyExists", "The specified blob already exists.", tag: old.tag)
        }
        if old == nil, request.headers[.ifMatch] != nil { return Self.unmetCondition }
        if let old, let refusal = Self.unmet(request, old) { return refusal }
        writes += 1
        let count = String(0x8DC_0000_0000_0000 + writes, radix: 16).uppercased()
        var bytes: [UInt8] = []
        if case .bytes(let body) = request.body { bytes = body }
        let blob = Blob(
            bytes: bytes,
            tag: "\"0x\(count)\"",
            modified: now,
            type: request.headers[.contentType] ?? "application/octet-stream"
        )
        containers[place]?[name] = blob
        return Response(status: 201, headers: [.eTag: blob.tag, .lastModified: now.httpDate])
    }

    /// The refusal of a request whose conditions a blob does not meet.
    private static func unmet(_ request: Request, _ blob: Blob) -> Response? {
        if let wanted = request.headers[.ifMatch], wanted != "*", wanted != blob.tag { return unmetCondition }
        if let known = request.headers[.ifNoneMatch], known == blob.tag {
            return request.method == .get ? Response(status: 304, headers: [.eTag: blob.tag]) : unmetCondition
        }
        return nil
    }

    private static var noBlob: Response { refusal(404, "BlobNotFound", "The specified blob does not exist.") }
    private static var unmetCondition: Response {
        refusal(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
    }

    static func refusal(_ status: Int, _ code: String, _ message: String, tag: String? = nil) -> Response {
        let text =
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>\(code)</Code><Message>\(message)</Message>"
            + "</Error>"
        var headers: HTTPFields = [.contentType: "application/xml"]
        headers[.eTag] = tag
        if let name = HTTPField.Name("x-ms-error-code") { headers[name] = code }
        return Response(status: status, headers: headers, body: Array(text.utf8))
    }
}

extension AzureWorld {
    /// Lets a request to blob storage in.
    mutating func answerBlob(_ request: Request, _ path: String) -> Response {
        guard let version = HTTPField.Name("x-ms-version"), request.headers[version] != nil else {
            return Blobs.refusal(
                400,
                "MissingRequiredHeader",
                "An HTTP header that's mandatory for this request is not specified: x-ms-version."
            )
        }
        do throws(ARMFault) { _ = try entra.grant(of: request, for: .storage, at: now) } catch {
            let isMissing = request.headers[.authorization] == nil
            var response = Blobs.refusal(
                401,
                isMissing ? "NoAuthenticationInformation" : "InvalidAuthenticationInfo",
                "Server failed to authenticate the request. Please refer to the information in the www-authenticate "
                    + "header."
            )
            response.headers[.wwwAuthenticate] =
                "Bearer authorization_uri=https://login.microsoftonline.com/\(home.tenant)/oauth2/authorize "
                + "resource_id=https://storage.azure.com"
            return response
        }
        var response = blobs.respond(to: request, path, at: now)
        if let name = HTTPField.Name("x-ms-request-id") { response.headers[name] = naming.uuid() }
        response.headers[version] = request.headers[version]
        return response
    }

    /// Adds an empty container, such as `https://shopstate.blob.core.windows.net/locks`, unless it is there.
    public mutating func addContainer(_ container: String, account: String) {
        if blobs.containers["\(account)/\(container)"] == nil { blobs.containers["\(account)/\(container)"] = [:] }
    }

    /// The bytes of a blob; nil without one.
    public func blob(_ name: String, container: String, account: String) -> [UInt8]? {
        blobs.containers["\(account)/\(container)"]?[name]?.bytes
    }
}
