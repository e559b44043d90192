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
        if let answer = try read(action, call) { return answer }
        switch action {
        case "CreateStorageLocation": return { $0.text("S3Bucket", Self.bucket(call.place)) }
        case "CreateApplicationVersion": return try createVersion(call, bundle)
        case "UpdateEnvironment": return try updateEnvironment(call)
        case "SwapEnvironmentCNAMEs": return try swapEnvironments(call)
        default: throw ServiceFault("InvalidAction", "Could not find operation \(action) for version 2010-12-01")
        }
    }

    /// The operations that change nothing.
    private func read(_ action: String, _ call: ServiceRequest) throws(ServiceFault) -> Content? {
        switch action {
        case "DescribeApplicationVersions": return try describeVersions(call)
        case "DescribeEnvironments": return try describeEnvironments(call)
        default: return nil
        }
    }
}

extension ServiceRequest {
    /// Where the caller's resources are.
    var place: Place { Place(account: account, region: region) }
}
