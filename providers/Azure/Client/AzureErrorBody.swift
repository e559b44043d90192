internal import HTTPTypes
internal import SlipwayBase
public import SlipwayHTTP

/// What an answer that is no success says about itself, in whichever of Azure's forms; everything in it is printable.
///
/// The forms: `{"error":{"code","message","details"}}` of the resource manager and of operations;
/// `{"Code","Message","Details":[{"ErrorEntity":{"ExtendedCode"}}]}` and the bare `{"Message"}` of App Service;
/// `{"code","message"}` of AKS; `{"error","error_description"}` of Entra; pages and empty bodies of whatever stands in
/// front of them.
public struct AzureErrorBody: Hashable, Sendable {
    /// What the body is.
    public enum Form: Hashable, Sendable {
        /// One of the JSON forms.
        case json
        /// A page for people, from something in front of the API.
        case page
        /// Plain text.
        case text
        /// Nothing.
        case empty
    }

    /// What the body is.
    public var form: Form
    /// Azure's code, such as `ResourceNotFound`; empty when the body has none.
    public var code = ""
    /// App Service's finer number, such as `59206` for a site that is locked; empty when the body has none.
    public var extendedCode = ""
    /// Azure's message, with what its details add; empty when the body has none.
    public var message = ""
    /// Azure's number of the request.
    public var requestID: String?

    /// Reads the body of `response`, of which no more than `Limits.errorBytesMax` counts.
    public init(_ response: Response) {
        let bytes = response.body.prefix(Limits.errorBytesMax)
        requestID = response.azureRequestID
        guard let first = bytes.first(where: { !($0 == 0x20 || (0x09...0x0D).contains($0)) }) else {
            form = .empty
            return
        }
        form = first == UInt8(ascii: "<") ? .page : .text
        if let json = try? JSON(parsing: bytes), json.object != nil {
            read(json)
        } else if form == .text {
            message = Self.shown(String(decoding: bytes.prefix(1_000), as: UTF8.self))
        }
    }

    /// Reads a JSON body, such as that of an operation which failed.
    init(_ json: JSON) {
        form = .json
        read(json)
    }

    private mutating func read(_ json: JSON) {
        form = .json
        if let code = json["error"]?.string {
            // What follows the reason are numbers for Microsoft's support.
            let text = json["error_description"]?.string ?? ""
            read(code, String(text[..<(text.firstRange(of: "Trace ID:")?.lowerBound ?? text.endIndex)]))
            requestID = requestID ?? json["trace_id"]?.string?.printable(max: 100)
            return
        }
        let error = json["error"]?.object == nil ? json : json["error"] ?? json
        read((error["code"] ?? error["Code"])?.word ?? "", (error["message"] ?? error["Message"])?.string ?? "")
        for detail in (error["details"]?.array ?? error["Details"]?.array ?? []).prefix(10) {
            let entity = detail["ErrorEntity"] ?? detail
            if extendedCode.isEmpty, let code = entity["ExtendedCode"]?.string {
                extendedCode = code.printable(max: 40)
            }
            add(entity["message"]?.string ?? entity["Message"]?.string)
        }
    }

    private mutating func read(_ code: String, _ message: String) {
        // Front Door says `None` where nothing is wrong.
        self.code = code == "None" ? "" : code.printable(max: 100)
        self.message = Self.shown(message)
    }

    private mutating func add(_ text: String?) {
        guard let text = text.map(Self.shown), !text.isEmpty, !message.contains(text) else { return }
        message = (message.isEmpty ? text : "\(message) \(text)").printable()
    }

    /// A message may quote the request, its token or the address of an operation.
    private static func shown(_ message: String) -> String {
        let words = message.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.contains("?") && word.contains("://") ? Redaction.masked(url: String(word)) : String(word)
        }
        return SecretShapes.masked(words.joined(separator: " ")).printable().trimmed
    }
}

extension JSON {
    /// A code as text, whether it was written as text or as a number.
    fileprivate var word: String? { string ?? int.map(String.init) }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension Response {
    /// Azure's number of the request, from the headers.
    public var azureRequestID: String? {
        for name in ["x-ms-request-id", "x-ms-correlation-request-id"] {
            if let value = HTTPField.Name(name).flatMap({ headers[$0] }), !value.isEmpty {
                return value.printable(max: 100)
            }
        }
        return nil
    }
}
