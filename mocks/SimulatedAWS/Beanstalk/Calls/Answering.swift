import SlipwayHTTP

extension ElasticBeanstalk {
    /// Writes the inside of an operation's result; nil for operations that have none.
    typealias Content = (inout XMLWriter) -> Void

    /// The namespace of all answers.
    static let namespace = "http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"

    /// What S3 says of the bundle that a request names.
    enum BundleLook: Hashable, Sendable {
        /// It is there, with so many bytes.
        case present(bytes: Int)
        /// There is no such bucket or object.
        case notFound
        /// The caller may not read it.
        case forbidden
        /// The bucket lives in another region.
        case elsewhere
    }

    /// Answers one operation of the API.
    mutating func respond(to call: ServiceRequest, bundle: BundleLook? = nil) -> Response {
        do throws(ServiceFault) {
            guard let action = call.parameters.text("Action") else {
                throw ServiceFault("MissingAction", "Request is missing Action parameter.")
            }
            let content = try perform(action, call, bundle)
            return QueryAnswer.response(
                action,
                namespace: Self.namespace,
                requestID: call.requestID,
                content
            )
        } catch {
            return error.queryResponse(namespace: Self.namespace, requestID: call.requestID)
        }
    }

    private mutating func perform(
        _ action: String,
        _ call: ServiceRequest,
        _ bundle: BundleLook?
    ) throws(ServiceFault) -> Content? {
        switch action {
        case "CreateStorageLocation": return { $0.text("S3Bucket", Self.bucket(call.place)) }
        case "CreateApplication": return try createApplication(call)
        case "CreateApplicationVersion": return try createVersion(call, bundle)
        case "DeleteApplicationVersion": return try deleteVersion(call)
        case "CreateConfigurationTemplate": return try createTemplate(call)
        case "DeleteConfigurationTemplate": return try deleteTemplate(call)
        case "CreateEnvironment": return try createEnvironment(call)
        case "UpdateEnvironment": return try updateEnvironment(call)
        case "AbortEnvironmentUpdate": return try abortUpdate(call)
        case "SwapEnvironmentCNAMEs": return try swapEnvironments(call)
        case "TerminateEnvironment": return try terminateEnvironment(call)
        case "UpdateTagsForResource": return try updateTags(call)
        default: return try read(action, call)
        }
    }

    /// The operations that change nothing.
    private func read(_ action: String, _ call: ServiceRequest) throws(ServiceFault) -> Content? {
        switch action {
        case "CheckDNSAvailability": return try checkName(call)
        case "DescribeApplications": return describeApplications(call)
        case "DescribeApplicationVersions": return try describeVersions(call)
        case "DescribeEnvironments": return try describeEnvironments(call)
        case "DescribeEnvironmentResources": return try describeResources(call)
        case "DescribeEnvironmentHealth": return try describeHealth(call)
        case "DescribeInstancesHealth": return try describeInstances(call)
        case "DescribeEvents": return try describeEvents(call)
        case "DescribeConfigurationSettings": return try describeSettings(call)
        case "DescribeConfigurationOptions": return try describeOptions(call)
        case "ValidateConfigurationSettings": return try validateSettings(call)
        case "ListAvailableSolutionStacks": return listStacks()
        case "ListPlatformBranches": return listBranches()
        case "ListPlatformVersions": return listPlatforms()
        case "DescribePlatformVersion": return try describePlatform(call)
        case "ListTagsForResource": return try listTags(call)
        default: throw ServiceFault("InvalidAction", "Could not find operation \(action) for version 2010-12-01")
        }
    }
}

extension ServiceRequest {
    /// Where the caller's resources are.
    var place: Place { Place(account: account, region: region) }
}
