public import SlipwayAWS
public import SlipwayBase
public import SlipwayHTTP
public import SlipwayModel

/// Brings bundles of this machine into S3, a bounded piece at a time.
public protocol BundleStore: Sendable {
    /// Makes one step toward `bucket` having the bytes of the file at `path`, whose digest is `sha256`; bytes that are
    /// there already are left alone.
    func advance(_ bundle: BundleUploadRequest) async throws(ProviderFailure) -> BundleProgress

    /// Removes what an upload that is given up has left unfinished; a file that is gone leaves nothing to find it by.
    func abandon(_ bundle: BundleUploadRequest) async throws(ProviderFailure)
}

/// What is to be brought where.
public struct BundleUploadRequest: Hashable, Sendable {
    /// The file.
    public var path: String
    /// Its digest when the plan was made, in lower-case hex.
    public var sha256: String
    /// The application, which is part of the key.
    public var application: String
    /// The bucket.
    public var bucket: String

    /// Names an upload.
    public init(path: String, sha256: String, application: String, bucket: String) {
        (self.path, self.sha256, self.application, self.bucket) = (path, sha256, application, bucket)
    }
}

/// How far an upload is.
public enum BundleProgress: Hashable, Sendable {
    /// More to do.
    case running(note: String)
    /// The object of this key has the bytes.
    case done(key: String)
}

/// A place without files, for targets that release S3 objects only.
public struct NoBundles: BundleStore {
    /// Makes it.
    public init() {}

    /// Refuses.
    public func advance(_ bundle: BundleUploadRequest) async throws(ProviderFailure) -> BundleProgress {
        throw ProviderFailure(.refused, "\(bundle.path.printable(max: 200)): this program cannot upload files.")
    }

    /// Has nothing to remove.
    public func abandon(_ bundle: BundleUploadRequest) async throws(ProviderFailure) {}
}

/// Files of this machine, uploaded to S3 in parts; a file is read and checked once, and noticed when it changes.
public final class S3Bundles: BundleStore {
    /// Opens a file.
    public typealias Open = @Sendable (_ path: String) throws(InputFailure) -> any FileReader

    private let endpoint: AWSEndpoint
    private let transport: any Transport
    private let open: Open
    private let known = Locked<[String: SourceBundle]>([:])

    /// Uploads to the S3 `endpoint`; the transport carries the credentials.
    public init(_ endpoint: AWSEndpoint, transport: any Transport, open: @escaping Open) {
        (self.endpoint, self.transport, self.open) = (endpoint, transport, open)
    }

    /// Sends what is missing next.
    public func advance(_ bundle: BundleUploadRequest) async throws(ProviderFailure) -> BundleProgress {
        let source: SourceBundle
        let client: S3Client
        do throws(InputFailure) {
            source = try read(bundle.path)
            client = S3Client(try S3Bucket(bundle.bucket, at: endpoint), transport: transport)
        } catch { throw ProviderFailure(.refused, error.diagnostics.map(\.message).joined(separator: " ")) }
        guard source.content.sha256 == bundle.sha256 else {
            throw ProviderFailure(
                .refused,
                "\(bundle.path.printable(max: 200)) has changed since the plan was made; make a new plan."
            )
        }
        let key = source.key(for: bundle.application)
        do throws(AWSFailure) {
            switch try await BundleUpload(source.content, to: key, in: client).advance() {
            case .done: return .done(key: key)
            case .running(let bytes):
                return .running(note: "uploaded \(bytes >> 20) of \(source.content.file.byteCount >> 20) MiB")
            }
        } catch { throw ProviderFailure(error) }
    }

    /// Removes the parts that were sent; the object itself, when it is whole, stays for the next release of these
    /// bytes.
    public func abandon(_ bundle: BundleUploadRequest) async throws(ProviderFailure) {
        guard let source = try? read(bundle.path), source.content.sha256 == bundle.sha256,
            let bucket = try? S3Bucket(bundle.bucket, at: endpoint)
        else { return }
        let client = S3Client(bucket, transport: transport)
        let upload = BundleUpload(source.content, to: source.key(for: bundle.application), in: client)
        do throws(AWSFailure) { try await upload.abort() } catch { throw ProviderFailure(error) }
    }

    private func read(_ path: String) throws(InputFailure) -> SourceBundle {
        if let source = known.withLock({ $0[path] }) { return source }
        let source = try SourceBundle(reading: try open(path), path: path)
        known.withLock { $0[path] = source }
        return source
    }
}
