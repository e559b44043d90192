import Foundation
import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS
import Testing

/// What answers are made of, compared with Amazon's service model and recordings where those lie beside the checkout.
struct ShapeTests {
    private let data = sharedData("elasticbeanstalk")

    /// An account in which much is under way: an update, options pending, a failed deployment, a worker.
    private func busyCloud() throws -> Cloud {
        var cloud = Cloud(.init("shop-prod", policy: .rolling), .init("shop-next"), .init("shop-jobs")) { seed in
            seed.environments[2].tier = .worker
            seed.applications = [.init("shop", versions: ["v2"])]
        }
        try cloud.call("CreateStorageLocation")
        cloud.world.seed(AWSWorld.Seed.Environment("shop-last"))
        try cloud.call("UpdateEnvironment", ["EnvironmentName": "shop-last", "Description": "to go"])
        try cloud.deploy("v2")
        try cloud.call(
            "UpdateEnvironment",
            [
                "EnvironmentName": "shop-next", "OptionSettings.member.1.Namespace": "aws:elasticbeanstalk:command",
                "OptionSettings.member.1.OptionName": "Timeout", "OptionSettings.member.1.Value": "900",
            ]
        )
        cloud.wait(.seconds(15))
        return cloud
    }

    /// The operations of the model, each with fields that make it answer.
    private let calls: [(action: String, fields: [String: String])] = [
        ("CreateApplicationVersion", ["ApplicationName": "shop", "VersionLabel": "v3", "Description": "new"]),
        ("DescribeApplicationVersions", ["ApplicationName": "shop"]),
        ("CreateStorageLocation", [:]),
        ("DescribeEnvironments", [:]),
        ("DescribeEnvironmentResources", ["EnvironmentName": "shop-jobs"]),
        ("DescribeEnvironmentResources", ["EnvironmentName": "shop-prod"]),
        ("DescribeEnvironmentHealth", ["EnvironmentName": "shop-prod", "AttributeNames.member.1": "All"]),
        ("DescribeInstancesHealth", ["EnvironmentName": "shop-prod", "AttributeNames.member.1": "All"]),
        ("DescribeEvents", ["MaxRecords": "3"]),
        ("DescribeConfigurationSettings", ["ApplicationName": "shop", "EnvironmentName": "shop-next"]),
        ("DescribeConfigurationOptions", [:]),
        (
            "ValidateConfigurationSettings",
            [
                "ApplicationName": "shop", "OptionSettings.member.1.Namespace": "aws:elasticbeanstalk:command",
                "OptionSettings.member.1.OptionName": "Timeout", "OptionSettings.member.1.Value": "soon",
            ]
        ),
        ("ListAvailableSolutionStacks", [:]),
        ("CheckDNSAvailability", ["CNAMEPrefix": "shop-prod"]),
        ("CreateApplication", ["ApplicationName": "shoe", "Description": "other"]),
        ("DescribeApplications", [:]),
        ("AbortEnvironmentUpdate", ["EnvironmentName": "shop-prod"]),
        ("TerminateEnvironment", ["EnvironmentName": "shop-last"]),
    ]

    /// What the model of the eb CLI has, which the CLI fails without, and the public one has not.
    private static let undocumented = "DescribeConfigurationSettings/ConfigurationSettings[]/Tier"

    /// Calls that need an environment's id.
    private func moreCalls(_ cloud: inout Cloud) throws -> [(action: String, fields: [String: String])] {
        let id = try cloud.environment("shop-prod").text("EnvironmentId")
        let template = ["ApplicationName": "shop", "TemplateName": "one", "EnvironmentId": id, "Description": "copy"]
        let made = [
            "ApplicationName": "shop", "EnvironmentName": "shop-copy", "TemplateName": "one", "Description": "copy",
            "VersionLabel": "v2",
        ]
        return [("CreateConfigurationTemplate", template), ("CreateEnvironment", made)]
    }

    @Test("given the service model, when every operation is called, then its answer has no element the model lacks")
    func model() throws {
        guard let text = try? String(contentsOf: data.appending(path: "eb-shapes.txt"), encoding: .utf8) else {
            return print("skipped: the shapes of Elastic Beanstalk's model are not beside the checkout")
        }
        let shapes = Shape.outputs(text)
        var cloud = try busyCloud()
        var checked = 0
        for (action, fields) in calls + (try moreCalls(&cloud)) {
            guard let shape = shapes[action] else {
                Issue.record("the model has no \(action)")
                continue
            }
            let result = try cloud.call(action, fields)
            #expect(shape.surplus(in: result, at: action).filter { $0 != Self.undocumented } == [])
            checked += result.children.count
        }
        #expect(checked > 60)
    }

    @Test("given recorded answers, when the same operations are called, then ours have the elements of the real ones")
    func recordings() throws {
        let folder = data.appending(path: "botocore-sdist")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        if names.isEmpty { return print("skipped: no recorded answers of Elastic Beanstalk beside the checkout") }
        var cloud = try busyCloud()
        let calls = calls + (try moreCalls(&cloud))
        var compared = 0
        for name in names.sorted() where name.hasSuffix(".xml") {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            let real = try Node(bytes)
            guard real.name.hasSuffix("Response"),
                let call = calls.first(where: { $0.action + "Response" == real.name }),
                let result = real.children.first(where: { $0.name == call.action + "Result" })
            else { continue }
            let response = cloud.send(call.action, call.fields)
            let ours = try #require(try Node(response.body)[call.action + "Result"])
            let start = String(decoding: response.body, as: UTF8.self).prefix { $0 != ">" }
            #expect(String(decoding: bytes, as: UTF8.self).contains(start + ">"))
            #expect(Set(result.children.map(\.name)).subtracting(ours.children.map(\.name)) == [], "\(name)")
            compared += 1
        }
        #expect(compared > 8)
    }
}

/// The shape of an answer as the model gives it.
private struct Shape {
    var members: [String: Shape] = [:]
    var isList = false

    /// The shapes of the results of all operations in the listing.
    static func outputs(_ text: String) -> [String: Shape] {
        var shapes: [String: Shape] = [:]
        var action = ""
        var stack: [(name: String, shape: Shape)] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("== ") { action = String(line.dropFirst(3)) }
            if line.hasPrefix(" out:") {
                shapes[action] = Shape()
                stack = line.hasSuffix("{") ? [("", Shape())] : []
                continue
            }
            if line.hasPrefix(" in:") { stack = [] }
            guard !stack.isEmpty else { continue }
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("}") {
                let done = stack.removeLast()
                if stack.isEmpty {
                    shapes[action] = done.shape
                } else {
                    stack[stack.count - 1].shape.members[done.name] = done.shape
                }
            } else if let colon = trimmed.firstIndex(of: ":") {
                let name = String(trimmed[..<colon].filter { $0 != "*" })
                let shape = Shape(isList: trimmed[colon...].hasPrefix(": list<"))
                if line.hasSuffix("{") {
                    stack.append((name, shape))
                } else {
                    stack[stack.count - 1].shape.members[name] = shape
                }
            }
        }
        return shapes
    }

    /// The paths of elements that the shape does not know.
    func surplus(in node: Node, at path: String) -> [String] {
        if isList {
            return node.children.flatMap { child in
                let item = Shape(members: members)
                return child.name == "member"
                    ? item.surplus(in: child, at: path + "[]") : ["\(path)/\(child.name)"]
            }
        }
        return node.children.flatMap { child in
            members[child.name].map { $0.surplus(in: child, at: "\(path)/\(child.name)") }
                ?? ["\(path)/\(child.name)"]
        }
    }
}
