public import SlipwayBase
public import SlipwayModel

/// Brings bundles of this machine into S3, a piece at a time.
public protocol BundleStore: Sendable {
    /// Makes one step toward the object `key` of `bucket` having the bytes of the file at `path`, whose digest is
    /// `sha256`; an object that has them already is left alone.
    func advance(_ upload: BundleUploadRequest) async throws(ProviderFailure) -> BundleProgress

    /// Gives up what an unfinished upload has left behind; done when nothing is left.
    func abandon(_ memory: JSON) async throws(ProviderFailure)
}

/// What is to be brought where.
public struct BundleUploadRequest: Hashable, Sendable {
    /// The file.
    public var path: String
    /// Its digest, in lower-case hex.
    public var sha256: String
    /// The bucket.
    public var bucket: String
    /// The key of the object.
    public var key: String
    /// What the last step gave to go on with.
    public var memory: JSON?

    /// Names an upload.
    public init(path: String, sha256: String, bucket: String, key: String, memory: JSON? = nil) {
        (self.path, self.sha256, self.bucket, self.key) = (path, sha256, bucket, key)
        self.memory = memory
    }
}

/// How far an upload is.
public enum BundleProgress: Hashable, Sendable {
    /// More to do; `memory` comes back with the next step.
    case running(memory: JSON, note: String)
    /// The object has the bytes.
    case done
}

/// A place without files, for targets that release S3 objects only.
public struct NoBundles: BundleStore {
    /// Makes it.
    public init() {}

    /// Refuses.
    public func advance(_ upload: BundleUploadRequest) async throws(ProviderFailure) -> BundleProgress {
        throw ProviderFailure(.refused, "\(upload.path.printable(max: 200)): this program cannot upload files.")
    }

    /// Has nothing to give up.
    public func abandon(_ memory: JSON) async throws(ProviderFailure) {}
}
