import Foundation
import SlipwayBase
import SlipwaySigning
import Testing

/// One case of the official test suite: a folder.
private struct OfficialVector: Sendable, CustomTestStringConvertible {
    var folder: URL

    var testDescription: String { folder.lastPathComponent }

    /// All cases; none, after saying so, where the suite is not there.
    static let all: [OfficialVector] = {
        let given = ProcessInfo.processInfo.environment["SLIPWAY_SIGV4_VECTORS"].map { URL(filePath: $0) }
        let root = given ?? sharedData("sigv4/aws-signing-test-suite/v4")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        if names.isEmpty { print("skipped: the official SigV4 vectors are not in \(root.path)") }
        return names.sorted().map { OfficialVector(folder: root.appending(path: $0)) }
            .filter { (try? $0.text("request.txt")) != nil }
    }()

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }

    func context() throws -> JSON { try JSON(parsing: Array(try text("context.json").utf8)) }

    func input() throws -> SigV4.Input { try request(in: try text("request.txt")) }

    /// A request as the suite writes it: LF line ends, folded headers, raw UTF-8 in the target.
    func request(in text: String) throws -> SigV4.Input {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let first = lines.removeFirst()
        let start = try #require(first.firstIndex(of: " "))
        let end = try #require(first.lastIndex(of: " "))
        var input = SigV4.Input(
            method: String(first[..<start]),
            target: String(first[first.index(after: start)..<end]),
            headers: []
        )
        while let line = lines.first, !line.isEmpty {
            lines.removeFirst()
            if line.first == " ", let last = input.headers.indices.last {
                input.headers[last].value += "\n" + line
            } else {
                let pair = line.split(separator: ":", maxSplits: 1)
                input.headers.append((String(pair[0]), String(pair[1])))
            }
        }
        input.payload = .bytes(Array(lines.dropFirst().joined(separator: "\n").utf8))
        return input
    }

    func signer() throws -> SigV4 {
        let context = try context()
        var signer = SigV4(
            service: context["service"]?.string ?? "",
            region: context["region"]?.string ?? "",
            pathRule: context["normalize"]?.bool == false ? .verbatim : .normalized
        )
        signer.sendsPayloadHash = context["sign_body"]?.bool ?? false
        signer.signsSessionToken = context["omit_session_token"]?.bool != true
        return signer
    }

    func key() throws -> SigV4.AccessKey {
        let credentials = try #require(try context()["credentials"])
        return SigV4.AccessKey(
            id: credentials["access_key_id"]?.string ?? "",
            secret: Secret(credentials["secret_access_key"]?.string ?? ""),
            sessionToken: credentials["token"]?.string.map { Secret($0) }
        )
    }
}

@Suite struct OfficialVectorTests {
    private let time = timestamp("2015-08-30T12:36:00Z")
    private let stamp = "20150830T123600Z"
    private let scope = "20150830/us-east-1/service/aws4_request"

    @Test("given the official suite, when it is looked for, then it is whole or absent")
    func isWhole() { #expect([0, 38].contains(OfficialVector.all.count)) }

    @Test(
        "given an official case, when signed in its header, then every step is as published",
        arguments: OfficialVector.all
    )
    private func header(vector: OfficialVector) throws {
        let (signer, input, key) = (try vector.signer(), try vector.input(), try vector.key())
        let added = signer.signature(of: input, by: key, at: time)
        var sent = input
        sent.headers += added
        let published = try vector.request(in: try vector.text("header-signed-request.txt"))
        #expect(
            Set(sent.headers.map { "\($0.name):\($0.value)" })
                == Set(published.headers.map { "\($0.name):\($0.value)" })
        )
        var signed = input
        signed.headers += added.filter { signer.signsSessionToken || $0.name != "X-Amz-Security-Token" }
        let request = signer.canonicalRequest(of: signed)
        #expect(request == (try vector.text("header-canonical-request.txt")))
        let text = SigV4.stringToSign(request, stamp: stamp, scope: scope)
        #expect(text == (try vector.text("header-string-to-sign.txt")))
        let signature = signer.signature(ofStringToSign: text, by: key, stamp: stamp)
        #expect(signature == (try vector.text("header-signature.txt")))
        let claim = try #require(SigV4.Claim(authorization: added.last?.value ?? ""))
        let isVerified = signer.verifies(claim, of: sent, stamp: stamp, by: key)
        #expect(isVerified)
    }

    @Test(
        "given an official case, when signed in its query, then every step is as published",
        arguments: OfficialVector.all
    )
    private func query(vector: OfficialVector) throws {
        let (signer, input, key) = (try vector.signer(), try vector.input(), try vector.key())
        let seconds = try vector.context()["expiration_in_seconds"]?.int ?? 0
        let target = signer.presignedTarget(of: input, by: key, at: time, expiresAfter: .seconds(seconds))
        let published = try vector.request(in: try vector.text("query-signed-request.txt"))
        #expect(target == published.target)
        var signed = input
        signed.target = target
        if !signer.signsSessionToken {
            signed.target = target.replacing(/&X-Amz-Security-Token=[^&]*/, with: "")
        }
        let request = signer.canonicalRequest(of: signed)
        #expect(request == (try vector.text("query-canonical-request.txt")))
        let text = SigV4.stringToSign(request, stamp: stamp, scope: scope)
        #expect(text == (try vector.text("query-string-to-sign.txt")))
        let signature = signer.signature(ofStringToSign: text, by: key, stamp: stamp)
        #expect(signature == (try vector.text("query-signature.txt")))
    }
}
