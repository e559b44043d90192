import SlipwayBase

// Application versions.
extension ElasticBeanstalk {
    mutating func createVersion(_ call: ServiceRequest, _ bundle: BundleLook?) throws(ServiceFault) -> Content? {
        let name = try call.required("ApplicationName", 1...100)
        let label = try call.required("VersionLabel", 1...100)
        let description = try call.optional("Description", 0...200)
        let source = call.parameters.structure("SourceBundle")
        let key = PlacedName(place: call.place, name: name)
        if applications[key] == nil {
            guard try call.flag("AutoCreateApplication") == true else {
                throw ServiceFault("InvalidParameterValue", "No Application named '\(name)' found.")
            }
        }
        guard applications[key]?.versions.contains(where: { $0.label == label }) != true else {
            throw ServiceFault("InvalidParameterValue", "Application Version \(label) already exists.")
        }
        try check(bundle, bucket: source["S3Bucket"], key: source["S3Key"])
        if applications[key] == nil { applications[key] = Application(name: name, created: now, updated: now) }
        let isProcessed = try call.flag("Process") == true
        let version = Version(
            label: label,
            description: description,
            bucket: source["S3Bucket"] ?? "elasticbeanstalk-samples-\(call.region)",
            key: source["S3Key"] ?? "python-sample.zip",
            created: now,
            updated: now,
            status: isProcessed ? .processing : .unprocessed,
            requestID: call.requestID
        )
        applications[key]?.versions.append(version)
        if isProcessed { schedule.add(.processed(key, label: label), at: now + timings.processing) }
        return { xml in xml.element("ApplicationVersion") { $0.write(version, of: name, call.place) } }
    }

    private func check(_ bundle: BundleLook?, bucket: String?, key: String?) throws(ServiceFault) {
        let place = "(Bucket: \(bucket ?? "")  Key: \(key ?? ""))"
        if (bucket == nil) != (key == nil) {
            throw ServiceFault("InvalidParameterCombination", "Both S3Bucket and S3Key must be specified.")
        }
        let reason: String
        switch bundle {
        case nil: return
        case .present(let bytes):
            if (1...512 << 20).contains(bytes) { return }
            throw ServiceFault(
                "InvalidParameterValue",
                "Source bundle is empty or exceeds maximum allowed size: 536870912."
            )
        case .notFound: reason = "Not Found"
        case .forbidden: reason = "Forbidden"
        case .elsewhere: reason = "Moved Permanently"
        }
        throw ServiceFault(
            "InvalidParameterCombination",
            "Unable to download from S3 location \(place). Reason: \(reason)"
        )
    }

    mutating func deleteVersion(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let application = try application(call)
        let label = try call.required("VersionLabel", 1...100)
        guard application.versions.contains(where: { $0.label == label }) else {
            throw ServiceFault("InvalidParameterValue", "No Application Version named '\(label)' found.")
        }
        let user = environments.first { environment in
            environment.place == call.place && environment.application == application.name && !environment.isGone
                && (environment.versionLabel == label || environment.operation?.label == label)
        }
        if let user {
            throw ServiceFault(
                "InvalidParameterValue",
                "Cannot delete application version \(label). It is deployed to environment \(user.name)."
            )
        }
        let key = PlacedName(place: call.place, name: application.name)
        applications[key]?.versions.removeAll { $0.label == label }
        return nil
    }

    /// The end of PROCESSING.
    mutating func finishProcessing(_ application: PlacedName, _ label: String) {
        guard let index = applications[application]?.versions.firstIndex(where: { $0.label == label }),
            let version = applications[application]?.versions[index], version.status == .processing
        else { return }
        let failed = failure(version: label, environment: nil) { $0 == .processing } != nil
        applications[application]?.versions[index].status = failed ? .failed : .processed
        applications[application]?.versions[index].updated = now
        let end = "Finished processing application version \(label). Its status is \(failed ? "FAILED" : "PROCESSED")."
        var event = Event(
            date: now,
            severity: .info,
            message: end,
            place: application.place,
            application: application.name,
            requestID: version.requestID
        )
        event.label = label
        if failed {
            event.severity = .error
            event.message = "Failed to read the source bundle of application version \(label)."
            add(event)
            event.message = end
        }
        add(event)
    }

    func describeVersions(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let labels = call.parameters.list("VersionLabels")
        let name = try call.optional("ApplicationName", 1...100)
        if let name, applications[PlacedName(place: call.place, name: name)] == nil {
            throw ServiceFault("InvalidParameterValue", "No Application named '\(name)' found.")
        }
        let found = applications.filter { $0.key.place == call.place && (name == nil || $0.key.name == name) }
            .sorted { $0.key.name < $1.key.name }
            .flatMap { entry in
                entry.value.versions.reversed().filter { labels.isEmpty || labels.contains($0.label) }
                    .map { (application: entry.key.name, version: $0) }
            }
        let (page, next) = try call.page(found, sizeMax: 1000)
        return { xml in
            xml.list("ApplicationVersions", of: page) { $0.write($1.version, of: $1.application, call.place) }
            xml.text("NextToken", next)
        }
    }
}

extension XMLWriter {
    fileprivate mutating func write(_ version: Version, of application: String, _ place: Place) {
        text(
            "ApplicationVersionArn",
            "arn:aws:elasticbeanstalk:\(place.region):\(place.account):applicationversion/\(application)/"
                + version.label
        )
        text("ApplicationName", application)
        text("Description", version.description)
        text("VersionLabel", version.label)
        element("SourceBundle") { xml in
            xml.text("S3Bucket", version.bucket)
            xml.text("S3Key", version.key)
        }
        text("DateCreated", version.created.rfc3339)
        text("DateUpdated", version.updated.rfc3339)
        text("Status", version.status.rawValue)
    }
}
