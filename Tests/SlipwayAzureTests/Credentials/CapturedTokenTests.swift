import Foundation
import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayHTTP
import Testing

/// A request for a token that the Azure CLI sent to a stand-in for Azure.
private struct CapturedTokenRequest: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var method: String
    var target: String
    var body: String
    var headers: [String: String]

    static let all: [CapturedTokenRequest] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let folder = root.appending(path: "../shared/data/azure/client-requests").standardizedFileURL
        let requests = ["log_auth.jsonl", "log_auth2.jsonl"].flatMap { name -> [CapturedTokenRequest] in
            guard let data = try? Data(contentsOf: folder.appending(path: name)) else { return [] }
            return data.split(separator: UInt8(ascii: "\n")).enumerated().compactMap { number, line in
                (try? JSON(parsing: Array(line))).flatMap { CapturedTokenRequest($0, "\(name):\(number + 1)") }
            }
        }
        if requests.isEmpty { print("skipped: there are no captured requests for tokens in \(folder.path)") }
        return requests
    }()

    private init?(_ json: JSON, _ place: String) {
        guard let target = json["p"]?.string, target.contains("token?") || target.hasSuffix("/token") else {
            return nil
        }
        method = json["m"]?.string ?? ""
        self.target = target
        body = json["body"]?.string ?? ""
        let members = json["hdr"]?.object?.members ?? []
        headers = Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { $1 }
        testDescription = "\(place) \(method) \(target.prefix(60))"
    }

    var host: String { "https://\(headers["host"] ?? "")" }

    /// A machine that is set up like the one that sent this.
    func machine(_ certificate: TestCertificate?, _ sent: [String: String]) -> EntraMachine {
        var machine = EntraMachine()
        machine.wire = EntraWire(.entraToken())
        if target.hasPrefix("/msi") {
            machine.variables["IDENTITY_ENDPOINT"] = host + "/msi/token"
            machine.variables["IDENTITY_HEADER"] = headers["x-identity-header"]
        } else if target.hasPrefix("/metadata") {
            machine.variables["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = host
        } else {
            machine.variables["AZURE_TENANT_ID"] = String(target.split(separator: "/")[0])
            machine.variables["AZURE_CLIENT_ID"] = sent["client_id"]
        }
        if let secret = sent["client_secret"] { machine.variables["AZURE_CLIENT_SECRET"] = secret }
        guard let assertion = sent["client_assertion"] else { return machine }
        if assertion.hasSuffix(".sig") {
            machine.variables["AZURE_FEDERATED_TOKEN_FILE"] = "/run/token"
            machine.files["/run/token"] = Array(assertion.utf8)
        } else if let certificate {
            machine.variables["AZURE_CLIENT_CERTIFICATE_PATH"] = "/run/client.pem"
            machine.files["/run/client.pem"] = certificate.certificate + certificate.key
            machine.time = certificate.time
        }
        return machine
    }
}

@Suite struct CapturedTokenTests {
    @Test(
        "given a request for a token that the Azure CLI sent, when the same is asked for here, then place and fields agree",
        arguments: CapturedTokenRequest.all
    )
    private func agrees(captured: CapturedTokenRequest) async throws {
        var request = Request(.get, AzureCloud.global.login, captured.target)
        // In a form that client writes a space as a plus.
        request.body = .bytes(Array(captured.body.replacing("+", with: "%20").utf8))
        var theirs = request.fields()
        let certificate = TestCertificate.made
        if theirs["client_assertion"] != nil, certificate == nil { return }
        let machine = captured.machine(certificate, theirs)
        let endpoints = AzureAccess.Endpoints(login: captured.host, resourceManager: captured.host)
        _ = try await machine.lease(.init(endpoints: endpoints))
        let sent = try #require(machine.wire.requests.first)
        #expect(sent.method.rawValue == captured.method && sent.origin.description == captured.host)
        #expect(sent.pathAndQuery.path == request.pathAndQuery.path)
        #expect(sent.pathAndQuery.query == request.pathAndQuery.query)
        for name in ["x-identity-header", "metadata", "content-type"] {
            #expect(sent.sent(name) == captured.headers[name])
        }
        var ours = sent.fields()
        #expect(JSON.parsed(ours["claims"]) == JSON.parsed(theirs["claims"]))
        // This one asks for a part of the answer that nobody here reads.
        theirs["client_info"] = nil
        for name in ["claims", "client_assertion"] {
            #expect((ours.removeValue(forKey: name) == nil) == (theirs.removeValue(forKey: name) == nil))
        }
        #expect(ours == theirs)
    }
}

extension JSON {
    fileprivate static func parsed(_ text: String?) -> JSON? { text.flatMap { try? JSON(parsing: $0) } }
}
