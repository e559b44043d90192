// Platforms and tags, as far as the command line programs ask for them.
extension ElasticBeanstalk {
    func listStacks() -> Content? {
        { xml in
            xml.list("SolutionStacks", Platform.all.map(\.stack))
            xml.list("SolutionStackDetails", of: Platform.all) { xml, platform in
                xml.text("SolutionStackName", platform.stack)
                xml.list("PermittedFileTypes", ["zip"])
            }
        }
    }

    func listBranches() -> Content? {
        { xml in
            xml.list("PlatformBranchSummaryList", of: Platform.all) { xml, platform in
                xml.text("PlatformName", platform.branch.split(separator: " running ").first.map(String.init))
                xml.text("BranchName", platform.branch)
                xml.text("LifecycleState", "Supported")
                xml.number("BranchOrder", 1)
                xml.list("SupportedTierList", ["WebServer/Standard", "Worker/SQS/HTTP"])
            }
        }
    }

    func listPlatforms() -> Content? {
        { xml in xml.list("PlatformSummaryList", of: Platform.all) { $0.write($1) } }
    }

    func describePlatform(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let arn = call.parameters.text("PlatformArn")
        guard let platform = Platform.all.first(where: { $0.arn == arn }) else {
            throw ServiceFault("InvalidParameterValue", "No Platform found for PlatformArn: '\(arn ?? "")'.")
        }
        return { xml in
            xml.element("PlatformDescription") { xml in
                xml.write(platform)
                xml.text("PlatformName", platform.branch)
                xml.text("SolutionStackName", platform.stack)
            }
        }
    }

    /// The environment that an ARN names; other resources have no tags here.
    private func tagged(_ call: ServiceRequest) throws(ServiceFault) -> Int {
        let arn = call.parameters.text("ResourceArn") ?? ""
        guard let index = environments.firstIndex(where: { $0.arn == arn && !$0.isGone }) else {
            throw ServiceFault("ResourceNotFoundException", "Resource not found for the ARN '\(arn)'.")
        }
        return index
    }

    func listTags(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let environment = environments[try tagged(call)]
        let own = [
            "elasticbeanstalk:environment-id": environment.id, "elasticbeanstalk:environment-name": environment.name,
        ]
        let tags = environment.tags.merging(own) { $1 }.sorted { $0.key < $1.key }
        return { xml in
            xml.text("ResourceArn", environment.arn)
            xml.list("ResourceTags", of: tags) { xml, tag in
                xml.text("Key", tag.key)
                xml.text("Value", tag.value)
            }
        }
    }

    mutating func updateTags(_ call: ServiceRequest) throws(ServiceFault) -> Content? {
        let index = try tagged(call)
        try requireReady(index)
        for tag in call.parameters.members("TagsToAdd") { environments[index].tags[tag["Key"] ?? ""] = tag["Value"] }
        for key in call.parameters.list("TagsToRemove") { environments[index].tags[key] = nil }
        return nil
    }
}

extension XMLWriter {
    fileprivate mutating func write(_ platform: Platform) {
        let version = platform.arn.split(separator: "/").last.map(String.init)
        text("PlatformArn", platform.arn)
        text("PlatformOwner", "AWSElasticBeanstalk")
        text("PlatformStatus", "Ready")
        text("PlatformCategory", platform.branch.split(separator: " ").first.map(String.init))
        text("OperatingSystemName", "Amazon Linux")
        text("OperatingSystemVersion", "2023")
        text("PlatformVersion", version)
        text("PlatformLifecycleState", "Recommended")
        text("PlatformBranchName", platform.branch)
        text("PlatformBranchLifecycleState", "Supported")
    }
}
