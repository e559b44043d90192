import Foundation
import SlipwayAWS
import SlipwayBase
import Testing

@testable import SlipwayElasticBeanstalk

@Suite("Answers of Elastic Beanstalk") struct ReplyTests {
    /// The result of an answer that botocore's own tests go by; nil, said aloud, where the data is not there.
    private func published(_ name: String) throws -> XMLNode? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let path = "../shared/data/elasticbeanstalk/botocore-sdist/elasticbeanstalk-\(name).xml"
        guard let data = try? Data(contentsOf: root.appending(path: path).standardizedFileURL) else {
            print("skipped: there is no \(name) in ../shared/data/elasticbeanstalk beside this checkout")
            return nil
        }
        return try XMLNode(parsing: Array(data)).children.first { $0.name.hasSuffix("Result") }
    }

    private func read(_ xml: String) throws -> XMLNode { try XMLNode(parsing: Array(xml.utf8)) }

    @Test("given the published description of environments when it is read then old words count as not ready")
    func environments() throws {
        guard let result = try published("describe-environments") else { return }
        let environment = try #require(ElasticBeanstalkReplies.environments(result).first)
        #expect(environment.name == "SampleApp")
        #expect(environment.id == "e-icsgecu3wf")
        #expect(environment.label == "Version1")
        #expect(environment.status == .other("Available"))
        #expect(!environment.isReady)
        #expect(environment.health == .green)
        #expect(environment.updated == Timestamp(rfc3339: "2010-11-17T04:01:40.668Z"))
        #expect(environment.isWebTier)
    }

    @Test("given an answer with its members directly in the result when it is read then it is the same environment")
    func terminated() throws {
        guard let result = try published("terminate-environment") else { return }
        let environment = ElasticBeanstalkReplies.environment(result)
        #expect(environment.status == .terminating)
        #expect(environment.health == .unknown)
    }

    @Test("given the published events when they are read then their order, dates and requests are kept")
    func events() throws {
        guard let result = try published("describe-events") else { return }
        let events = ElasticBeanstalkReplies.events(result)
        #expect(events.count == 4)
        #expect(events.first?.message == "Successfully completed createEnvironment activity.")
        #expect(events.first?.requestID == "bb01fa74-f287-11df-8a78-9f77047e0d0c")
        #expect(events[1].requestID == nil)
        #expect(events[1].date == Timestamp(rfc3339: "2010-11-17T20:21:30Z"))
    }

    @Test("given the published version without a status when it is read then it counts as processed")
    func versions() throws {
        guard let result = try published("describe-application-versions") else { return }
        let version = try #require(ElasticBeanstalkReplies.versions(result).first)
        #expect(version.status == .processed)
        #expect(version.bucket == "amazonaws.com")
    }

    @Test("given words in any case and spacing when they are read then they mean the same")
    func words() throws {
        let node = try read(
            """
            <member><EnvironmentName>shop</EnvironmentName><Status>READY</Status><HealthStatus>No Data</HealthStatus>
            <Health>Green</Health><Tier><Name>Worker</Name><Version> </Version></Tier>
            <AbortableOperationInProgress>True</AbortableOperationInProgress></member>
            """
        )
        let environment = ElasticBeanstalkReplies.environment(node)
        #expect(environment.isReady)
        #expect(environment.health == .unknown)
        #expect(!environment.isWebTier)
        #expect(environment.isAbortable)
        #expect(environment.cname == nil)
        #expect(ApplicationVersion.Status("PROCESSED") == .processed)
        #expect(ApplicationVersion.Status("Building") == .processing)
        #expect(ApplicationVersion.Status("Haunted") == .other("Haunted"))
        #expect(Environment.Status("Hibernating") == .other("Hibernating"))
        #expect(Environment.Status(nil) == .other("nothing"))
        #expect(Health(status: "Flabbergasted", colour: "Green") == .unknown)
        #expect(Health(status: nil, colour: "Yellow") == .yellow)
    }

    @Test("given options with a password among them when they are read then only known ones stay")
    func options() throws {
        let result = try read(
            """
            <R><ConfigurationSettings>
            <member><DeploymentStatus>pending</DeploymentStatus><OptionSettings><member>
            <Namespace>aws:elasticbeanstalk:command</Namespace><OptionName>DeploymentPolicy</OptionName>
            <Value>Immutable</Value></member></OptionSettings></member>
            <member><DeploymentStatus>Deployed</DeploymentStatus><OptionSettings>
            <member><Namespace>aws:elasticbeanstalk:application:environment</Namespace>
            <OptionName>PASSWORD</OptionName><Value>hunter2</Value></member>
            <member><Namespace>aws:elasticbeanstalk:command</Namespace><OptionName>DeploymentPolicy</OptionName>
            <Value>Rolling</Value></member>
            <member><Namespace>aws:autoscaling:asg</Namespace><OptionName>MinSize</OptionName><Value/></member>
            </OptionSettings></member></ConfigurationSettings></R>
            """
        )
        let options = try #require(ElasticBeanstalkReplies.options(result))
        #expect(options[.deploymentPolicy] == "Rolling")
        #expect(options.minSize == 1)
        #expect(!"\(options) \(options.json)".contains("hunter2"))
    }

    @Test("given an instance that says nothing of its version when it is read then it neither runs nor misses one")
    func instances() throws {
        let result = try read(
            """
            <R><InstanceHealthList>
            <member><InstanceId>i-1</InstanceId><HealthStatus>Ok</HealthStatus><Causes/>
            <Deployment><VersionLabel>v1</VersionLabel><Status>Deployed</Status></Deployment></member>
            <member><InstanceId>i-2</InstanceId><Color>Grey</Color></member>
            <member><InstanceId>i-3</InstanceId><HealthStatus>Severe</HealthStatus>
            <Causes><member>100 % of requests fail</member></Causes>
            <Deployment><VersionLabel>v2</VersionLabel><Status>In Progress</Status></Deployment></member>
            </InstanceHealthList></R>
            """
        )
        let instances = ElasticBeanstalkReplies.instances(result)
        #expect(instances.map { $0.runs("v1") } == [true, false, false])
        #expect(instances.map { $0.misses("v1") } == [false, false, true])
        #expect(instances[2].causes == ["100 % of requests fail"])
        #expect(instances[2].health == .red)
    }

    @Test("given validation messages when they are read then warnings are none of our business")
    func objections() throws {
        let result = try read(
            """
            <R><Messages><member><Severity>warning</Severity><Message>hm</Message></member>
            <member><Severity>ERROR</Severity><OptionName>BatchSize</OptionName><Message>too many</Message></member>
            </Messages></R>
            """
        )
        #expect(ElasticBeanstalkReplies.objections(result) == ["BatchSize: too many"])
    }
}
