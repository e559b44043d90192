import Foundation
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@Suite struct PublishedAnswerTests {
    @Test("given published answers, when parsed, then they say what their JSON says, and nothing more")
    func pairs() async throws {
        guard let folder = Published.folder("botocore-sdist") else { return }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".xml") }
        for name in names.sorted() {
            let xml = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            let stem = String(name.dropLast(4))
            let json = try JSON(parsing: try Data(contentsOf: folder.appending(path: stem + ".json")))
            let root = try XMLNode(parsing: xml)
            let call = String(root.name.dropLast("Response".count))
            let reply = try AWSReply(Response(status: 200, body: xml), call: call)
            #expect(reply.requestID == json["ResponseMetadata"]?["RequestId"]?.string, "\(name)")
            guard let members = json.object?.members else {
                Issue.record("\(name): no object")
                continue
            }
            for (key, value) in members where key != "ResponseMetadata" {
                #expect(Self.differences(reply.result[key], value, at: key) == [], "\(name)")
            }
            let extra = reply.result.children.map(\.name).filter { json[$0] == nil }
            #expect(extra.filter { $0 != "ResponseMetadata" } == [], "\(name)")
        }
        #expect(names.count >= 17)
    }

    /// Where the two differ; numbers, booleans and dates are compared as text.
    static func differences(_ node: XMLNode?, _ json: JSON, at path: String) -> [String] {
        switch json {
        case .object(let object):
            let members = object.members
            let missing = Set(node?.children.map(\.name) ?? []).subtracting(members.map(\.key))
            return missing.sorted().map { "\(path).\($0) is not expected" }
                + members.flatMap { differences(node?[$0.key], $0.value, at: "\(path).\($0.key)") }
        case .array(let elements):
            let children = node?.children ?? []
            guard children.count == elements.count, children.allSatisfy({ $0.name == "member" }) else {
                return ["\(path) has \(children.count) members instead of \(elements.count)"]
            }
            return zip(children, elements).enumerated().flatMap {
                differences($1.0, $1.1, at: "\(path)[\($0)]")
            }
        case .string(let text): return node?.text == text ? [] : ["\(path) is \(node?.text ?? "absent"), not \(text)"]
        case .bool(let flag): return node?.text == "\(flag)" ? [] : ["\(path) is \(node?.text ?? "absent")"]
        case .null: return node == nil || node?.text.isEmpty == true ? [] : ["\(path) is there"]
        case .int(let number): return node.map { Int64($0.text) == number } == true ? [] : ["\(path) is no \(number)"]
        case .double(let number):
            return node.map { Double($0.text) == number } == true ? [] : ["\(path) is no \(number)"]
        }
    }

    @Test("given error pairs of real logs, when they are answered, then kind, code and sentence are theirs")
    func realErrors() throws {
        guard let lines = try Published.lines("real-api-errors.txt") else { return }
        var seen = 0
        for line in lines where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 2)
            let status = try #require(Int(parts[0]))
            let said = parts[2].split(separator: "\"")
            for message in stride(from: 0, to: said.count, by: 2).map({ String(said[$0]) }) where message.count > 5 {
                guard !message.hasPrefix("  #") else { break }
                seen += 1
                let body = errorBody(String(parts[1]), XMLNode.escaped(message))
                let failure = AWSFailure(Response(status: status, body: Array(body.utf8)), call: "UpdateEnvironment")
                #expect(failure.code == parts[1])
                #expect(failure.summary == "UpdateEnvironment: \(parts[1]): \(message)".printable())
                #expect(failure.kind == Self.expected(String(parts[1]), message), "\(message)")
                #expect(!failure.mayHaveTakenEffect)
                #expect(failure.requestID == "r-1")
            }
        }
        #expect(seen >= 10)
    }

    private static func expected(_ code: String, _ message: String) -> AWSFailure.Kind {
        if code == "Throttling" { return .throttled }
        if message.contains("Must be Ready") || message.contains("currently pending deployment") { return .busy }
        return message.hasPrefix("No ") ? .absent : .invalid
    }
}
