import SlipwayAWS
import SlipwayBase
import SlipwayModel

extension Work {
    /// Where a bundle lies in the storage bucket, but for the ending: under its own digest, so that the same bytes are
    /// there once.
    static func key(application: String, sha256: String) -> String { "slipway/\(application)/\(sha256)" }

    /// Nil when Elastic Beanstalk has `release` under its label and could deploy it; otherwise the next step toward
    /// that.
    func prepare(_ release: Release) async throws(ProviderFailure) -> Progress? {
        if let version = try await cloud.version(label(release)) { return try check(version, is: release) }
        switch release.artifact {
        case .label(let name):
            throw ProviderFailure(
                .refused,
                "Application \(cloud.application) has no version “\(name.printable(max: 100))” any more."
            )
        case .image(let reference):
            throw ProviderFailure(
                .refused,
                "\(reference.printable(max: 200)) is a container image; Elastic Beanstalk takes `release.bundle` "
                    + "or `release.s3`."
            )
        case .object(let bucket, let key): return try await create(release, bucket: bucket, key: key)
        case .bundle(let path, let sha256): return try await upload(release, path: path, sha256: sha256)
        }
    }

    private func check(_ version: ApplicationVersion, is release: Release) throws(ProviderFailure) -> Progress? {
        let wanted: String? =
            switch release.artifact {
            case .object(let bucket, let key):
                version.bucket == bucket && version.key == key ? nil : "s3://\(bucket)/\(key)"
            case .bundle(let path, let sha256):
                sha256.map { version.key?.hasPrefix(Self.key(application: cloud.application, sha256: $0)) } == true
                    ? nil : path
            case .label, .image: nil
            }
        if let wanted {
            throw ProviderFailure(
                .refused,
                "Version \(version.label) of \(cloud.application) exists already and was made from "
                    + "\(version.location), not from \(wanted.printable(max: 300)); release it under another version."
            )
        }
        switch version.status {
        // Without processing a version stays UNPROCESSED for ever and can be deployed all the same.
        case .processed, .unprocessed: return nil
        case .processing: return running(memory, Pace.look, note: "version \(version.label) is being processed")
        case .failed:
            throw ProviderFailure(
                .refused,
                "Elastic Beanstalk could not process version \(version.label) (\(version.location)): its bundle is "
                    + "not valid; delete that version and release a corrected bundle."
            )
        case .other(let word):
            return running(memory, Pace.look, note: "version \(version.label) has the status \(word)")
        }
    }

    private func create(_ release: Release, bucket: String, key: String) async throws(ProviderFailure) -> Progress {
        if let progress = heldUp() { return progress }
        // A second version of that label is not made: should the answer be lost, the next look finds the first.
        _ = try await cloud.make(cloud.calls.createVersion(label(release), bucket: bucket, key: key))
        return running(memory, Pace.look, note: "asked for version \(label(release))")
    }

    private func upload(_ release: Release, path: String, sha256: String?) async throws(ProviderFailure) -> Progress {
        guard let sha256 else {
            throw ProviderFailure(.refused, "\(path.printable(max: 200)) was not read when the plan was made.")
        }
        var memory = memory
        if let bucket = memory.upload?["bucket"]?.string, let key = memory.upload?["key"]?.string {
            return try await create(release, bucket: bucket, key: key)
        }
        guard let bucket = memory.upload?["bucket"]?.string else {
            if let progress = heldUp() { return progress }
            let reply = try await cloud.send(cloud.calls.storageLocation())
            guard let bucket = ElasticBeanstalkReplies.text(reply.result, "S3Bucket") else {
                throw ProviderFailure(.transient, "CreateStorageLocation: the answer names no bucket.")
            }
            memory.upload = ["bucket": .string(bucket)]
            return running(memory, Pace.soon, note: "bundles go to \(bucket.printable(max: 100))")
        }
        if let progress = heldUp() { return progress }
        let bundle = BundleUploadRequest(
            path: path,
            sha256: sha256,
            application: cloud.application,
            bucket: bucket
        )
        switch try await bundles.advance(bundle) {
        case .running(let note): return running(memory, Pace.soon, note: note)
        case .done(let key):
            memory.upload?["key"] = .string(key)
            return running(memory, Pace.soon, note: "\(path.printable(max: 200)) is in s3://\(bucket)/\(key)")
        }
    }

    /// Removes what an upload has left unfinished that never became a version; says that a version stays.
    func clearUpload() async throws(ProviderFailure) -> String? {
        let release = call.context.new
        guard try await cloud.version(label(release)) == nil else {
            return "version \(label(release).printable(max: 100)) stays in \(cloud.application)"
        }
        guard case .bundle(let path, let sha256?) = release.artifact, heldUp() == nil else { return nil }
        let reply = try await cloud.send(cloud.calls.storageLocation())
        guard let bucket = ElasticBeanstalkReplies.text(reply.result, "S3Bucket") else { return nil }
        try await bundles.abandon(
            BundleUploadRequest(path: path, sha256: sha256, application: cloud.application, bucket: bucket)
        )
        return nil
    }
}
