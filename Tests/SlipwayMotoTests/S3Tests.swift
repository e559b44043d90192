import Foundation
import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import SlipwayModel
import Testing

extension MotoTests {
    /// Keys are without `/` where uploads of parts are looked for: moto verifies the decoded query and so takes the
    /// right signature of `prefix=a%2Fb` for a wrong one.
    @Suite struct S3Tests {
        let moto: MotoServer

        init() throws { moto = try MotoServer.here() }

        private func client(_ bucket: String, isMade: Bool = true) async throws -> S3Client {
            let transport = moto.transport("s3")
            if isMade {
                let made = try await transport.send(Request(.put, moto.origin, "/\(bucket)"))
                #expect(made.status == 200)
            }
            return S3Client(try S3Bucket(bucket, at: moto.endpoint("s3")), transport: transport)
        }

        /// The digest of an object as the AWS SDK for Python reads it; nil, said aloud, when that is not installed.
        private func digestByPython(_ bucket: String, _ key: String) throws -> String? {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            let read = """
                import boto3, hashlib, sys
                s3 = boto3.client("s3", endpoint_url=sys.argv[1])
                answer = s3.get_object(Bucket=sys.argv[2], Key=sys.argv[3])
                body = answer["Body"].read()
                print(hashlib.sha256(body).hexdigest(), answer["Metadata"].get("slipway-sha256"))
                """
            process.arguments = ["python3", "-c", read, moto.origin.description, bucket, key]
            process.environment = ProcessInfo.processInfo.environment.merging([
                "AWS_ACCESS_KEY_ID": moto.credentials.accessKeyID, "AWS_DEFAULT_REGION": MotoServer.region,
                "AWS_SECRET_ACCESS_KEY": moto.credentials.secretAccessKey.reveal(), "AWS_CONFIG_FILE": "/dev/null",
                "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1",
            ]) { $1 }
            let output = Pipe()
            (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let words = text.split(whereSeparator: \.isWhitespace)
            guard process.terminationStatus == 0, words.count == 2 else {
                print("not compared with boto3, which is not installed")
                return nil
            }
            #expect(words[0] == words[1])
            return String(words[0])
        }

        @Test(
            "given a bundle, when it is uploaded in one request or in parts, then another client reads the same bytes",
            arguments: [1_000_000, 18_000_000]
        )
        func upload(_ size: Int) async throws {
            let bucket = "releases-\(size)"
            let client = try await client(bucket)
            let content = try HashedFile(Pattern(byteCount: size))
            let upload = BundleUpload(content, to: "bundle.zip", in: client)
            var seen: [UploadProgress] = []
            repeat { seen.append(try await upload.advance()) } while seen.last != .done && seen.count < 20
            #expect(seen.last == .done)
            #expect(seen.count == (size > 8 << 20 ? 2 : 1))
            #expect(try await BundleUpload(content, to: "bundle.zip", in: client).advance() == .done)
            let head = try await client.head("bundle.zip")
            #expect(head?.byteCount == size && head?.sha256 == content.sha256)
            if let digest = try digestByPython(bucket, "bundle.zip") { #expect(digest == content.sha256) }
        }

        @Test("given an upload that was stopped, when it is given up, then nothing of it is left")
        func abort() async throws {
            let client = try await client("given-up")
            let content = try HashedFile(Pattern(byteCount: 18_000_000))
            let upload = BundleUpload(content, to: "bundle.zip", in: client)
            #expect(try await upload.advance() == .running(bytesDone: 15 << 20))
            try await upload.abort()
            #expect(try await client.head("bundle.zip") == nil)
            let left = try await moto.transport("s3").send(Request(.get, moto.origin, "/given-up?uploads="))
            #expect(!String(decoding: left.body, as: UTF8.self).contains("<UploadId>"))
        }

        @Test("given keys with spaces and slashes, when objects are written, then they are read back and deleted")
        func keys() async throws {
            let client = try await client("keys.with.dots")
            for key in ["slipway/my app/v 1.zip", "a//b", "~-_."] {
                let content = try HashedFile(Pattern(byteCount: 10_000))
                #expect(try await BundleUpload(content, to: key, in: client).advance() == .done)
                #expect(try await client.get(key, bytesMax: 1 << 20)?.bytes.count == 10_000)
                try await client.delete(key)
                #expect(try await client.head(key) == nil)
            }
        }

        @Test("given conditions, when an object is written over another state, then it is not")
        func conditions() async throws {
            let client = try await client("conditions")
            let content = try HashedFile(Pattern(byteCount: 100))
            #expect(try await BundleUpload(content, to: "k", in: client).advance() == .done)
            let etag = try #require(try await client.head("k")).etag
            #expect(try await !put(client, "k", .ifAbsent))
            #expect(try await !put(client, "k", .ifMatch("\"0123\"")))
            #expect(try await !put(client, "absent", .ifMatch(etag)))
            #expect(try await put(client, "k", .ifMatch(etag)))
            #expect(try await !put(client, "k", .ifMatch(etag)))
        }

        private func put(_ client: S3Client, _ key: String, _ condition: S3Calls.Condition) async throws -> Bool {
            let payload = S3Calls.Payload(Array("new".utf8))
            return try await client.put(key, payload, contentType: "text/plain", condition)
        }

        @Test("given a lock in S3, when two runs want it, then one has it, and the other after it was given up")
        func lock() async throws {
            let client = try await client("locks", isMade: false)
            let bucket = { @Sendable () async throws(ProviderFailure) in
                do throws(HTTPFailure) {
                    _ = try await moto.transport("s3").send(Request(.put, moto.origin, "/locks"))
                } catch { throw ProviderFailure(.transient, error.reason) }
            }
            let locks = (0..<2).map { _ in
                S3Lock(of: "seoul", in: "shop", client, time: WallClock(), seconds: 60, ensureBucket: bucket)
            }
            try await locks[1].probe()
            let first = try await locks[0].acquire(holder: "ann")
            let failure = await #expect(throws: LockFailure.self) { try await locks[1].acquire(holder: "bob") }
            #expect(failure?.kind == .held)
            #expect(try await locks[0].acquire(holder: "ann") == first)
            await locks[0].release(holder: "ann", fence: first)
            #expect(try await locks[1].acquire(holder: "bob") == first + 1)
        }

        @Test("given a wrong secret, when a bundle is uploaded, then it is refused and the reason told")
        func wrongSecret() async throws {
            _ = try await client("denied")
            let wrong = AWSCredentials(accessKeyID: moto.credentials.accessKeyID, secretAccessKey: Secret("wrong"))
            let transport = moto.transport("s3", as: wrong)
            let client = S3Client(try S3Bucket("denied", at: moto.endpoint("s3")), transport: transport)
            let refused = await failure { () async throws(AWSFailure) in
                _ = try await client.put("k", S3Calls.Payload([1]), contentType: "text/plain")
            }
            #expect(refused?.kind == .denied && refused?.code == "SignatureDoesNotMatch")
        }

        @Test("given a bucket, when its region is asked for, then it is told")
        func region() async throws {
            #expect(try await client("somewhere").region() == MotoServer.region)
            #expect(try await client("nowhere", isMade: false).region() == nil)
        }
    }
}

/// A file whose bytes follow from their place.
private struct Pattern: FileReader {
    let byteCount: Int

    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
        (offset..<(offset + count)).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 9 ^ $0 >> 17) }
    }
}
