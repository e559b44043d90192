import Foundation
import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP

let elsewhere = Origin(scheme: "https", host: "elasticbeanstalk.us-east-1.amazonaws.com")
let beanstalk = AWSEndpoint(signingName: "elasticbeanstalk", region: "us-east-1", origin: elsewhere)

/// Published recordings and captured requests, read where they are; nil and a word about it when they are absent.
enum Published {
    static func folder(_ name: String) -> URL? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let folder = root.appending(path: "../shared/data/elasticbeanstalk/\(name)").standardizedFileURL
        if (try? folder.checkResourceIsReachable()) == true { return folder }
        print("skipped: there is no \(name) in ../shared/data/elasticbeanstalk beside this checkout")
        return nil
    }

    static func lines(_ name: String) throws -> [String]? {
        guard let file = folder(name) else { return nil }
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }
}

/// Answers one request after the other from a list, the last one again and again, and keeps what it was asked.
final class Script: Transport {
    enum Answer: Sendable {
        case response(Int, String, HTTPFields)
        case failed(HTTPFailure.Reach)

        static func status(_ status: Int, _ body: String = "", _ headers: HTTPFields = [:]) -> Self {
            .response(status, body, headers)
        }

        static func error(_ status: Int, _ code: String, _ message: String = "m", _ headers: HTTPFields = [:]) -> Self {
            .response(status, errorBody(code, message), headers)
        }
    }

    private let state: Locked<(answers: [Answer], requests: [Request])>

    init(_ answers: Answer...) { state = Locked((answers, [])) }

    var requests: [Request] { state.withLock { $0.requests } }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        switch answer {
        case .response(let status, let body, let headers):
            return Response(status: status, headers: headers, body: Array(body.utf8))
        case .failed(let reach): throw HTTPFailure(reach, "the line is cut")
        }
    }
}

func errorBody(_ code: String, _ message: String) -> String {
    """
    <ErrorResponse xmlns="http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"><Error><Type>Sender</Type>\
    <Code>\(code)</Code><Message>\(message)</Message></Error><RequestId>r-1</RequestId></ErrorResponse>
    """
}

/// Chance that always draws the same share of what is possible.
struct FixedRandom: RandomSource {
    var share: Double

    func next() -> UInt64 { UInt64(share * Double(1 << 53)) << 11 }
}

/// Runs `body` and gives the failure that it must throw.
func failure(_ body: () async throws(AWSFailure) -> Void) async -> AWSFailure? {
    do throws(AWSFailure) {
        try await body()
        return nil
    } catch {
        return error
    }
}

extension Request {
    /// The body as text.
    var text: String {
        guard case .bytes(let bytes) = body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
