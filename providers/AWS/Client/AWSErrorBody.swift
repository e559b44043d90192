internal import HTTPTypes
internal import SlipwayBase
public import SlipwayHTTP

/// What an answer that is no success says about itself, whatever form it has; everything in it is printable.
public struct AWSErrorBody: Hashable, Sendable {
    /// AWS's code, such as `InvalidParameterValue`; empty when the body has none.
    public var code: String
    /// AWS's message; empty when the body has none.
    public var message: String
    /// AWS's number of the request.
    public var requestID: String?
    /// The region that S3 names when the request went to another one.
    public var region: String?

    /// Reads a Query service's `<ErrorResponse>`, S3's `<Error>`, or nothing from a body of another kind.
    public init(_ response: Response) {
        let root = try? XMLNode(parsing: response.body, bytesMax: Limits.errorBytesMax)
        let error = root.flatMap { $0.name == "Error" ? $0 : $0["Error"] ?? $0["Errors"]?["Error"] }
        // Route 53 tells what is wrong with a change in a document named after its code.
        let isNamed = error == nil && root?["Messages"] != nil
        let text = isNamed ? root?.texts("Messages").joined(separator: "; ") : error?.text("Message")
        code = (error?.text("Code") ?? (isNamed ? root?.name : nil) ?? "").printable(max: 100)
        message = Self.shown(text ?? "").printable(max: Limits.messageCharactersMax)
        let number = root?.text("RequestId") ?? root?.text("RequestID") ?? error?.text("RequestId")
        requestID = number.map { $0.printable(max: 100) } ?? response.awsRequestID
        region = error?.text("Region")?.printable(max: 50)
    }

    /// A refused signature is explained with the whole request, its session token included.
    private static func shown(_ message: String) -> String {
        let end = ["The Canonical String", "The String-to-Sign"].compactMap { message.firstRange(of: $0)?.lowerBound }
        return SecretShapes.masked(String(message[..<(end.min() ?? message.endIndex)]))
    }
}

extension Response {
    /// AWS's number of the request, from the headers.
    public var awsRequestID: String? {
        for name in [HTTPField.Name("x-amzn-RequestId")!, HTTPField.Name("x-amz-request-id")!] {
            if let value = headers[name], !value.isEmpty { return value.printable(max: 100) }
        }
        return nil
    }
}
