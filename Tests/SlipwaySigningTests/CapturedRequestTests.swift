import Foundation
import SlipwayBase
import SlipwaySigning
import Testing

/// A request that the AWS CLI or the EB CLI sent, with the example key.
private struct CapturedRequest: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var headers: [SigV4.Field]
    var input: SigV4.Input
    /// False for the one that was sent with another secret on purpose.
    var isGood: Bool
    private var secret: String

    /// Every request captured; none, after saying so, where the folder is not there.
    static let all: [CapturedRequest] = {
        let folder = sharedData("elasticbeanstalk/client-requests")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let files = names.filter { $0.hasSuffix(".jsonl") }.sorted()
        if files.isEmpty { print("skipped: there are no captured requests in \(folder.path)") }
        return files.flatMap { file in
            guard let data = try? Data(contentsOf: folder.appending(path: file)) else { return [CapturedRequest]() }
            let lines = data.split(separator: UInt8(ascii: "\n"))
            return lines.enumerated().compactMap { number, line in
                (try? JSON(parsing: Array(line))).flatMap { CapturedRequest($0, "\(file):\(number + 1)") }
            }
        }
    }()

    /// Three notations: method and path apart, together as `req`, or as `line` without the body.
    private init?(_ json: JSON, _ place: String) {
        let line = json["req"]?.string ?? json["line"]?.string
        let parts = line?.split(separator: " ", maxSplits: 1).map(String.init)
        guard let method = json["method"]?.string ?? parts?.first, let target = json["path"]?.string ?? parts?.last
        else { return nil }
        isGood = json["sig"]?.string ?? "ok" == "ok"
        // These went to a stand-in that does not look at signatures, with a secret of one letter.
        secret = place.hasPrefix("other.jsonl") ? "x" : exampleSecret
        headers = (json["headers"]?.object?.members ?? []).map { ($0.key, $0.value.string ?? "") }
        input = SigV4.Input(method: method, target: target, headers: headers)
        testDescription = "\(place) \(method) \(target)"
        if let body = json["body"]?.string {
            input.payload = .bytes(Array(body.utf8))
        } else {
            input.payload = .named(header("x-amz-content-sha256"))
        }
    }

    var key: SigV4.AccessKey {
        let token = header("x-amz-security-token")
        return exampleKey(secret, token: token.isEmpty ? nil : token)
    }

    func header(_ name: String) -> String { headers.first { $0.name.lowercased() == name }?.value ?? "" }
}

@Suite struct CapturedRequestTests {
    @Test(
        "given a request that a real client sent, when verified with its key, then it holds, and with another it fails",
        arguments: CapturedRequest.all
    )
    private func verifies(captured: CapturedRequest) throws {
        let claim = try #require(SigV4.Claim(authorization: captured.header("authorization")))
        let verifier = SigV4(service: claim.service, region: claim.region)
        let stamp = captured.header("x-amz-date")
        let isGood = verifier.verifies(claim, of: captured.input, stamp: stamp, by: captured.key)
        #expect(isGood == captured.isGood)
        let isGoodForOther = verifier.verifies(claim, of: captured.input, stamp: stamp, by: exampleKey("other"))
        #expect(!isGoodForOther)
    }

    @Test(
        "given a request that a real client sent, when signed here, then the signature is the client's",
        arguments: CapturedRequest.all
    )
    private func signs(captured: CapturedRequest) throws {
        let claim = try #require(SigV4.Claim(authorization: captured.header("authorization")))
        var signer = SigV4(service: claim.service, region: claim.region)
        signer.sendsPayloadHash = claim.signedHeaders.contains("x-amz-content-sha256")
        var input = captured.input
        input.headers.removeAll { !claim.signedHeaders.contains($0.name.lowercased()) }
        let stamp = captured.header("x-amz-date")
        let time = try #require(SigV4.time(ofStamp: stamp))
        let added = signer.signature(of: input, by: captured.key, at: time)
        #expect((added.last?.value == captured.header("authorization")) == captured.isGood)
    }
}
