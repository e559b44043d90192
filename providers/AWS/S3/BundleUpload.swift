internal import SlipwayBase
internal import SlipwaySigning

/// How far an upload is.
public enum UploadProgress: Hashable, Sendable {
    /// So many bytes lie in S3; ask again.
    case running(bytesDone: Int)
    /// The object is there with exactly these bytes.
    case done
}

/// Brings a file to a key of a bucket, a bounded piece with each call.
///
/// It remembers nothing: every call looks at what S3 has, so another process can go on where this one was stopped, and
/// what is there is not sent again. The key must be derived from the content (`<sha256>.zip`) and be ours alone; then
/// two uploads of one key help each other.
///
/// Small files are sent in one request, larger ones in parts, each read while it is sent and checked by S3 against its
/// SHA-256. An unfinished upload that is given up for good is removed by `abort`.
public struct BundleUpload: Sendable {
    private let content: HashedFile
    private let key: String
    private let client: S3Client
    private let partsAtOnceMax: Int

    /// An upload of `content` to `key`; `partsAtOnceMax` parts at most travel at one time, and with one call.
    public init(_ content: HashedFile, to key: String, in client: S3Client, partsAtOnceMax: Int = 3) {
        (self.content, self.key, self.client) = (content, key, client)
        self.partsAtOnceMax = max(1, partsAtOnceMax)
    }

    /// Looks, sends what is missing next, and says how far it is.
    ///
    /// After a failure whose kind is `throttled`, `unavailable` or `unreadable`, asking again goes on.
    public func advance() async throws(AWSFailure) -> UploadProgress {
        if try await isThere() {
            if isMultipart { try await abort() }
            return .done
        }
        guard isMultipart else {
            try await sendWhole()
            return .done
        }
        do throws(AWSFailure) { return try await advanceParts() } catch {
            // Somebody has completed or removed it meanwhile: the next look tells which.
            guard error.code == "NoSuchUpload" else { throw error }
            return .running(bytesDone: 0)
        }
    }

    /// Removes every unfinished upload of the key; the object itself, when it is there, stays.
    public func abort() async throws(AWSFailure) {
        // A part that is on its way while its upload is removed can bring it back, so a second look is taken.
        for _ in 0..<3 {
            let unfinished = try await client.uploads(of: key)
            guard !unfinished.isEmpty else { return }
            for upload in unfinished { try await client.abort(upload) }
        }
    }

    private var isMultipart: Bool { content.file.byteCount > Limits.singleUploadBytesMax }

    /// The same bytes: the digest that only we store with the object, and the size.
    private func isThere() async throws(AWSFailure) -> Bool {
        guard let object = try await client.head(key) else { return false }
        return object.sha256 == content.sha256 && object.byteCount == content.file.byteCount
    }

    private func advanceParts() async throws(AWSFailure) -> UploadProgress {
        let upload = try await chosenUpload()
        var present = try await partsThere(of: upload)
        let missing = (1...content.partCount).filter { present[$0] == nil }
        for part in try await send(missing.prefix(partsAtOnceMax), of: upload) { present[part.number] = part }
        guard present.count == content.partCount else {
            return .running(bytesDone: present.values.reduce(0) { $0 + $1.byteCount })
        }
        do throws(AWSFailure) {
            try await client.complete(upload, present.values.sorted { $0.number < $1.number })
        } catch {
            // S3 will not make an object of these parts, so nothing of them is worth keeping.
            if error.kind == .invalid { try? await client.abort(upload) }
            throw error
        }
        return .done
    }

    /// The upload to go on with; others of the key, left by lost answers, are removed.
    private func chosenUpload() async throws(AWSFailure) -> S3Upload {
        let unfinished = try await client.uploads(of: key)
        guard let oldest = unfinished.first else {
            return try await client.createUpload(key, contentType: Self.contentType, sha256: content.sha256)
        }
        for other in unfinished.dropFirst() { try await client.abort(other) }
        return oldest
    }

    /// What S3 has of our parts by number. A store that tells no checksums is believed by the size: it has compared
    /// every part with its signed digest when it came, and compares again when they are put together.
    private func partsThere(of upload: S3Upload) async throws(AWSFailure) -> [Int: S3Part] {
        var present: [Int: S3Part] = [:]
        for part in try await client.parts(of: upload) where (1...content.partCount).contains(part.number) {
            guard part.byteCount == content.range(of: part.number).count else { continue }
            let expected = Digits.base64(content.digests[part.number - 1])
            guard part.checksum == nil || part.checksum == expected else { continue }
            present[part.number] = part
            present[part.number]?.checksum = expected
        }
        return present
    }

    /// Sends parts side by side. One that fails is no reason to stop as long as another one came through.
    private func send(_ numbers: ArraySlice<Int>, of upload: S3Upload) async throws(AWSFailure) -> [S3Part] {
        let outcomes = await withTaskGroup(of: Result<S3Part, AWSFailure>.self) { group in
            for number in numbers { group.addTask { await outcome(of: number, upload) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let sent = outcomes.compactMap { try? $0.get() }
        for case .failure(let failure) in outcomes where sent.isEmpty || !failure.mayPass { throw failure }
        return sent
    }

    private func outcome(of number: Int, _ upload: S3Upload) async -> Result<S3Part, AWSFailure> {
        let payload = content.part(number)
        do throws(AWSFailure) {
            let etag = try await client.uploadPart(number, of: upload, payload)
            let size = content.range(of: number).count
            let checksum = Digits.base64(payload.digest)
            return .success(S3Part(number: number, byteCount: size, etag: etag, checksum: checksum))
        } catch {
            return .failure(explained(error, payload))
        }
    }

    private func sendWhole() async throws(AWSFailure) {
        let payload = content.whole
        do throws(AWSFailure) {
            try await client.put(key, payload, contentType: Self.contentType, sha256: content.sha256)
        } catch {
            throw explained(error, payload)
        }
    }

    /// S3 refuses bytes that are not what their digest says; when the file is to blame, that is what people must know.
    private func explained(_ failure: AWSFailure, _ payload: S3Calls.Payload) -> AWSFailure {
        let isAboutUs = failure.isAboutBytes || failure.status == nil
        guard isAboutUs, !content.isUnchanged(payload) else { return failure }
        let reason = "the bundle changed while it was uploaded; leave it alone and begin again."
        return AWSFailure(.invalid, call: failure.call, summary: "\(failure.call): \(reason)")
    }

    private static let contentType = "application/octet-stream"
}

extension AWSFailure {
    /// Whether sending the same part again can help: trouble on the way, bytes hurt on the way included.
    fileprivate var mayPass: Bool {
        switch kind {
        case .throttled, .unavailable, .unreadable, .busy: true
        case .denied, .absent, .invalid: isAboutBytes
        }
    }

    /// Whether S3 says that it did not get the bytes that were announced.
    fileprivate var isAboutBytes: Bool {
        ["BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "RequestTimeout"].contains(code)
    }
}
