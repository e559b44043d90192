import Foundation
import HTTPTypes
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning
import SlipwaySimulatedAWS
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// A world with a clock, and a client of its APIs that signs like any other.
struct Cloud {
    var world: AWSWorld
    /// The time of the client, which is that of the world.
    var now = Timestamp(milliseconds: 1_795_240_000_000)
    var accessKey = SigV4.AccessKey(
        id: "AKIDEXAMPLE",
        secret: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    )
    var service = "elasticbeanstalk"
    var region = "us-east-1"

    init(_ seed: AWSWorld.Seed = AWSWorld.Seed()) { world = AWSWorld(at: now, seed: seed) }

    init(_ environments: AWSWorld.Seed.Environment..., adjust: (inout AWSWorld.Seed) -> Void = { _ in }) {
        var seed = AWSWorld.Seed(environments: environments)
        adjust(&seed)
        self.init(seed)
    }

    /// Lets time pass.
    mutating func wait(_ duration: Duration) {
        now = now + duration
        world.advance(to: now)
    }

    /// Lets everything happen that is under way.
    mutating func settle() {
        world.settle()
        now = max(now, world.now)
    }

    private static let versions = [
        "sts": "2011-06-15", "elasticloadbalancing": "2015-12-01", "autoscaling": "2011-01-01",
    ]

    /// A signed request.
    func request(_ action: String, _ fields: [String: String], signedAt time: Timestamp? = nil) -> Request {
        let host = "\(service).\(region).amazonaws.com"
        var pairs = [("Action", action), ("Version", Self.versions[service] ?? "2010-12-01")]
        pairs += fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let form = pairs.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
        let type = "application/x-www-form-urlencoded; charset=utf-8"
        var headers: HTTPFields = [.contentType: type]
        let input = SigV4.Input(
            method: "POST",
            target: "/",
            headers: [("content-type", type), ("host", host)],
            payload: .bytes(Array(form.utf8))
        )
        let signer = SigV4(service: service, region: region)
        for (name, value) in signer.signature(of: input, by: accessKey, at: time ?? now) {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let origin = Origin(scheme: "https", host: host)
        return Request(.post, origin, "/", headers: headers, body: .bytes(Array(form.utf8)))
    }

    /// The raw answer.
    mutating func send(_ action: String, _ fields: [String: String] = [:]) -> Response {
        world.respond(to: request(action, fields), at: now)
    }

    /// The result of an operation that must go well; an operation without one gives an empty element.
    @discardableResult
    mutating func call(_ action: String, _ fields: [String: String] = [:]) throws -> Node {
        let response = send(action, fields)
        try #require(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        let root = try Node(response.body)
        #expect(root.name == action + "Response")
        return root[action + "Result"] ?? Node("")
    }

    /// The refusal of an operation that must not go well.
    mutating func refusal(_ action: String, _ fields: [String: String] = [:]) throws -> (code: String, message: String)
    {
        let response = send(action, fields)
        try #require(response.status != 200, "\(String(decoding: response.body, as: UTF8.self))")
        let error = try #require(try Node(response.body)["Error"])
        return (error.text("Code"), error.text("Message"))
    }

    /// One environment as `DescribeEnvironments` shows it.
    mutating func environment(_ name: String) throws -> Node {
        let answer = try call("DescribeEnvironments", ["EnvironmentNames.member.1": name])
        return try #require(answer.members("Environments").last)
    }

    /// Orders a deployment.
    mutating func deploy(_ label: String, to name: String = "shop-prod") throws {
        try call("UpdateEnvironment", ["EnvironmentName": name, "VersionLabel": label])
    }

    /// The versions that instances run, by number of instances, as `DescribeInstancesHealth` shows them.
    mutating func fleet(_ name: String = "shop-prod") throws -> [String: Int] {
        let fields = ["EnvironmentName": name, "AttributeNames.member.1": "All"]
        var counts: [String: Int] = [:]
        for instance in try call("DescribeInstancesHealth", fields).members("InstanceHealthList") {
            let deployment = try #require(instance["Deployment"])
            let status = deployment.text("Status")
            counts[deployment.text("VersionLabel") + (status == "Deployed" ? "" : " " + status), default: 0] += 1
        }
        return counts
    }

    /// The messages of an environment's events, oldest first.
    mutating func messages(_ name: String = "shop-prod") throws -> [String] {
        try call("DescribeEvents", ["EnvironmentName": name]).members("Events").map { $0.text("Message") }.reversed()
    }

    /// The shares of the versions that answer at the live name.
    var shares: [String: Double] { world.traffic(for: "shop-prod").versions }

    private func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains(scalar))
            return isPlain ? String(scalar) : "%" + String(format: "%02X", byte)
        }
        .joined()
    }
}

/// An element, read by a parser that the simulated services have nothing to do with.
struct Node {
    var name: String
    var text = ""
    var children: [Node] = []

    init(_ name: String) { self.name = name }

    init(_ bytes: [UInt8]) throws {
        let reader = NodeReader()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = reader
        try #require(parser.parse(), "not XML: \(String(decoding: bytes, as: UTF8.self))")
        self = try #require(reader.root)
    }

    subscript(_ name: String) -> Node? { children.first { $0.name == name } }
    func text(_ name: String) -> String { self[name]?.text ?? "" }
    func members(_ name: String) -> [Node] { self[name]?.children ?? [] }
}

private final class NodeReader: NSObject, XMLParserDelegate {
    var root: Node?
    private var open: [Node] = []

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(Node(name))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if !open.isEmpty { open[open.count - 1].text += string }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        let done = open.removeLast()
        if open.isEmpty { root = done } else { open[open.count - 1].children.append(done) }
    }
}
