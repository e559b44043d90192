import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import Testing

@testable import SlipwayAWS

@Suite("A bundle on its way to S3") struct UploadTests {
    private let s3 = FakeS3()
    private let key = "slipway/shop/bundle.zip"

    private func client() throws -> S3Client { S3Client(try S3Bucket("shop-releases", at: .s3), transport: s3) }

    private func upload(_ file: MemoryFile) throws -> BundleUpload {
        BundleUpload(try HashedFile(file), to: key, in: try client())
    }

    /// Asks until it is done, as a provider that goes on after what may pass.
    private func finish(_ upload: BundleUpload, within calls: Int = 40) async throws -> Int {
        for call in 1...calls {
            do throws(AWSFailure) {
                if try await upload.advance() == .done { return call }
            } catch {
                guard [.throttled, .unavailable, .unreadable].contains(error.kind) else { throw error }
            }
        }
        throw AWSFailure(.unavailable, call: "test", summary: "not done after \(calls) calls")
    }

    private func count(_ beginning: String, _ part: String = "") -> Int {
        s3.log.count { $0.hasPrefix(beginning) && $0.contains(part) }
    }

    @Test("given a small bundle when it is uploaded then one PUT carries it and its digest, and again none does")
    func small() async throws {
        let file = MemoryFile(count: 100_000)
        #expect(try await upload(file).advance() == .done)
        #expect(s3.log == ["HEAD /\(key)", "PUT /\(key)"])
        let object = s3.edit { $0.objects[key] }
        #expect(object?.bytes == file.contents)
        #expect(object?.headers[.slipwaySHA256] == (try HashedFile(file)).sha256)
        #expect(try await upload(file).advance() == .done)
        #expect(count("PUT") == 1)
    }

    @Test("given a large bundle when it is uploaded then three parts travel at a time and nothing travels twice")
    func large() async throws {
        let file = MemoryFile(count: 38 << 20)
        let upload = try upload(file)
        let first = try await upload.advance()
        #expect(first == .running(bytesDone: 15 << 20))
        #expect(s3.edit { $0.together.most } == 3)
        _ = try await finish(upload)
        #expect(s3.edit { $0.objects[key]?.bytes } == file.contents)
        #expect(s3.edit { $0.objects[key]?.headers[.slipwaySHA256] } == (try HashedFile(file)).sha256)
        #expect(s3.edit { $0.bytesReceived } == file.byteCount)
        #expect(s3.edit { $0.uploads.isEmpty })
        #expect(count("POST", "uploads=") == 1)
    }

    @Test("given an upload that was stopped when another process asks then it goes on where S3 says it stands")
    func resumed() async throws {
        let file = MemoryFile(count: 22 << 20)
        s3.edit { $0.pageSize = 1 }
        _ = try await upload(file).advance()
        #expect(try await upload(file).advance() == .done)
        #expect(s3.edit { $0.bytesReceived } == file.byteCount)
        #expect(s3.edit { $0.objects[key]?.bytes } == file.contents)
    }

    @Test("given a store that tells no checksums of parts when an upload goes on then their sizes are believed")
    func withoutChecksums() async throws {
        let file = MemoryFile(count: 17 << 20)
        s3.edit { $0.tellsChecksums = false }
        _ = try await finish(try upload(file))
        #expect(s3.edit { $0.bytesReceived } == file.byteCount)
        #expect(s3.edit { $0.objects[key]?.bytes } == file.contents)
    }

    @Test("given a part of other bytes under our key when the upload goes on then that part is sent again")
    func foreignPart() async throws {
        let file = MemoryFile(count: 12 << 20)
        let upload = try upload(file)
        let other = try await client().createUpload(key, contentType: "x", sha256: (try HashedFile(file)).sha256)
        let wrong = MemoryFile(count: 5 << 20).contents
        _ = try await client().uploadPart(2, of: other, S3Calls.Payload(wrong))
        _ = try await finish(upload)
        #expect(s3.edit { $0.objects[key]?.bytes } == file.contents)
    }

    @Test("given any one call that is lost before or after its effect when asked again then the object ends right")
    func sweep() async throws {
        let file = MemoryFile(count: 11 << 20)
        _ = try await finish(try upload(file))
        let calls = s3.log.count
        let content = try HashedFile(file)
        #expect(calls > 5)
        for number in 1...calls {
            for trouble in [
                FakeS3.Trouble.lostBefore(number), .lostAfter(number), .status(number, 503, code: "SlowDown"),
            ] {
                let store = FakeS3()
                store.edit { $0.troubles = [trouble] }
                let client = S3Client(try S3Bucket("shop-releases", at: .s3), transport: store)
                _ = try await finish(BundleUpload(content, to: key, in: client))
                #expect(store.edit { $0.objects[key]?.bytes } == file.contents, "\(trouble)")
                #expect(store.edit { $0.uploads.isEmpty }, "\(trouble)")
                #expect(store.edit { $0.bytesReceived } <= file.byteCount + 5 << 20, "\(trouble)")
            }
        }
    }

    @Test("given an upload whose answer was lost twice when it goes on then one is chosen and the other removed")
    func twoUploads() async throws {
        let file = MemoryFile(count: 9 << 20)
        for _ in 0..<2 {
            _ = try await client().createUpload(key, contentType: "x", sha256: try HashedFile(file).sha256)
        }
        _ = try await client().createUpload(key + ".other", contentType: "x", sha256: "")
        _ = try await finish(try upload(file))
        #expect(s3.edit { $0.uploads.values.map(\.key) } == [key + ".other"])
        #expect(count("POST", "uploads=") == 3)
    }

    @Test("given an error in the 200 of the last call when asked again then it is completed")
    func errorInSuccess() async throws {
        let file = MemoryFile(count: 9 << 20)
        s3.edit { $0.completesWithError = ["InternalError", "InvalidPart"] }
        let upload = try upload(file)
        for code in ["InternalError", "InvalidPart"] {
            let failure = await #expect(throws: AWSFailure.self) { try await upload.advance() }
            #expect(failure?.kind == .unavailable && failure?.code == code)
        }
        #expect(try await upload.advance() == .done)
        #expect(s3.edit { $0.bytesReceived } == file.byteCount)
    }

    @Test("given parts that S3 refuses to put together when it says so then the upload is removed and the reason told")
    func refused() async throws {
        s3.edit { $0.completesWithError = ["EntityTooLarge"] }
        let upload = try upload(MemoryFile(count: 9 << 20))
        let failure = await #expect(throws: AWSFailure.self) { try await upload.advance() }
        #expect(failure?.summary == "CompleteMultipartUpload: EntityTooLarge: no")
        #expect(s3.edit { $0.uploads.isEmpty })
    }

    @Test("given a part that fails when others come through then it is sent with the next call")
    func failingPart() async throws {
        let file = MemoryFile(count: 11 << 20)
        // HEAD, list, create, list parts, then the three parts.
        s3.edit { $0.troubles = [.status(6, 400, code: "BadDigest")] }
        let upload = try upload(file)
        #expect(try await upload.advance() != .done)
        #expect(try await upload.advance() == .done)
        #expect(s3.edit { $0.objects[key]?.bytes } == file.contents)
    }

    @Test("given a bundle that changes meanwhile when its next part is read then the upload stops with a sentence")
    func changed() async throws {
        let file = MemoryFile(count: 22 << 20)
        let upload = try upload(file)
        _ = try await upload.advance()
        file.change(at: 21 << 20)
        let failure = await #expect(throws: AWSFailure.self) { try await upload.advance() }
        #expect(failure?.kind == .invalid)
        #expect(
            failure?.summary == "UploadPart: the bundle changed while it was uploaded; leave it alone and begin again."
        )
        try await upload.abort()
        #expect(s3.edit { $0.uploads.isEmpty && $0.objects.isEmpty })
    }

    @Test("given a large object under the key without our digest when a bundle is uploaded then it is written over")
    func otherObject() async throws {
        let file = MemoryFile(count: 1_000)
        s3.edit { $0.objects[key] = FakeS3.Stored(bytes: file.contents, written: s3.time.now, revision: 1) }
        #expect(try await upload(file).advance() == .done)
        #expect(count("PUT") == 1)
    }

    @Test("given larger and larger files when their parts are counted then there are never more than 10,000")
    func partSizes() {
        #expect(HashedFile.partBytes(of: 1) == 5 << 20)
        #expect(HashedFile.partBytes(of: 50_000 << 20) == 5 << 20)
        #expect(HashedFile.partBytes(of: (50_000 << 20) + 1) == 6 << 20)
        let huge = 5 << 40
        #expect((huge + HashedFile.partBytes(of: huge) - 1) / HashedFile.partBytes(of: huge) <= 10_000)
    }
}

extension AWSEndpoint {
    static let s3 = AWSEndpoint(
        signingName: "s3",
        region: "eu-west-1",
        origin: Origin(scheme: "https", host: "s3.eu-west-1.amazonaws.com")
    )
}
