import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS
import Testing

struct InputTests {
    @Test(
        "given names that are not there, when something is asked of them, then the refusal is the real one",
        arguments: [
            ("UpdateEnvironment", ["EnvironmentName": "nope"], "No Environment found for EnvironmentName = 'nope'."),
            ("UpdateEnvironment", ["EnvironmentId": "e-nope"], "No Environment found for EnvironmentId = 'e-nope'."),
            (
                "UpdateEnvironment", ["EnvironmentName": "shop-prod", "VersionLabel": "v9"],
                "No Application Version named 'v9' found."
            ),
            ("CreateApplication", ["ApplicationName": "shop"], "Application shop already exists."),
            (
                "DescribeConfigurationSettings", ["ApplicationName": "shoe", "EnvironmentName": "shop-prod"],
                "No Application named 'shoe' found."
            ),
            (
                "DescribeEnvironmentHealth", ["EnvironmentName": "nope"],
                "No Environment found for EnvironmentName = 'nope'."
            ),
        ]
    )
    func unknown(_ action: String, _ fields: [String: String], _ sentence: String) throws {
        var cloud = Cloud(.init("shop-prod"))
        #expect(try cloud.refusal(action, fields) == ("InvalidParameterValue", sentence))
    }

    @Test("given a name that is not there, when environments are described, then the list is empty")
    func emptyList() throws {
        var cloud = Cloud(.init("shop-prod"))
        let answer = try cloud.call("DescribeEnvironments", ["EnvironmentNames.member.1": "nope"])
        #expect(answer.members("Environments").isEmpty)
    }

    @Test("given an action nobody knows or none, when it is called, then the answer is XML with 400")
    func unknownAction() throws {
        var cloud = Cloud()
        let response = cloud.send("MakeCoffee")
        #expect(response.status == 400)
        #expect(try Node(response.body)["Error"]?.text("Code") == "InvalidAction")
        #expect(try Node(response.body)["Error"]?.text("Type") == "Sender")
        #expect(try Node(response.body)["RequestId"] != nil)
        #expect(try cloud.refusal("").code == "MissingAction")
    }

    @Test("given fields that are missing, too long or no number, when they are sent, then each is told")
    func fields() throws {
        var cloud = Cloud(.init("shop-prod"))
        let missing = try cloud.refusal("CreateApplicationVersion", ["ApplicationName": "shop"])
        #expect(
            missing
                == (
                    "ValidationError",
                    "1 validation error detected: Value null at 'versionLabel' failed to satisfy constraint: Member "
                        + "must not be null"
                )
        )
        let long = String(repeating: "x", count: 101)
        let tooLong = try cloud.refusal(
            "CreateApplicationVersion",
            ["ApplicationName": "shop", "VersionLabel": long]
        )
        #expect(tooLong.message.hasSuffix("Member must have length less than or equal to 100"))
        #expect(try cloud.refusal("DescribeEvents", ["MaxRecords": "0"]).code == "ValidationError")
        #expect(try cloud.refusal("DescribeEvents", ["MaxRecords": "many"]).code == "MalformedInput")
        #expect(try cloud.refusal("DescribeEvents", ["StartTime": "yesterday"]).code == "MalformedInput")
        #expect(try cloud.refusal("DescribeEvents", ["NextToken": "bogus"]).message == "Invalid NextToken.")
        #expect(try cloud.refusal("UpdateEnvironment").code == "MissingRequiredParameter")
    }

    @Test("given text that XML must not hold, when it comes back, then it is escaped")
    func escaping() throws {
        var cloud = Cloud()
        let text = "<b>\"fish\" & 'chips'</b>"
        let made = try cloud.call("CreateApplication", ["ApplicationName": "shop", "Description": text])
        #expect(made["Application"]?.text("Description") == text)
    }

    @Test("given the same requests at the same times, when two worlds answer, then every byte is the same")
    func deterministic() throws {
        func story() throws -> [[UInt8]] {
            var cloud = Cloud(.init("shop-prod", policy: .immutable))
            var answers = [cloud.send("DescribeEnvironments").body]
            try cloud.deploy("v1")
            for _ in 0..<20 {
                cloud.wait(.seconds(30))
                answers.append(cloud.send("DescribeEvents").body)
                answers.append(cloud.send("DescribeEnvironmentResources", ["EnvironmentName": "shop-prod"]).body)
            }
            return answers
        }
        let (first, second) = (try story(), try story())
        #expect(first == second)
    }

    @Test("given a copy of the world, when the original goes on, then the copy stays as it was")
    func snapshot() throws {
        var cloud = Cloud(.init("shop-prod")) { $0.applications = [.init("shop", versions: ["v2"])] }
        try cloud.deploy("v2")
        let copy = cloud.world
        cloud.settle()
        #expect(copy.environment("shop-prod")?.status == "Updating")
        #expect(cloud.world.environment("shop-prod")?.version == "v2")
    }
}
