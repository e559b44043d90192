import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS
import Testing

/// A folder of the data that lies beside the checkout; it need not be there.
func sharedData(_ path: String) -> URL {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return root.appending(path: "../shared/data").appending(path: path).standardizedFileURL
}

/// Requests that the `aws` and `eb` programs really sent, byte for byte.
struct ClientTests {
    private static let files = ["awscli", "ebcli", "ebcli2"]

    /// The captured requests to Elastic Beanstalk of one file.
    private func captured(_ name: String) -> [(request: Request, time: Timestamp, isSigned: Bool)] {
        let file = sharedData("elasticbeanstalk/client-requests/\(name).jsonl")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            guard let entry = try? JSON(parsing: Array(line.utf8)), let fields = entry["headers"]?.object,
                let host = entry["headers"]?["Host"]?.string, let port = host.split(separator: ":").last,
                let body = entry["body"]?.string, entry["path"]?.string == "/"
            else { return nil }
            var headers: HTTPFields = [:]
            for (name, value) in fields.members where !["Host", "Content-Length"].contains(name) {
                if let field = HTTPField.Name(name), let text = value.string { headers[field] = text }
            }
            let origin = Origin(scheme: "http", host: "127.0.0.1", port: Int(port))
            let request = Request(.post, origin, "/", headers: headers, body: .bytes(Array(body.utf8)))
            guard let stamp = HTTPField.Name("X-Amz-Date").flatMap({ headers[$0] }), let time = time(stamp) else {
                return nil
            }
            return (request, time, entry["sig"]?.string == "ok")
        }
    }

    private func time(_ stamp: String) -> Timestamp? {
        let digits = Array(stamp)
        guard digits.count == 16 else { return nil }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return Timestamp(
            rfc3339: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
        )
    }

    @Test(
        "given what real clients sent, when it arrives, then signatures hold that should, and every action is known",
        arguments: files
    )
    func signatures(_ name: String) throws {
        let requests = captured(name)
        if requests.isEmpty { return print("skipped: no requests of \(name) beside the checkout") }
        let seed = AWSWorld.Seed(environments: [
            .init("my-env", application: "my-app"), .init("my-env2", application: "my-app"),
        ])
        var seen: [String: Int] = [:]
        for (request, time, isSigned) in requests {
            var world = AWSWorld(at: time, seed: seed)
            if let token = HTTPField.Name("X-Amz-Security-Token").flatMap({ request.headers[$0] }) {
                world.keys["AKIDEXAMPLE"]?.sessionToken = Secret(token)
            }
            let response = world.respond(to: request, at: time)
            let error = try Node(response.body)["Error"]?.text("Code") ?? ""
            #expect((response.status != 403) == isSigned, "\(error)")
            #expect(error != "InvalidAction")
            seen[error, default: 0] += 1
        }
        #expect(seen[""] ?? 0 > 0)
    }
}
