import SlipwayBase
import SlipwayHTTP
import SlipwaySimulatedAWS
import Testing

struct EventTests {
    /// An environment whose fleet was updated, and the number of the request that did it.
    private func updated() throws -> (cloud: Cloud, number: String) {
        var cloud = Cloud(.init("shop-prod", policy: .rolling)) { $0.applications = [.init("shop", versions: ["v2"])] }
        let response = cloud.send("UpdateEnvironment", ["EnvironmentName": "shop-prod", "VersionLabel": "v2"])
        let number = try #require(try Node(response.body)["ResponseMetadata"]).text("RequestId")
        cloud.settle()
        return (cloud, number)
    }

    private func events(_ cloud: inout Cloud, _ fields: [String: String]) throws -> [Node] {
        try cloud.call("DescribeEvents", fields).members("Events")
    }

    @Test("given an update, when its events are read, then the newest comes first, each a millisecond apart or more")
    func order() throws {
        var (cloud, _) = try updated()
        let dates = try events(&cloud, ["EnvironmentName": "shop-prod"]).compactMap {
            Timestamp(rfc3339: $0.text("EventDate"))
        }
        #expect(dates.count > 12)
        #expect(zip(dates, dates.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test("given the number of a request, when its events are asked for, then those of health are not among them")
    func request() throws {
        var (cloud, number) = try updated()
        let own = try events(&cloud, ["RequestId": number])
        #expect(own.allSatisfy { $0.text("RequestId") == number && $0.text("VersionLabel") == "v2" })
        #expect(own.last?.text("Message") == "Environment update is starting.")
        #expect(own.first?.text("Message") == "Environment update completed successfully.")
        let all = try events(&cloud, ["EnvironmentName": "shop-prod"])
        let health = all.filter { $0.text("Message").hasPrefix("Environment health has transitioned from") }
        #expect(health.count == 2)
        #expect(health.allSatisfy { $0["RequestId"] == nil })
    }

    @Test("given eb's way to follow, when it asks from one millisecond after the last event, then nothing comes twice")
    func following() throws {
        var cloud = Cloud(.init("shop-prod")) { $0.applications = [.init("shop", versions: ["v2"])] }
        let response = cloud.send("UpdateEnvironment", ["EnvironmentName": "shop-prod", "VersionLabel": "v2"])
        let number = try #require(try Node(response.body)["ResponseMetadata"]).text("RequestId")
        var seen: [String] = []
        var start: Timestamp?
        for _ in 0..<60 {
            var fields = ["RequestId": number]
            fields["StartTime"] = start?.rfc3339Micro
            let found = try events(&cloud, fields)
            seen += found.reversed().map { $0.text("Message") }
            if let newest = found.first {
                start = Timestamp(rfc3339: newest.text("EventDate")).map { $0 + .milliseconds(1) }
            }
            cloud.wait(.seconds(1))
        }
        #expect(seen == (try events(&cloud, ["RequestId": number])).reversed().map { $0.text("Message") })
        #expect(seen.last == "Environment update completed successfully.")
    }

    @Test("given events of every weight, when a severity is asked for, then that and graver ones come")
    func severity() throws {
        var cloud = Cloud(.init("shop-prod")) { $0.failures = [BeanstalkFailure(.everyInstance)] }
        try cloud.deploy("v1")
        cloud.settle()
        let errors = try events(&cloud, ["EnvironmentName": "shop-prod", "Severity": "ERROR"])
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { $0.text("Severity") == "ERROR" })
        let refusal = try cloud.refusal("DescribeEvents", ["Severity": "LOUD"])
        #expect(refusal.code == "ValidationError")
    }

    @Test("given more events than a page holds, when the pages are read, then together they are all of them once")
    func pages() throws {
        var (cloud, _) = try updated()
        let all = try events(&cloud, ["EnvironmentName": "shop-prod"]).map { $0.text("EventDate") }
        var dates: [String] = []
        var token: String?
        repeat {
            var fields = ["EnvironmentName": "shop-prod", "MaxRecords": "7"]
            fields["NextToken"] = token
            let page = try cloud.call("DescribeEvents", fields)
            dates += page.members("Events").map { $0.text("EventDate") }
            token = page["NextToken"]?.text
        } while token != nil
        #expect(dates == all)
    }

    @Test("given a window of time, when events are asked for, then its beginning is in it and its end is not")
    func window() throws {
        var (cloud, number) = try updated()
        let all = try events(&cloud, ["RequestId": number]).map { $0.text("EventDate") }
        let (first, last) = (all[all.count - 1], all[0])
        let found = try events(&cloud, ["RequestId": number, "StartTime": first, "EndTime": last])
        #expect(found.count == all.count - 1)
        #expect(found.last?.text("EventDate") == first)
    }
}
