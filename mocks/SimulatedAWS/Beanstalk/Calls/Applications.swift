import SlipwayBase

// Applications and the names they may take.
extension ElasticBeanstalk {
    mutating func createApplication(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let name = try call.required("ApplicationName", 1...100)
        let key = PlacedName(place: call.place, name: name)
        guard applications[key] == nil else {
            throw ServiceFault("InvalidParameterValue", "Application \(name) already exists.")
        }
        var application = Application(name: name, created: now, updated: now)
        application.description = try call.optional("Description", 0...200)
        applications[key] = application
        return { xml in xml.element("Application") { $0.write(application, templates: [], call.place) } }
    }

    func describeApplications(_ call: ServiceRequest) -> Content? {
        let names = Set(call.parameters.list("ApplicationNames"))
        let found = applications.filter { entry in
            entry.key.place == call.place && (names.isEmpty || names.contains(entry.key.name))
        }
        .sorted { $0.key.name < $1.key.name }
        let templates = templates
        return { xml in
            xml.list("Applications", of: found) { xml, entry in
                xml.write(entry.value, templates: (templates[entry.key] ?? [:]).keys.sorted(), call.place)
            }
        }
    }

    func checkName(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let prefix = try call.required("CNAMEPrefix", 4...63)
        let isFree = isFree(prefix, call.place)
        return { xml in
            xml.flag("Available", isFree)
            xml.text("FullyQualifiedCNAME", Self.cname(prefix, call.place))
        }
    }

    /// The whole name for a prefix.
    static func cname(_ prefix: String, _ place: Place) -> String {
        let ending = place.region.hasPrefix("cn-") ? "elasticbeanstalk.com.cn" : "elasticbeanstalk.com"
        return "\(prefix.lowercased()).\(place.region).\(ending)"
    }

    /// Whether no environment of anybody has that name.
    func isFree(_ prefix: String, _ place: Place) -> Bool {
        let name = Self.cname(prefix, place)
        return !environments.contains { !$0.isGone && $0.cname == name }
    }
}

extension XMLWriter {
    fileprivate mutating func write(_ application: Application, templates: [String], _ place: Place) {
        text(
            "ApplicationArn",
            "arn:aws:elasticbeanstalk:\(place.region):\(place.account):application/\(application.name)"
        )
        text("ApplicationName", application.name)
        text("Description", application.description)
        text("DateCreated", application.created.rfc3339)
        text("DateUpdated", application.updated.rfc3339)
        list("Versions", application.versions.reversed().map(\.label))
        list("ConfigurationTemplates", templates)
    }
}
