import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAzure
import Testing

/// A simulated Azure with its clock, and the calls that tests make of it.
struct Cloud {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    static let version = "2023-12-01"
    static let root = "/subscriptions/\(AzureWorld.Seed.subscription)/resourceGroups/shop-rg/providers/Microsoft.Web"

    var world: AzureWorld
    var now: Timestamp
    var token: String

    /// A site of one container with a slot, unless `seed` says otherwise.
    init(at now: Timestamp = start, _ change: (inout AzureWorld.Seed) -> Void = { _ in }) {
        self.now = now
        var seed = AzureWorld.Seed(sites: [.init("shop", image: "shop:1", slots: ["staging"])])
        seed.sites[0].slots[0].content = .image("shop:2")
        change(&seed)
        world = AzureWorld(at: now, seed: seed)
        token = world.issueToken(life: .seconds(86_400)).reveal()
    }

    /// Sends a request to Azure Resource Manager; paths begin with `/sites` or `/subscriptions`.
    mutating func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSON? = nil,
        version: String? = nil
    ) -> Response {
        let whole = path.hasPrefix("/sites") || path.hasPrefix("/serverfarms") ? Self.root + path : path
        // What belongs to no service has versions of its own.
        let version = version ?? (whole.contains("/providers/") ? Self.version : "2022-12-01")
        let target = whole + (whole.contains("?") ? "&" : "?") + "api-version=\(version)"
        return send(method, "https://management.azure.com" + target, bytes: body?.bytes)
    }

    /// Sends a request to any address, with the token.
    mutating func send(
        _ method: HTTPRequest.Method,
        _ url: String,
        bytes: [UInt8]?,
        headers: HTTPFields = [:]
    ) -> Response {
        guard let (origin, target) = Origin.split(url) else { return Response(status: 0) }
        var headers = headers
        if headers[.authorization] == nil { headers[.authorization] = "Bearer " + token }
        let request = Request(method, origin, target, headers: headers, body: bytes.map { .bytes($0) } ?? .none)
        return world.respond(to: request, at: now)
    }

    /// The body of a call that must go well.
    mutating func json(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) throws -> JSON {
        let response = send(method, path, body)
        #expect(response.isSuccess, "\(method) \(path): \(response.status) \(response.text)")
        return try JSON(parsing: response.body)
    }

    /// Lets time pass.
    mutating func wait(_ seconds: Int) {
        now = now + .seconds(seconds)
        world.advance(to: now)
    }

    /// Asks an operation until it is over, as often as it says; gives every answer.
    mutating func follow(_ first: Response, most: Int = 100) -> [Response] {
        var answers: [Response] = []
        var address = first.headers[.location]
        while let url = address, answers.count < most {
            wait(Int(answers.last?.headers[.retryAfter] ?? "15") ?? 15)
            answers.append(send(.get, url, bytes: nil))
            address = answers.last?.status == 202 ? answers.last?.headers[.location] : nil
        }
        return answers
    }

    /// A GET of a host without any credentials.
    mutating func visit(_ host: String, _ path: String = "/", cookie: String? = nil) -> Response {
        var headers: HTTPFields = [:]
        headers[.cookie] = cookie
        let request = Request(.get, Origin(scheme: "https", host: host), path, headers: headers)
        return world.respond(to: request, at: now)
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON? { try? JSON(parsing: body) }
    /// The code of an error in whichever form it came.
    var code: String? {
        json?["error"]?["code"]?.string ?? json?["Code"]?.string ?? json?["code"]?.string ?? json?["error"]?.string
    }
}

let swapBody: JSON = ["targetSlot": "production", "preserveVnet": true]

extension Cloud {
    /// Asks Entra for a token.
    mutating func token(_ form: String, tenant: String = AzureWorld.Seed.tenant) -> Response {
        let url = "https://login.microsoftonline.com/\(tenant)/oauth2/v2.0/token"
        let headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        return send(.post, url, bytes: Array(form.utf8), headers: headers)
    }
}
