internal import HTTPTypes
internal import SlipwayBase
public import SlipwayHTTP

/// A blob as it was found.
public struct FoundBlob: Hashable, Sendable {
    /// Its content.
    public var bytes: [UInt8]
    /// Its ETag, quotes included.
    public var etag: String
    /// How long ago it was written, by the service's own clock to the second, rather too short than too long.
    public var age: Duration?
}

/// Speaks with one container of a storage account.
///
/// Repeating and authenticating are the transport's: `AzureSession.transport(to:)` with tokens for storage.
public struct BlobClient: Sendable {
    /// The version of the service's API; the first that took Entra tokens is 2017-11-09.
    public static let version = "2021-12-02"

    /// What must hold for a write.
    public enum Condition: Hashable, Sendable {
        /// Nothing.
        case always
        /// There is no such blob.
        case ifAbsent
        /// The blob still has this ETag.
        case ifMatch(String)
    }

    /// The container.
    public let container: BlobContainer
    private let transport: any Transport

    /// Speaks with `container` through `transport`.
    public init(_ container: BlobContainer, transport: any Transport) {
        (self.container, self.transport) = (container, transport)
    }

    /// A small blob; nil when there is none. A container that is missing is an `absent` failure.
    public func get(_ name: String, bytesMax: Int) async throws(AzureFailure) -> FoundBlob? {
        var request = request(.get, name)
        request.bounds.responseBytesMax = bytesMax
        let response = try await answer(request, "GetBlob")
        if response.status == 404, BlobFailures.code(response) != "ContainerNotFound" { return nil }
        guard response.isSuccess else { throw BlobFailures.failure(response, call: "GetBlob", container) }
        let headers = response.headers
        let written = headers[.lastModified].flatMap { Timestamp(httpDate: $0) }
        let answered = headers[.date].flatMap { Timestamp(httpDate: $0) }
        var age: Duration?
        // Both are cut to whole seconds, so that their difference may be a second too long.
        if let written, let answered { age = max(answered - written - .seconds(1), .zero) }
        return FoundBlob(bytes: response.body, etag: headers[.eTag] ?? "", age: age)
    }

    /// Writes a block blob under `condition`; false when it did not hold, so that somebody else was faster.
    @discardableResult
    public func put(
        _ name: String,
        _ bytes: [UInt8],
        contentType: String,
        _ condition: Condition = .always
    ) async throws(AzureFailure) -> Bool {
        var request = request(.put, name)
        request.body = .bytes(bytes)
        request.headers[.contentType] = contentType
        request.headers[.blobType] = "BlockBlob"
        switch condition {
        case .always: break
        case .ifAbsent: request.headers[.ifNoneMatch] = "*"
        case .ifMatch(let etag): request.headers[.ifMatch] = etag
        }
        let response = try await answer(request, "PutBlob")
        if response.isSuccess { return true }
        guard condition != .always, BlobFailures.isBeaten(response) else {
            throw BlobFailures.failure(response, call: "PutBlob", container)
        }
        return false
    }

    private func request(_ method: HTTPRequest.Method, _ name: String) -> Request {
        Request(method, container.account, container.target(of: name), headers: [.msVersion: Self.version])
    }

    private func answer(_ request: Request, _ call: String) async throws(AzureFailure) -> Response {
        do throws(HTTPFailure) { return try await transport.send(request) } catch {
            throw AzureFailure(error, call: call)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let msVersion = HTTPField.Name("x-ms-version")!
    fileprivate static let blobType = HTTPField.Name("x-ms-blob-type")!
}
